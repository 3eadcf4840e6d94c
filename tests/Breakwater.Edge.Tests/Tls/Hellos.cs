using System.Buffers;
using System.Buffers.Binary;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

/// <summary>ClientHellos for tests: captures of real clients, and a builder for what no real client sends.</summary>
internal static class Hellos
{
    public static readonly string[] Captured =
        ["chromium", "curl", "curl-ip", "dotnet", "gnutls", "java", "node", "openssl", "openssl-tls12", "python"];

    /// <summary>The record that starts the handshake traced in RFC 8448 §3.</summary>
    public static readonly byte[] Rfc8448 = Convert.FromHexString(
        "16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b0009" +
        "000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d" +
        "8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604010501060102010402050206" +
        "020202002d00020101001c00024001");

    public static byte[] Capture(string client)
    {
        using var stream = typeof(Hellos).Assembly.GetManifestResourceStream(client + ".hex")!;
        using var reader = new StreamReader(stream);
        return Convert.FromHexString(reader.ReadToEnd().ReplaceLineEndings(""));
    }

    /// <summary>Everything a hello says, as one line: what two parsers must agree on.</summary>
    public static string Describe(ClientHello hello)
    {
        var alpn = new List<string>();
        foreach (var name in hello.Alpn) alpn.Add(Convert.ToHexStringLower(name));
        return $"{hello.LegacyVersion:x4} ciphers={Codes(hello.CipherSuites)} extensions={Codes(hello.Extensions)} " +
               $"versions={Codes(hello.SupportedVersions)} groups={Codes(hello.SupportedGroups)} " +
               $"signatures={Codes(hello.SignatureAlgorithms)} shares={Codes(hello.KeyShares)} alpn={string.Join(',', alpn)} " +
               $"sni={(hello.SentServerName ? hello.ServerName ?? "(unusable)" : "(none)")}";
    }

    public static string Codes(ReadOnlySpan<ushort> codes) => string.Join(',', codes.ToArray().Select(code => code.ToString("x4")));

    public static ClientHelloStatus Read(byte[] bytes, out ClientHello? hello, out ClientHelloError error)
    {
        var reader = new ClientHelloReader();
        var status = reader.Read(new ReadOnlySequence<byte>(bytes), out hello);
        error = reader.Error;
        return status;
    }

    public static ClientHello Good(byte[] bytes)
    {
        Assert.Equal(ClientHelloStatus.Complete, Read(bytes, out var hello, out _));
        return hello!;
    }

    /// <summary>Cuts one handshake message into records of the given payload length.</summary>
    public static byte[] Records(ReadOnlySpan<byte> message, int payload)
    {
        var bytes = new List<byte>();
        for (int at = 0; at < message.Length; at += payload)
        {
            var part = message.Slice(at, Math.Min(payload, message.Length - at));
            bytes.AddRange([22, 3, 1, (byte)(part.Length >> 8), (byte)part.Length]);
            bytes.AddRange(part);
        }
        return [.. bytes];
    }

    /// <summary>The same hello in records of another length.</summary>
    public static byte[] Recut(byte[] oneRecord, int payload) => Records(oneRecord.AsSpan(5), payload);
}

/// <summary>Writes ClientHello messages, well formed or not.</summary>
internal sealed class HelloBuilder
{
    private readonly List<(ushort Type, byte[] Data)> _extensions = [];

    public ushort LegacyVersion { get; set; } = 0x0303;

    public ushort[] Ciphers { get; set; } = [0x1301];

    public byte[] SessionId { get; set; } = [];

    public byte[] Compression { get; set; } = [0];

    public byte[] Trailing { get; set; } = [];

    public bool OmitExtensions { get; set; }

    public HelloBuilder With(ushort type, params byte[] data)
    {
        _extensions.Add((type, data));
        return this;
    }

    public HelloBuilder WithCodes8(ushort type, params ushort[] codes) => With(type, [(byte)(codes.Length * 2), .. Bytes(codes)]);

    public HelloBuilder WithCodes16(ushort type, params ushort[] codes) => With(type, Vector16(Bytes(codes)));

    public HelloBuilder WithAlpn(params byte[][] names) =>
        With(TlsExtension.Alpn, Vector16([.. names.SelectMany(name => (byte[])[(byte)name.Length, .. name])]));

    public HelloBuilder WithServerName(ReadOnlySpan<byte> name) =>
        With(TlsExtension.ServerName, Vector16([0, .. Vector16(name.ToArray())]));

    public HelloBuilder WithKeyShares(params (ushort Group, byte[] Key)[] shares) =>
        With(TlsExtension.KeyShare, Vector16([.. shares.SelectMany(share => (byte[])[.. Bytes([share.Group]), .. Vector16(share.Key)])]));

    /// <summary>The message with its 4-byte header.</summary>
    public byte[] Message()
    {
        byte[] extensions = [.. _extensions.SelectMany(e => (byte[])[.. Bytes([e.Type]), .. Vector16(e.Data)])];
        byte[] body =
        [
            .. Bytes([LegacyVersion]), .. new byte[32], (byte)SessionId.Length, .. SessionId, .. Vector16(Bytes(Ciphers)),
            (byte)Compression.Length, .. Compression, .. OmitExtensions ? [] : Vector16(extensions), .. Trailing,
        ];
        return [1, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    public byte[] Record() => Hellos.Records(Message(), 16384);

    public static byte[] Bytes(ushort[] codes)
    {
        byte[] bytes = new byte[codes.Length * 2];
        for (int i = 0; i < codes.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 2), codes[i]);
        return bytes;
    }

    public static byte[] Vector16(byte[] data) => [(byte)(data.Length >> 8), (byte)data.Length, .. data];
}
