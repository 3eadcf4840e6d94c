namespace Breakwater.Matching;

/// <summary>All addresses from one to another, both included, of one family. Immutable.</summary>
public readonly record struct IpRange
{
    private IpRange(IpValue first, IpValue last)
    {
        First = first;
        Last = last;
    }

    /// <summary>The lowest address.</summary>
    public IpValue First { get; }

    /// <summary>The highest address.</summary>
    public IpValue Last { get; }

    /// <summary>A range of one address.</summary>
    public static IpRange Of(IpValue address) => new(address, address);

    /// <summary>The addresses of a network.</summary>
    public static IpRange Of(IpPrefix prefix) => new(prefix.Address, prefix.Last);

    /// <summary>A range, unless its ends are of different families or in the wrong order.</summary>
    public static IpTextError TryCreate(IpValue first, IpValue last, out IpRange range)
    {
        range = default;
        if (first.Family != last.Family)
        {
            return IpTextError.MixedFamilies;
        }

        if (last < first)
        {
            return IpTextError.ReversedRange;
        }

        range = new(first, last);
        return IpTextError.None;
    }

    /// <summary>
    /// Reads any item of an address set: an address, a network (<c>10.0.0.0/8</c>, host bits zero), or both ends of a range
    /// (<c>10.0.0.1..10.0.0.9</c>).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpRange range, out IpTextError error)
    {
        range = default;
        int dots = text.IndexOf(".."u8);
        if (dots < 0)
        {
            bool valid = IpPrefix.TryParse(text, out IpPrefix prefix, out error);
            range = valid ? Of(prefix) : default;
            return valid;
        }

        if (!IpValue.TryParse(text[..dots], out IpValue first) || !IpValue.TryParse(text[(dots + 2)..], out IpValue last))
        {
            error = IpTextError.BadAddress;
            return false;
        }

        error = TryCreate(first, last, out range);
        return error == IpTextError.None;
    }

    /// <summary>Whether an address, of the same family, is in this range.</summary>
    public bool Contains(IpValue address) =>
        address.Family == First.Family && address.Bits >= First.Bits && address.Bits <= Last.Bits;

    /// <inheritdoc/>
    public override string ToString() => $"{First}..{Last}";
}
