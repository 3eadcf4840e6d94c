using System.Text.RegularExpressions;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

/// <summary>
/// A second ClientHello parser, written for clarity and from the standard alone: it copies at every step and reports by exceptions.
/// The real one must agree with it on every input.
/// </summary>
internal static partial class ReferenceClientHello
{
    private sealed class Refused(ClientHelloStatus status, ClientHelloError error) : Exception
    {
        public ClientHelloStatus Status => status;

        public ClientHelloError Error => error;
    }

    /// <summary>"Complete …facts…", "NeedMore", "NotTls" or "Invalid: why".</summary>
    public static string Read(byte[] bytes)
    {
        try
        {
            byte[]? message = Reassemble(bytes);
            return message is null ? "NeedMore" : "Complete " + Describe(new Queue<byte>(message[4..]));
        }
        catch (Refused refused)
        {
            return refused.Status == ClientHelloStatus.NotTls ? "NotTls" : $"Invalid: {refused.Error}";
        }
    }

    private static byte[]? Reassemble(byte[] bytes)
    {
        var message = new List<byte>();
        int at = 0, records = 0;
        while (at < bytes.Length)
        {
            if (bytes[at] != 22 || (at + 1 < bytes.Length && bytes[at + 1] != 3))
            {
                throw records == 0
                    ? new Refused(ClientHelloStatus.NotTls, ClientHelloError.None)
                    : Invalid(ClientHelloError.BadRecord);
            }
            if (at + 5 > bytes.Length) return null;
            int length = bytes[at + 3] * 256 + bytes[at + 4];
            if (length is 0 or > 16384) throw Invalid(ClientHelloError.BadRecord);
            bool whole = at + 5 + length <= bytes.Length;

            byte[] known = [.. message, .. bytes[(at + 5)..Math.Min(at + 5 + length, bytes.Length)]];
            if (known.Length > 0 && known[0] != 1) throw Invalid(ClientHelloError.NotClientHello);
            if (known.Length >= 4 && MessageLength(known) > 32768) throw Invalid(ClientHelloError.MessageTooLong);
            if (!whole) return null;

            if (++records > 64) throw Invalid(ClientHelloError.TooManyRecords);
            message.AddRange(bytes[(at + 5)..(at + 5 + length)]);
            at += 5 + length;
            if (message.Count >= 4 && message.Count >= 4 + MessageLength([.. message]))
                return [.. message.Take(4 + MessageLength([.. message]))];
        }
        return null;
    }

    private static int MessageLength(byte[] message) => message[1] * 65536 + message[2] * 256 + message[3];

    private static string Describe(Queue<byte> body)
    {
        int version = Number(body, 2);
        Take(body, 32);
        Check(Vector(body, 1).Count <= 32);
        var ciphers = Codes(Vector(body, 2));
        Check(Vector(body, 1).Count > 0);

        var extensions = new List<(int Type, Queue<byte> Data)>();
        string[] versionList = [], groupList = [], signatureList = [], alpnList = [], shareList = [];
        string sni = "(none)";
        if (body.Count > 0)
        {
            var block = Vector(body, 2);
            Check(body.Count == 0);
            while (block.Count > 0)
            {
                int type = Number(block, 2);
                var data = Vector(block, 2);
                if (extensions.Count == 256) throw Invalid(ClientHelloError.TooManyEntries);
                if (extensions.Any(e => e.Type == type)) throw Invalid(ClientHelloError.DuplicateExtension);
                extensions.Add((type, data));
                switch (type)
                {
                    case 0: sni = ServerName(Only(data, 2)); break;
                    case 10: groupList = Codes(Only(data, 2)); break;
                    case 13: signatureList = Codes(Only(data, 2)); break;
                    case 16: alpnList = Names(Only(data, 2)); break;
                    case 43: versionList = Codes(Only(data, 1)); break;
                    case 51: shareList = Shares(Only(data, 2)); break;
                }
            }
        }
        if (ciphers.Length > 512 || versionList.Length > 512 || groupList.Length > 512 || signatureList.Length > 512
            || alpnList.Sum(n => n.Length / 2 + 1) > 512)
        {
            throw Invalid(ClientHelloError.TooManyEntries);
        }
        return $"{version:x4} ciphers={string.Join(',', ciphers)} extensions={string.Join(',', extensions.Select(e => e.Type.ToString("x4")))} " +
               $"versions={string.Join(',', versionList)} groups={string.Join(',', groupList)} signatures={string.Join(',', signatureList)} " +
               $"shares={string.Join(',', shareList)} alpn={string.Join(',', alpnList)} sni={sni}";
    }

    private static string ServerName(Queue<byte> list)
    {
        Check(list.Count > 0);
        string? host = null;
        while (list.Count > 0)
        {
            int type = Number(list, 1);
            var name = Vector(list, 2);
            Check(name.Count > 0);
            if (type != 0) continue;
            Check(host is null);
            host = new string([.. name.Select(b => (char)b)]);
        }
        host = host?.ToLowerInvariant();
        if (host is not null && host.EndsWith('.')) host = host[..^1];
        bool usable = host is { Length: <= 253 } && HostNamePattern().IsMatch(host);
        return usable ? host! : "(unusable)";
    }

    [GeneratedRegex(@"\A(?:[a-z0-9_-]{1,63}\.)*(?![0-9]+\z)[a-z0-9_-]{1,63}\z")]
    private static partial Regex HostNamePattern();

    private static string[] Names(Queue<byte> list)
    {
        var names = new List<string>();
        do
        {
            var name = Vector(list, 1);
            Check(name.Count > 0);
            names.Add(Convert.ToHexStringLower([.. name]));
        }
        while (list.Count > 0);
        return [.. names];
    }

    private static string[] Shares(Queue<byte> list)
    {
        var groups = new List<string>();
        while (list.Count > 0)
        {
            string group = Number(list, 2).ToString("x4");
            Check(Vector(list, 2).Count > 0);
            if (groups.Count == 64) throw Invalid(ClientHelloError.TooManyEntries);
            groups.Add(group);
        }
        return [.. groups];
    }

    private static string[] Codes(Queue<byte> list)
    {
        Check(list.Count >= 2 && list.Count % 2 == 0);
        var codes = new List<string>();
        while (list.Count > 0) codes.Add(Number(list, 2).ToString("x4"));
        return [.. codes];
    }

    private static Queue<byte> Only(Queue<byte> data, int lengthBytes)
    {
        var vector = Vector(data, lengthBytes);
        Check(data.Count == 0);
        return vector;
    }

    private static Queue<byte> Vector(Queue<byte> bytes, int lengthBytes) => Take(bytes, Number(bytes, lengthBytes));

    private static int Number(Queue<byte> bytes, int count)
    {
        int value = 0;
        foreach (byte b in Take(bytes, count)) value = value * 256 + b;
        return value;
    }

    private static Queue<byte> Take(Queue<byte> bytes, int count)
    {
        Check(bytes.Count >= count);
        var taken = new Queue<byte>();
        for (int i = 0; i < count; i++) taken.Enqueue(bytes.Dequeue());
        return taken;
    }

    private static void Check(bool good)
    {
        if (!good) throw Invalid(ClientHelloError.Malformed);
    }

    private static Refused Invalid(ClientHelloError error) => new(ClientHelloStatus.Invalid, error);
}
