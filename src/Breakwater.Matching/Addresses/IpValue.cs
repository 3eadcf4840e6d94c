using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Breakwater.Matching;

/// <summary>
/// An IP address as a number. Immutable. The default value is <c>0.0.0.0</c>.
/// </summary>
/// <remarks>
/// <para>An IPv4 address and the IPv6 address that maps it (<c>::ffff:192.0.2.1</c>, RFC 4291 §2.5.5.2) are different values: text is
/// taken as written. <see cref="From"/>, which takes what a socket reports, undoes the mapping, because a dual-stack socket reports
/// IPv4 clients that way; <see cref="Unmapped"/> does so for a value that came as text.</para>
/// <para>Ordering puts all of IPv4 before IPv6. Where a comparison across families has to be false, compare <see cref="Family"/> first.</para>
/// </remarks>
public readonly struct IpValue : IEquatable<IpValue>, IComparable<IpValue>
{
    /// <summary>The longest text that <see cref="TryParse(ReadOnlySpan{byte}, out IpValue)"/> accepts or <see cref="TryFormat"/> writes.</summary>
    public const int MaxTextLength = 45;

    private const ulong MappedPrefix = 0xFFFF;

    private readonly UInt128 _bits;
    private readonly IpFamily _family;

    private IpValue(IpFamily family, UInt128 bits)
    {
        _family = family;
        _bits = bits;
    }

    /// <summary>Which family the address belongs to.</summary>
    public IpFamily Family => _family;

    /// <summary>Whether it is an IPv6 address.</summary>
    public bool IsV6 => _family == IpFamily.V6;

    /// <summary>The address as a number in network order: 32 bits for IPv4, 128 for IPv6.</summary>
    public UInt128 Bits => _bits;

    /// <summary>How many bits an address of this family has: 32 or 128.</summary>
    public int BitLength => IsV6 ? 128 : 32;

    /// <summary>The IPv4 address that this IPv6 address maps (RFC 4291 §2.5.5.2), or the address itself.</summary>
    public IpValue Unmapped => IsV6 && _bits >> 32 == MappedPrefix ? V4((uint)_bits) : this;

    /// <summary>An IPv4 address from its 32 bits in network order: 0x7F000001 is 127.0.0.1.</summary>
    public static IpValue V4(uint bits) => new(IpFamily.V4, bits);

    /// <summary>An IPv6 address from its 128 bits in network order.</summary>
    public static IpValue V6(UInt128 bits) => new(IpFamily.V6, bits);

    /// <summary>The address of a socket's end. An IPv4-mapped IPv6 address becomes the IPv4 address; a scope id is dropped.</summary>
    public static IpValue From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out _))
        {
            return default;
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : V6(BinaryPrimitives.ReadUInt128BigEndian(bytes)).Unmapped;
    }

    /// <summary>
    /// Reads an address: IPv4 as four decimal numbers without leading zeros, IPv6 in any form of RFC 4291 §2.2, without zone id,
    /// brackets or blanks.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpValue value)
    {
        if (text.Contains((byte)':'))
        {
            bool valid = IpText.TryParseV6(text, out UInt128 bits);
            value = V6(bits);
            return valid;
        }
        else
        {
            bool valid = IpText.TryParseV4(text, out uint bits);
            value = V4(bits);
            return valid;
        }
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out IpValue)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out IpValue value)
    {
        Span<byte> ascii = stackalloc byte[MaxTextLength];
        if (text.Length > MaxTextLength || Ascii.FromUtf16(text, ascii, out int written) != System.Buffers.OperationStatus.Done)
        {
            value = default;
            return false;
        }

        return TryParse(ascii[..written], out value);
    }

    /// <summary>The address as the base class library has it.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
            return new IPAddress(bytes);
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_bits);
        return new IPAddress(bytes[..4]);
    }

    /// <summary>Writes the canonical text (RFC 5952 for IPv6). False, and nothing written, when the destination is too short.</summary>
    public bool TryFormat(Span<byte> destination, out int written)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        written = IsV6 ? IpText.FormatV6(_bits, text) : IpText.FormatV4((uint)_bits, text);
        if (text[..written].TryCopyTo(destination))
        {
            return true;
        }

        written = 0;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        TryFormat(text, out int written);
        return Encoding.ASCII.GetString(text[..written]);
    }

    /// <inheritdoc/>
    public bool Equals(IpValue other) => _family == other._family && _bits == other._bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_family, _bits);

    /// <inheritdoc/>
    public int CompareTo(IpValue other) => _family == other._family ? _bits.CompareTo(other._bits) : ((byte)_family).CompareTo((byte)other._family);

    /// <summary>Whether both are the same address of the same family.</summary>
    public static bool operator ==(IpValue left, IpValue right) => left.Equals(right);

    /// <summary>Whether they are different addresses, or of different families.</summary>
    public static bool operator !=(IpValue left, IpValue right) => !left.Equals(right);

    /// <summary>Whether the left one comes first; IPv4 comes before IPv6.</summary>
    public static bool operator <(IpValue left, IpValue right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one comes first or they are equal; IPv4 comes before IPv6.</summary>
    public static bool operator <=(IpValue left, IpValue right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one comes last; IPv4 comes before IPv6.</summary>
    public static bool operator >(IpValue left, IpValue right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one comes last or they are equal; IPv4 comes before IPv6.</summary>
    public static bool operator >=(IpValue left, IpValue right) => left.CompareTo(right) >= 0;
}
