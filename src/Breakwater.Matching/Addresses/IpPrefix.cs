namespace Breakwater.Matching;

/// <summary>
/// A network: all addresses that begin with the same bits (RFC 4632, RFC 4291 §2.3). Immutable; bits beyond the length are zero always.
/// The default value is <c>0.0.0.0/0</c>.
/// </summary>
public readonly record struct IpPrefix
{
    private IpPrefix(IpValue address, int length)
    {
        Address = address;
        Length = length;
    }

    /// <summary>The first address, all host bits zero.</summary>
    public IpValue Address { get; }

    /// <summary>How many bits are fixed: 0 to 32 or 128.</summary>
    public int Length { get; }

    /// <summary>The last address, all host bits one.</summary>
    public IpValue Last => Make(Address, Address.Bits | HostMask(Address, Length));

    /// <summary>A network of one address.</summary>
    public static IpPrefix Of(IpValue address) => new(address, address.BitLength);

    /// <summary>The network of <paramref name="length"/> bits that holds an address; the length is cut to what the family has.</summary>
    public static IpPrefix Containing(IpValue address, int length)
    {
        length = Math.Clamp(length, 0, address.BitLength);
        return new(Make(address, address.Bits & ~HostMask(address, length)), length);
    }

    /// <summary>A network, unless the length does not suit the family or host bits are set.</summary>
    public static IpTextError TryCreate(IpValue address, int length, out IpPrefix prefix)
    {
        prefix = default;
        if (length < 0 || length > address.BitLength)
        {
            return IpTextError.BadPrefixLength;
        }

        if ((address.Bits & HostMask(address, length)) != 0)
        {
            return IpTextError.HostBitsSet;
        }

        prefix = new(address, length);
        return IpTextError.None;
    }

    /// <summary>Reads <c>10.0.0.0/8</c>, or a single address. Host bits that are set are an error of their own.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpPrefix prefix, out IpTextError error)
    {
        prefix = default;
        int slash = text.IndexOf((byte)'/');
        if (!IpValue.TryParse(slash < 0 ? text : text[..slash], out IpValue address))
        {
            error = IpTextError.BadAddress;
            return false;
        }

        int length = slash < 0 ? address.BitLength : ParseLength(text[(slash + 1)..]);
        error = TryCreate(address, length, out prefix);
        return error == IpTextError.None;
    }

    /// <summary>Whether an address, of the same family, is in this network.</summary>
    public bool Contains(IpValue address) =>
        address.Family == Address.Family && (address.Bits & ~HostMask(Address, Length)) == Address.Bits;

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{Length}";

    private static int ParseLength(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 3 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (text[0] == '0' && text.Length > 1))
        {
            return -1;
        }

        int length = 0;
        foreach (byte digit in text)
        {
            length = (length * 10) + digit - '0';
        }

        return length;
    }

    private static UInt128 HostMask(IpValue address, int length)
    {
        int hostBits = address.BitLength - length;
        return hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1;
    }

    private static IpValue Make(IpValue like, UInt128 bits) => like.IsV6 ? IpValue.V6(bits) : IpValue.V4((uint)bits);
}
