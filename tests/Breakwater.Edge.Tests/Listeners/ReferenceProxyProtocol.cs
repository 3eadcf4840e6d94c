using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Breakwater.Edge.Tests.Listeners;

/// <summary>A second reader of the PROXY protocol, by regular expression and by copying. The real one must agree with it on every input.</summary>
internal static partial class ReferenceProxyProtocol
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>"NeedMore", "Invalid", or "v1 50: 192.0.2.1:1 > 192.0.2.2:2".</summary>
    public static string Read(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        if (text.StartsWith("PROXY ", StringComparison.Ordinal)) return ReadLine(text);
        if (bytes.AsSpan().StartsWith(Signature)) return ReadBinary(bytes);
        bool mayBecome = "PROXY ".StartsWith(text, StringComparison.Ordinal) || Signature.Take(bytes.Length).SequenceEqual(bytes);
        return mayBecome ? "NeedMore" : "Invalid";
    }

    [GeneratedRegex(@"\APROXY (?:UNKNOWN(?: [^\r\n]*)?|TCP4 (?<s>[0-9.]+) (?<d>[0-9.]+) (?<sp>0|[1-9][0-9]{0,4}) (?<dp>0|[1-9][0-9]{0,4})|TCP6 (?<s>[0-9a-fA-F:.]+) (?<d>[0-9a-fA-F:.]+) (?<sp>0|[1-9][0-9]{0,4}) (?<dp>0|[1-9][0-9]{0,4}))\r\n")]
    private static partial Regex Line();

    [GeneratedRegex(@"\A(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z")]
    private static partial Regex IPv4();

    private static string ReadLine(string text)
    {
        string head = text[..Math.Min(text.Length, 107)];
        if (!head.Contains('\n'))
        {
            int cr = head.IndexOf('\r');
            return head.Length < 107 && (cr < 0 || cr == head.Length - 1) ? "NeedMore" : "Invalid";
        }
        var match = Line().Match(head);
        if (!match.Success) return "Invalid";
        if (!match.Groups["s"].Success) return $"v1 {match.Length}";
        bool ipv4 = head[9] == '4';
        string[] fields = [.. new[] { "s", "d", "sp", "dp" }.Select(name => match.Groups[name].Value)];
        if (fields[2..].Any(port => int.Parse(port) > 65535)) return "Invalid";
        if (fields[..2].Any(address => ipv4 ? !IPv4().IsMatch(address) : !address.Contains(':') || !IPAddress.TryParse(address, out _))) return "Invalid";
        return $"v1 {match.Length}: {Plain(fields[0])}:{fields[2]} > {Plain(fields[1])}:{fields[3]}";
    }

    private static string ReadBinary(byte[] bytes)
    {
        if (bytes.Length < 16) return "NeedMore";
        int length = bytes[14] * 256 + bytes[15];
        int addresses = bytes[13] switch { 0 => 0, 0x11 or 0x12 => 12, 0x21 or 0x22 => 36, 0x31 or 0x32 => 216, _ => -1 };
        if (bytes[12] is not (0x20 or 0x21) || addresses < 0 || length > 4096) return "Invalid";
        if (bytes.Length < 16 + length) return "NeedMore";
        if (bytes[12] == 0x20 || addresses == 0) return $"v2 {16 + length}";
        if (length < addresses) return "Invalid";

        byte[] header = bytes[..(16 + length)];
        int at = 16 + addresses;
        bool checksum = false;
        while (at < header.Length)
        {
            if (at + 3 > header.Length) return "Invalid";
            int type = header[at], size = header[at + 1] * 256 + header[at + 2];
            if (at + 3 + size > header.Length) return "Invalid";
            byte[] value = header[(at + 3)..(at + 3 + size)];
            if (type is 1 or 2 && size is 0 or > 255) return "Invalid";
            if (type == 5 && size > 128) return "Invalid";
            if (type == 0x20 && (size < 5 || !Nested(value[5..]))) return "Invalid";
            if (type == 3)
            {
                if (size != 4 || checksum) return "Invalid";
                checksum = true;
                byte[] zeroed = [.. header];
                for (int i = 0; i < 4; i++) zeroed[at + 3 + i] = 0;
                if (!value.SequenceEqual(Crc32C(zeroed))) return "Invalid";
            }
            at += 3 + size;
        }
        if (addresses == 216) return $"v2 {16 + length}";
        int n = addresses == 12 ? 4 : 16;
        int Port(int i) => header[16 + 2 * n + i] * 256 + header[17 + 2 * n + i];
        return $"v2 {16 + length}: {Plain(new IPAddress(header[16..(16 + n)]))}:{Port(0)} > {Plain(new IPAddress(header[(16 + n)..(16 + 2 * n)]))}:{Port(2)}";
    }

    private static bool Nested(byte[] fields)
    {
        while (fields.Length > 0)
        {
            if (fields.Length < 3) return false;
            int size = fields[1] * 256 + fields[2];
            if (fields.Length < 3 + size) return false;
            fields = fields[(3 + size)..];
        }
        return true;
    }

    /// <summary>Bit by bit, as the polynomial says; most significant byte first.</summary>
    public static byte[] Crc32C(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        crc = ~crc;
        return [(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc];
    }

    private static string Plain(string address) => Plain(IPAddress.Parse(address));

    private static string Plain(IPAddress address) => address.MapToIPv6().ToString();
}
