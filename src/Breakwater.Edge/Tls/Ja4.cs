using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Breakwater.Edge.Tls;

/// <summary>What carried the ClientHello: the first letter of a JA4.</summary>
internal enum Ja4Transport : byte
{
    Tcp = (byte)'t',
    Quic = (byte)'q',
}

/// <summary>
/// The JA4 fingerprint of a TLS client, by FoxIO's public specification ("JA4: TLS Client Fingerprinting", BSD-3-Clause), as
/// <c>t13d1516h2_8daaf6152771_e5627efa2ab1</c>: 36 ASCII characters. Sorting hides the shuffling of extensions that browsers do, so
/// all connections of one client program, and many of one library, share it. Immutable value.
/// <code>
///  t  13  d   15     16      h2   _ 8daaf6152771            _ e5627efa2ab1
///  │  │   │   │      │       │      └ SHA-256/48 of ciphers,  └ SHA-256/48 of extensions, sorted, without SNI and ALPN,
///  │  │   │   │      │       │        sorted                    then of signature algorithms in order
///  │  │   │   ciphers  extensions  first and last character of the first ALPN name
///  │  │   SNI: d = sent, i = not
///  │  TLS version
///  transport
/// </code>
/// GREASE is ignored everywhere.
/// </summary>
internal readonly struct Ja4 : IEquatable<Ja4>
{
    /// <summary>Characters in every fingerprint.</summary>
    public const int Length = PrefixLength + 1 + HashLength + 1 + HashLength;

    private const int PrefixLength = 10;
    private const int HashLength = 12;
    private const int MaxCount = 99;

    private readonly Text _text;

    [InlineArray(Length)]
    private struct Text
    {
        private byte _first;
    }

    private Ja4(ReadOnlySpan<byte> text) => text.CopyTo(_text);

    /// <summary>The fingerprint of <paramref name="hello"/>. Allocates nothing.</summary>
    public static Ja4 Compute(ClientHello hello, Ja4Transport transport)
    {
        Span<byte> text = stackalloc byte[Length];
        using var lists = new Ja4Lists(hello);
        WritePrefix(hello, transport, lists.CipherCount, lists.ExtensionCount, text);
        text[PrefixLength] = (byte)'_';
        WriteHash(lists.Ciphers, text.Slice(PrefixLength + 1, HashLength));
        text[PrefixLength + 1 + HashLength] = (byte)'_';
        WriteHash(lists.HasHashedExtensions ? lists.ExtensionsAndSignatures : default, text[^HashLength..]);
        return new Ja4(text);
    }

    /// <summary>JA4_r: the lists themselves in place of their hashes, to explain a fingerprint. Not for the hot path.</summary>
    public static string Explain(ClientHello hello, Ja4Transport transport)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        using var lists = new Ja4Lists(hello);
        WritePrefix(hello, transport, lists.CipherCount, lists.ExtensionCount, prefix);
        return $"{Encoding.ASCII.GetString(prefix)}_{Encoding.ASCII.GetString(lists.Ciphers)}_{Encoding.ASCII.GetString(lists.ExtensionsAndSignatures)}";
    }

    /// <summary>Writes the <see cref="Length"/> characters, as ASCII; returns how many, 0 when <paramref name="destination"/> is too short.</summary>
    public int CopyTo(Span<byte> destination)
    {
        ReadOnlySpan<byte> text = _text;
        return text.TryCopyTo(destination) ? Length : 0;
    }

    public bool Equals(Ja4 other)
    {
        ReadOnlySpan<byte> mine = _text, others = other._text;
        return mine.SequenceEqual(others);
    }

    public override bool Equals(object? obj) => obj is Ja4 other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_text);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.ASCII.GetString(_text);

    private static void WritePrefix(ClientHello hello, Ja4Transport transport, int ciphers, int extensions, Span<byte> prefix)
    {
        prefix[0] = (byte)transport;
        VersionCode(hello.HighestVersion).CopyTo(prefix[1..]);
        prefix[3] = hello.SentServerName ? (byte)'d' : (byte)'i';
        WriteTwoDigits(Math.Min(ciphers, MaxCount), prefix[4..]);
        WriteTwoDigits(Math.Min(extensions, MaxCount), prefix[6..]);

        var alpn = hello.Alpn;
        WriteAlpn(alpn.MoveNext() ? alpn.Current : default, prefix[8..]);
    }

    private static ReadOnlySpan<byte> VersionCode(ushort version) => version switch
    {
        0x0304 => "13"u8,
        0x0303 => "12"u8,
        0x0302 => "11"u8,
        0x0301 => "10"u8,
        0x0300 => "s3"u8,
        0x0002 => "s2"u8,
        _ => "00"u8,
    };

    /// <summary>First and last character of an ALPN name; where either is no ASCII letter or digit, first and last of its hex form.</summary>
    internal static void WriteAlpn(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        byte first = (byte)'0', last = (byte)'0';
        if (!name.IsEmpty)
        {
            first = name[0];
            last = name[^1];
            if (!char.IsAsciiLetterOrDigit((char)first) || !char.IsAsciiLetterOrDigit((char)last))
            {
                first = HexDigit(first >> 4);
                last = HexDigit(last & 0xF);
            }
        }
        destination[0] = first;
        destination[1] = last;
    }

    private static void WriteTwoDigits(int number, Span<byte> destination)
    {
        destination[0] = (byte)('0' + number / 10);
        destination[1] = (byte)('0' + number % 10);
    }

    /// <summary>The first 12 hex digits of the SHA-256 of <paramref name="list"/>; zeros for an empty one, so that "nothing" shows.</summary>
    private static void WriteHash(ReadOnlySpan<byte> list, Span<byte> destination)
    {
        if (list.IsEmpty)
        {
            destination[..HashLength].Fill((byte)'0');
            return;
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(list, hash);
        Convert.TryToHexStringLower(hash[..(HashLength / 2)], destination, out _);
    }

    internal static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}

/// <summary>The two lists that a JA4 hashes, written out: "1301,1302" and "0005,000a_0403,0804". Borrows one pooled array; dispose it.</summary>
internal readonly ref struct Ja4Lists : IDisposable
{
    private const int CharactersPerCode = 5;   // four hex digits and a comma

    private readonly byte[] _rented;
    private readonly int _ciphersLength, _extensionsLength;

    public Ja4Lists(ClientHello hello)
    {
        int codes = hello.CipherSuites.Length + hello.Extensions.Length + hello.SignatureAlgorithms.Length;
        _rented = ArrayPool<byte>.Shared.Rent(codes * CharactersPerCode + 1);
        Span<ushort> sorted = stackalloc ushort[Math.Max(ClientHelloParser.MaxCodes, ClientHelloParser.MaxExtensions)];

        CipherCount = TakeMeaningful(hello.CipherSuites, sorted);
        var ciphers = sorted[..CipherCount];
        ciphers.Sort();
        _ciphersLength = Write(ciphers, _rented);

        ExtensionCount = TakeMeaningful(hello.Extensions, sorted);
        var extensions = sorted[..RemoveNameAndAlpn(sorted[..ExtensionCount])];
        extensions.Sort();
        HasHashedExtensions = !extensions.IsEmpty;
        var rest = _rented.AsSpan(_ciphersLength);
        int length = Write(extensions, rest);

        var signatures = sorted[..TakeMeaningful(hello.SignatureAlgorithms, sorted)];
        if (!signatures.IsEmpty)
        {
            rest[length++] = (byte)'_';
            length += Write(signatures, rest[length..]);
        }
        _extensionsLength = length;
    }

    /// <summary>Cipher suites, GREASE not counted.</summary>
    public int CipherCount { get; }

    /// <summary>Extensions, GREASE not counted, SNI and ALPN counted.</summary>
    public int ExtensionCount { get; }

    /// <summary>False when, apart from SNI and ALPN, there is no extension: the hash is then all zeros.</summary>
    public bool HasHashedExtensions { get; }

    public ReadOnlySpan<byte> Ciphers => _rented.AsSpan(0, _ciphersLength);

    public ReadOnlySpan<byte> ExtensionsAndSignatures => _rented.AsSpan(_ciphersLength, _extensionsLength);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);

    private static int TakeMeaningful(ReadOnlySpan<ushort> codes, Span<ushort> destination)
    {
        int count = 0;
        foreach (ushort code in codes)
            if (!Grease.IsGrease(code)) destination[count++] = code;
        return count;
    }

    /// <summary>Both are in the first part of the fingerprint already.</summary>
    private static int RemoveNameAndAlpn(Span<ushort> extensions)
    {
        int count = 0;
        foreach (ushort type in extensions)
            if (type is not (TlsExtension.ServerName or TlsExtension.Alpn)) extensions[count++] = type;
        return count;
    }

    private static int Write(ReadOnlySpan<ushort> codes, Span<byte> destination)
    {
        int at = 0;
        foreach (ushort code in codes)
        {
            if (at != 0) destination[at++] = (byte)',';
            for (int shift = 12; shift >= 0; shift -= 4) destination[at++] = Ja4.HexDigit((code >> shift) & 0xF);
        }
        return at;
    }
}
