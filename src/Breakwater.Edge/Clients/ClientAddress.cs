using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace Breakwater.Edge.Clients;

/// <summary>
/// An IP address as a 16-byte value. IPv4 is held as IPv4-mapped IPv6 (RFC 4291 §2.5.5.2), so that <c>192.0.2.1</c> and
/// <c>::ffff:192.0.2.1</c> are one address: a client cannot become another by the way it is written or accepted. Immutable value;
/// parsing and formatting allocate nothing. <c>default</c> is <see cref="None"/>: no address, as of a peer on a Unix-domain socket.
/// </summary>
internal readonly struct ClientAddress : IEquatable<ClientAddress>
{
    /// <summary>Longest text of an address in bytes: eight groups of four hex digits.</summary>
    public const int MaxTextLength = 39;

    private const ulong MappedPrefix = 0xFFFF_0000_0000;   // ::ffff:0:0/96, the lower half
    private const int Groups = 8;

    private readonly ulong _high, _low;

    private ClientAddress(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>No address. As IPv6 it would be <c>::</c>, which no client has.</summary>
    public static ClientAddress None => default;

    public bool IsNone => (_high | _low) == 0;

    public bool IsIPv4 => _high == 0 && _low >> 32 == MappedPrefix >> 32;

    /// <summary>The IPv4 address as a number. Meaningful when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)_low;

    /// <summary>The address as a 128-bit number; IPv4 as mapped.</summary>
    public UInt128 Value => new(_high, _low);

    public static ClientAddress FromIPv4(uint address) => new(0, MappedPrefix | address);

    public static ClientAddress FromValue(UInt128 value) => new((ulong)(value >> 64), (ulong)value);

    /// <summary>From 4 or 16 bytes in network order.</summary>
    public static ClientAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == 4
        ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>From the framework's type. A scope id (<c>fe80::1%eth0</c>) is dropped.</summary>
    public static ClientAddress From(IPAddress? address)
    {
        if (address is null) return None;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        return FromBytes(bytes[..written]);
    }

    /// <summary>The address of an IP endpoint; <see cref="None"/> for any other kind.</summary>
    public static ClientAddress From(EndPoint? endPoint) => From((endPoint as IPEndPoint)?.Address);

    /// <summary>To the framework's type: IPv4 where <see cref="IsIPv4"/>. Allocates.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteBytes(bytes);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    /// <summary>Writes the 16 bytes in network order.</summary>
    public void WriteBytes(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>
    /// Reads an address, and nothing but an address: four decimal numbers without leading zeros, or IPv6 text (RFC 4291 §2.2),
    /// which may end in dotted IPv4. No scope id, no brackets, no port, no octal or hexadecimal IPv4, none of what some parsers
    /// also take (RFC 6943 §3.1.1 tells what comes of that).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ClientAddress address)
    {
        address = default;
        if (text.Length > 45) return false;   // the longest: six groups and a dotted IPv4
        if (!text.Contains((byte)':'))
        {
            if (!TryParseIPv4(text, out uint ipv4)) return false;
            address = FromIPv4(ipv4);
            return true;
        }
        return TryParseIPv6(text, out address);
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (int part = 0; part < 4; part++)
        {
            int digits = 0, number = 0;
            while (digits < text.Length && digits < 4 && text[digits] is >= (byte)'0' and <= (byte)'9')
                number = number * 10 + (text[digits++] - '0');
            if (digits is 0 or > 3 || number > 255 || (digits > 1 && text[0] == '0')) return false;
            address = (address << 8) | (uint)number;

            text = text[digits..];
            if (part == 3) return text.IsEmpty;
            if (text.IsEmpty || text[0] != '.') return false;
            text = text[1..];
        }
        return false;
    }

    private static bool TryParseIPv6(ReadOnlySpan<byte> text, out ClientAddress address)
    {
        address = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        int count = 0, gapAt = -1;

        if (text.StartsWith("::"u8))
        {
            gapAt = 0;
            text = text[2..];
        }
        while (!text.IsEmpty)
        {
            if (count == Groups) return false;
            if (count <= Groups - 2 && text.IndexOf((byte)':') < 0 && text.Contains((byte)'.'))
            {
                if (!TryParseIPv4(text, out uint ipv4)) return false;
                groups[count++] = (ushort)(ipv4 >> 16);
                groups[count++] = (ushort)ipv4;
                break;
            }
            int digits = 0, value = 0;
            for (; digits < text.Length && digits < 4 && char.IsAsciiHexDigit((char)text[digits]); digits++)
                value = (value << 4) | HexValue(text[digits]);
            if (digits == 0) return false;
            groups[count++] = (ushort)value;

            text = text[digits..];
            if (text.IsEmpty) break;
            if (text[0] != ':' || text.Length == 1) return false;
            text = text[1..];
            if (text[0] != ':') continue;
            if (gapAt >= 0) return false;
            gapAt = count;
            text = text[1..];
        }
        // "::" stands for at least one group (RFC 4291 §2.2).
        if (gapAt < 0 ? count != Groups : count == Groups) return false;

        if (gapAt >= 0)
        {
            groups[gapAt..count].CopyTo(groups[(Groups - (count - gapAt))..]);
            groups[gapAt..(Groups - (count - gapAt))].Clear();
        }
        address = new ClientAddress(Join(groups), Join(groups[4..]));
        return true;
    }

    private static ulong Join(ReadOnlySpan<ushort> groups) =>
        ((ulong)groups[0] << 48) | ((ulong)groups[1] << 32) | ((ulong)groups[2] << 16) | groups[3];

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>Writes the text as ASCII: dotted IPv4, or IPv6 in the one recommended form (RFC 5952). Returns the length,
    /// at most <see cref="MaxTextLength"/>; 0 when <paramref name="destination"/> is too short. <see cref="None"/> is "unknown".</summary>
    public int Format(Span<byte> destination)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        int length = IsNone ? Copy("unknown"u8, text) : IsIPv4 ? FormatIPv4(text) : FormatIPv6(text);
        return text[..length].TryCopyTo(destination) ? length : 0;
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }

    private int FormatIPv4(Span<byte> text)
    {
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(IPv4 >> shift)).TryFormat(text[at..], out int digits);
            at += digits;
            if (shift != 0) text[at++] = (byte)'.';
        }
        return at;
    }

    private int FormatIPv6(Span<byte> text)
    {
        Span<ushort> groups = stackalloc ushort[Groups];
        for (int i = 0; i < 4; i++)
        {
            groups[i] = (ushort)(_high >> (48 - 16 * i));
            groups[4 + i] = (ushort)(_low >> (48 - 16 * i));
        }
        var (gapAt, gapLength) = LongestZeros(groups);

        int at = 0;
        for (int i = 0; i < Groups; i++)
        {
            if (i == gapAt)
            {
                at += Copy("::"u8, text[at..]);
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && text[at - 1] != ':') text[at++] = (byte)':';
            groups[i].TryFormat(text[at..], out int digits, "x");
            at += digits;
        }
        return at;
    }

    /// <summary>The run of zero groups that "::" replaces: the longest, the first of equals, never a single one (RFC 5952 §4.2).</summary>
    private static (int At, int Length) LongestZeros(ReadOnlySpan<ushort> groups)
    {
        int bestAt = -1, best = 1;
        for (int i = 0; i < groups.Length;)
        {
            int start = i;
            while (i < groups.Length && groups[i] == 0) i++;
            if (i - start > best) (bestAt, best) = (start, i - start);
            if (i == start) i++;
        }
        return (bestAt, best);
    }

    public bool Equals(ClientAddress other) => _high == other._high && _low == other._low;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ClientAddress other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low);

    public static bool operator ==(ClientAddress left, ClientAddress right) => left.Equals(right);

    public static bool operator !=(ClientAddress left, ClientAddress right) => !left.Equals(right);

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }
}
