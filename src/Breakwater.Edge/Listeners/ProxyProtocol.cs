using System.Buffers.Binary;
using System.Numerics;
using Breakwater.Edge.Clients;

namespace Breakwater.Edge.Listeners;

/// <summary>What the bytes from the start of a connection are, so far.</summary>
internal enum ProxyHeaderStatus : byte
{
    /// <summary>A header may become of it.</summary>
    NeedMore,

    /// <summary>A whole header.</summary>
    Complete,

    /// <summary>No header, or a wrong one.</summary>
    Invalid,
}

/// <summary>Why bytes are no PROXY protocol header.</summary>
internal enum ProxyHeaderError : byte
{
    None,

    /// <summary>The connection begins with something else.</summary>
    NoHeader,

    /// <summary>Longer than allowed: a line of version 1 has at most 107 bytes, a block of version 2 here at most <see cref="ProxyProtocol.MaxBlockLength"/>.</summary>
    TooLong,

    /// <summary>A line of version 1 that is not exactly of the form the specification shows.</summary>
    BadLine,

    /// <summary>A version, command, family or transport that version 2 does not define.</summary>
    BadCode,

    /// <summary>The block of version 2 is too short for its addresses.</summary>
    BadLength,

    /// <summary>An additional field (TLV) that does not fit its container or has a length that its type forbids.</summary>
    BadField,

    /// <summary>The CRC-32C of the header does not match.</summary>
    BadChecksum,
}

/// <summary>A PROXY protocol header: who the connection really comes from. Immutable.</summary>
internal readonly record struct ProxyHeader
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Bytes that it takes; the client's own begin right behind.</summary>
    public required int Length { get; init; }

    /// <summary>False when the header tells no IP addresses: the proxy speaks for itself (LOCAL, a health check), or the family is
    /// unknown or Unix. The connection then keeps its own.</summary>
    public bool HasAddresses { get; init; }

    public ClientAddress Source { get; init; }

    public ushort SourcePort { get; init; }

    public ClientAddress Destination { get; init; }

    public ushort DestinationPort { get; init; }
}

/// <summary>
/// Reads the PROXY protocol, versions 1 (text) and 2 (binary), as HAProxy's specification "The PROXY protocol, Versions 1 &amp; 2"
/// defines them. Pure; never throws; looks at no more than <see cref="MaxLength"/> bytes.
/// </summary>
internal static class ProxyProtocol
{
    /// <summary>Most bytes of a version 1 line, CRLF included (specification §2.1).</summary>
    public const int MaxLineLength = 107;

    /// <summary>Most bytes of a version 2 block. The specification allows 65,535; addresses and every field in use take a few hundred.</summary>
    public const int MaxBlockLength = 4096;

    /// <summary>Most bytes of a header.</summary>
    public const int MaxLength = FixedLength + MaxBlockLength;

    private const int FixedLength = 16;   // signature, version and command, family and transport, length
    private const int IPv4BlockLength = 12, IPv6BlockLength = 36, UnixBlockLength = 216;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> LineStart => "PROXY "u8;

    /// <summary>Reads the header at the start of <paramref name="input"/>. <paramref name="header"/> is set when the status is
    /// <see cref="ProxyHeaderStatus.Complete"/>, <paramref name="error"/> when it is <see cref="ProxyHeaderStatus.Invalid"/>.</summary>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> input, out ProxyHeader header, out ProxyHeaderError error)
    {
        header = default;
        error = ProxyHeaderError.None;
        if (input.StartsWith(LineStart)) return ReadLine(input, out header, out error);
        if (input.StartsWith(Signature)) return ReadBinary(input, out header, out error);
        if (LineStart.StartsWith(input) || Signature.StartsWith(input)) return ProxyHeaderStatus.NeedMore;
        return Refuse(ProxyHeaderError.NoHeader, out error);
    }

    private static ProxyHeaderStatus Refuse(ProxyHeaderError reason, out ProxyHeaderError error)
    {
        error = reason;
        return ProxyHeaderStatus.Invalid;
    }

    // ── Version 1: PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n

    private static ProxyHeaderStatus ReadLine(ReadOnlySpan<byte> input, out ProxyHeader header, out ProxyHeaderError error)
    {
        header = default;
        error = ProxyHeaderError.None;
        var window = input.Length > MaxLineLength ? input[..MaxLineLength] : input;
        int end = window.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || end == window.Length - 1)
        {
            if (end >= 0 && window[end] == '\n') return Refuse(ProxyHeaderError.BadLine, out error);
            return window.Length == MaxLineLength ? Refuse(ProxyHeaderError.TooLong, out error) : ProxyHeaderStatus.NeedMore;
        }
        if (window[end] != '\r' || window[end + 1] != '\n') return Refuse(ProxyHeaderError.BadLine, out error);

        header = new ProxyHeader { Version = 1, Length = end + 2 };
        return TryReadFields(window[LineStart.Length..end], ref header) ? ProxyHeaderStatus.Complete : Refuse(ProxyHeaderError.BadLine, out error);
    }

    private static bool TryReadFields(ReadOnlySpan<byte> line, ref ProxyHeader header)
    {
        var family = TakeField(ref line, out bool more);
        // What follows UNKNOWN is to be ignored.
        if (family.SequenceEqual("UNKNOWN"u8)) return true;

        bool isIPv4 = family.SequenceEqual("TCP4"u8);
        if (!isIPv4 && !family.SequenceEqual("TCP6"u8)) return false;
        if (!more || !TryReadAddress(TakeField(ref line, out more), isIPv4, out var source)
            || !more || !TryReadAddress(TakeField(ref line, out more), isIPv4, out var destination)
            || !more || !TryReadPort(TakeField(ref line, out more), out ushort sourcePort)
            || !more || !TryReadPort(TakeField(ref line, out more), out ushort destinationPort)
            || more)
        {
            return false;
        }
        header = header with
        {
            HasAddresses = true,
            Source = source,
            SourcePort = sourcePort,
            Destination = destination,
            DestinationPort = destinationPort,
        };
        return true;
    }

    /// <summary>The text up to the next space; <paramref name="more"/> tells whether there was one.</summary>
    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> line, out bool more)
    {
        int space = line.IndexOf((byte)' ');
        more = space >= 0;
        var field = more ? line[..space] : line;
        line = more ? line[(space + 1)..] : default;
        return field;
    }

    private static bool TryReadAddress(ReadOnlySpan<byte> text, bool isIPv4, out ClientAddress address) =>
        ClientAddress.TryParse(text, out address) && text.Contains((byte)':') != isIPv4;

    /// <summary>A decimal number up to 65535 without leading zeros.</summary>
    private static bool TryReadPort(ReadOnlySpan<byte> text, out ushort port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || (text.Length > 1 && text[0] == '0')) return false;
        int number = 0;
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = number * 10 + digit - '0';
        }
        port = (ushort)number;
        return number <= ushort.MaxValue;
    }

    // ── Version 2

    private static ProxyHeaderStatus ReadBinary(ReadOnlySpan<byte> input, out ProxyHeader header, out ProxyHeaderError error)
    {
        header = default;
        error = ProxyHeaderError.None;
        if (input.Length < FixedLength) return ProxyHeaderStatus.NeedMore;

        byte versionAndCommand = input[12], family = input[13];
        int blockLength = BinaryPrimitives.ReadUInt16BigEndian(input[14..]);
        bool isLocal = versionAndCommand == 0x20;
        if (!isLocal && versionAndCommand != 0x21) return Refuse(ProxyHeaderError.BadCode, out error);
        if (AddressesLength(family) is not { } addresses) return Refuse(ProxyHeaderError.BadCode, out error);
        if (blockLength > MaxBlockLength) return Refuse(ProxyHeaderError.TooLong, out error);
        if (input.Length < FixedLength + blockLength) return ProxyHeaderStatus.NeedMore;

        header = new ProxyHeader { Version = 2, Length = FixedLength + blockLength };
        // LOCAL and an unspecified family: the receiver skips whatever is there.
        if (isLocal || addresses == 0) return ProxyHeaderStatus.Complete;
        if (blockLength < addresses) return Refuse(ProxyHeaderError.BadLength, out error);

        var whole = input[..header.Length];
        error = CheckFields(whole[(FixedLength + addresses)..], whole);
        if (error != ProxyHeaderError.None) return ProxyHeaderStatus.Invalid;
        if (addresses != UnixBlockLength) header = WithAddresses(header, input.Slice(FixedLength, addresses));
        return ProxyHeaderStatus.Complete;
    }

    /// <summary>Bytes that the addresses of a family and transport take; null for combinations that senders must not use.</summary>
    private static int? AddressesLength(byte family) => family switch
    {
        0x00 => 0,
        0x11 or 0x12 => IPv4BlockLength,
        0x21 or 0x22 => IPv6BlockLength,
        0x31 or 0x32 => UnixBlockLength,
        _ => null,
    };

    private static ProxyHeader WithAddresses(ProxyHeader header, ReadOnlySpan<byte> block)
    {
        int size = (block.Length - 4) / 2;
        return header with
        {
            HasAddresses = true,
            Source = ClientAddress.FromBytes(block[..size]),
            Destination = ClientAddress.FromBytes(block.Slice(size, size)),
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(block[(2 * size)..]),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(block[(2 * size + 2)..]),
        };
    }

    // ── Additional fields of version 2 (specification §2.2, "Type-Length-Value (TLV) vectors")

    private const byte FieldAlpn = 0x01, FieldAuthority = 0x02, FieldCrc32C = 0x03, FieldUniqueId = 0x05, FieldSsl = 0x20;
    private const int FieldHeaderLength = 3, ChecksumLength = 4, MaxUniqueIdLength = 128, SslFixedLength = 5, MaxAlpnLength = 255, MaxAuthorityLength = 255;

    private static ProxyHeaderError CheckFields(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> whole)
    {
        bool sawChecksum = false;
        while (!fields.IsEmpty)
        {
            if (!TryTakeTlv(ref fields, out byte type, out var value)) return ProxyHeaderError.BadField;
            bool good = type switch
            {
                FieldAlpn => value.Length is > 0 and <= MaxAlpnLength,
                FieldAuthority => value.Length is > 0 and <= MaxAuthorityLength,
                FieldCrc32C => value.Length == ChecksumLength && !sawChecksum,
                FieldUniqueId => value.Length <= MaxUniqueIdLength,
                FieldSsl => value.Length >= SslFixedLength && AreTlvs(value[SslFixedLength..]),
                _ => true,
            };
            if (!good) return ProxyHeaderError.BadField;
            if (type != FieldCrc32C) continue;

            sawChecksum = true;
            int valueAt = whole.Length - fields.Length - ChecksumLength;
            if (Crc32C(whole, valueAt) != BinaryPrimitives.ReadUInt32BigEndian(value)) return ProxyHeaderError.BadChecksum;
        }
        return ProxyHeaderError.None;
    }

    private static bool TryTakeTlv(ref ReadOnlySpan<byte> fields, out byte type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (fields.Length < FieldHeaderLength) return false;
        type = fields[0];
        int length = BinaryPrimitives.ReadUInt16BigEndian(fields[1..]);
        if (fields.Length - FieldHeaderLength < length) return false;
        value = fields.Slice(FieldHeaderLength, length);
        fields = fields[(FieldHeaderLength + length)..];
        return true;
    }

    private static bool AreTlvs(ReadOnlySpan<byte> fields)
    {
        while (!fields.IsEmpty)
            if (!TryTakeTlv(ref fields, out _, out _)) return false;
        return true;
    }

    /// <summary>CRC-32C (RFC 4960 appendix B) of the header, the checksum's own four bytes taken as zero.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> header, int checksumAt)
    {
        uint crc = uint.MaxValue;
        crc = Update(crc, header[..checksumAt]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Update(crc, header[(checksumAt + ChecksumLength)..]);
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
