using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Breakwater.Matching;

/// <summary>
/// A set of addresses, given as addresses, networks and ranges of both families. Immutable.
/// </summary>
/// <remarks>
/// Kept as the sorted places at which membership changes: an address is in the set when an odd number of them is at or below it.
/// A million prefixes, two thirds of them IPv4, take 15 MiB, and a million single IPv6 addresses 40. A lookup is bound by memory: two
/// places of it for IPv4, and for IPv6 one on each rung of <see cref="Ipv6Boundaries"/>, most of which stay in the nearest caches.
/// </remarks>
public sealed class IpPrefixSet
{
    private readonly Ipv4Boundaries _v4;
    private readonly Ipv6Boundaries _v6;

    internal IpPrefixSet(ReadOnlySpan<uint> v4, ReadOnlySpan<UInt128> v6)
    {
        _v4 = new Ipv4Boundaries(v4);
        _v6 = new Ipv6Boundaries(v6);
        RangeCount = ((v4.Length + 1) / 2) + ((v6.Length + 1) / 2);
    }

    /// <summary>The set without addresses.</summary>
    public static IpPrefixSet Empty { get; } = new([], []);

    /// <summary>How many separate ranges remain after what overlaps or touches was joined.</summary>
    public int RangeCount { get; }

    /// <summary>Bytes held by the tables of this set.</summary>
    public long MemoryBytes => _v4.MemoryBytes + _v6.MemoryBytes;

    /// <summary>The set of all addresses of the ranges. <see cref="IpPrefixSetBuilder"/> needs less memory for large lists.</summary>
    public static IpPrefixSet Create(IEnumerable<IpRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        IpPrefixSetBuilder builder = new();
        foreach (IpRange range in ranges)
        {
            builder.Add(range);
        }

        return builder.Build();
    }

    /// <summary>Whether the address is in the set. An IPv4-mapped IPv6 address is an IPv6 address here; see <see cref="IpValue.Unmapped"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(IpValue address) =>
        ((address.IsV6 ? _v6.Rank(address.Bits) : _v4.Rank((uint)address.Bits)) & 1) != 0;
}

/// <summary>Collects addresses, networks and ranges for an <see cref="IpPrefixSet"/>. Owned by one thread.</summary>
public sealed class IpPrefixSetBuilder
{
    // IPv4 ranges, the first address in the upper half: as numbers they sort several times faster than as pairs.
    private readonly List<ulong> _v4 = [];
    private readonly List<UInt128> _v6First = [], _v6Last = [];

    /// <summary>Adds all addresses of a range.</summary>
    public void Add(IpRange range)
    {
        if (range.First.IsV6)
        {
            _v6First.Add(range.First.Bits);
            _v6Last.Add(range.Last.Bits);
        }
        else
        {
            _v4.Add(((ulong)range.First.Bits << 32) | (ulong)range.Last.Bits);
        }
    }

    /// <summary>Adds all addresses of a network.</summary>
    public void Add(IpPrefix prefix) => Add(IpRange.Of(prefix));

    /// <summary>Adds one address.</summary>
    public void Add(IpValue address) => Add(IpRange.Of(address));

    /// <summary>The set of all that was added.</summary>
    public IpPrefixSet Build() => new(JoinV4(), JoinV6());

    /// <summary>The places where membership changes: the first address of each separate range, and the one behind its last.</summary>
    private ReadOnlySpan<uint> JoinV4()
    {
        Span<ulong> ranges = CollectionsMarshal.AsSpan(_v4);
        ranges.Sort();
        uint[] boundaries = new uint[2 * ranges.Length];
        int count = 0;
        for (int i = 0; i < ranges.Length;)
        {
            uint end = (uint)ranges[i];
            boundaries[count++] = (uint)(ranges[i++] >> 32);
            while (i < ranges.Length && ranges[i] >> 32 <= end + 1UL)
            {
                end = Math.Max(end, (uint)ranges[i++]);
            }

            if (end != uint.MaxValue)
            {
                boundaries[count++] = end + 1;
            }
        }

        return boundaries.AsSpan(0, count);
    }

    private ReadOnlySpan<UInt128> JoinV6()
    {
        Span<UInt128> first = CollectionsMarshal.AsSpan(_v6First), last = CollectionsMarshal.AsSpan(_v6Last);
        first.Sort(last);
        UInt128[] boundaries = new UInt128[2 * first.Length];
        int count = 0;
        for (int i = 0; i < first.Length;)
        {
            UInt128 end = last[i];
            boundaries[count++] = first[i++];
            while (i < first.Length && (end == UInt128.MaxValue || first[i] <= end + 1))
            {
                end = UInt128.Max(end, last[i++]);
            }

            if (end != UInt128.MaxValue)
            {
                boundaries[count++] = end + 1;
            }
        }

        return boundaries.AsSpan(0, count);
    }
}
