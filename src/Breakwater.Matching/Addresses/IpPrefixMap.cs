using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Matching;

/// <summary>Makes an <see cref="IpPrefixMap{T}"/>.</summary>
public static class IpPrefixMap
{
    /// <summary>A map of the networks and their values. Of entries for the same network, the last counts.</summary>
    public static IpPrefixMap<T> Create<T>(IEnumerable<KeyValuePair<IpPrefix, T>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        List<(IpPrefix, int)> prefixes = [];
        List<T> values = [];
        foreach ((IpPrefix prefix, T value) in entries)
        {
            prefixes.Add((prefix, values.Count));
            values.Add(value);
        }

        return new IpPrefixMap<T>(prefixes, values);
    }
}

/// <summary>
/// Values by network: an address finds the value of the longest prefix that holds it. Immutable.
/// </summary>
/// <remarks>
/// Built by laying the prefixes, which nest or are apart, onto the line of addresses: each stretch of it belongs to one prefix or none.
/// A lookup is one search for the stretch, whatever the number of prefix lengths.
/// </remarks>
/// <typeparam name="T">What a network stands for.</typeparam>
public sealed class IpPrefixMap<T>
{
    private readonly Ipv4Boundaries _v4;
    private readonly Ipv6Boundaries _v6;

    // The entry of the stretch behind the i-th boundary, or -1.
    private readonly int[] _v4Entries;
    private readonly int[] _v6Entries;
    private readonly T[] _values;
    private readonly byte[] _lengths;

    internal IpPrefixMap(List<(IpPrefix Prefix, int Order)> prefixes, List<T> values)
    {
        prefixes.Sort(static (a, b) =>
            a.Prefix.Address.CompareTo(b.Prefix.Address) is not 0 and var byAddress ? byAddress
            : a.Prefix.Length.CompareTo(b.Prefix.Length) is not 0 and var byLength ? byLength
            : a.Order.CompareTo(b.Order));
        _values = [.. values];
        _lengths = new byte[_values.Length];
        foreach ((IpPrefix prefix, int order) in prefixes)
        {
            _lengths[order] = (byte)prefix.Length;
        }

        int firstV6 = prefixes.FindIndex(static entry => entry.Prefix.Address.IsV6);
        firstV6 = firstV6 < 0 ? prefixes.Count : firstV6;
        (List<UInt128> places, List<int> entries) = Lay(prefixes, 0, firstV6, uint.MaxValue);
        _v4 = new Ipv4Boundaries([.. places.Select(static place => (uint)place)]);
        _v4Entries = [.. entries];
        (places, entries) = Lay(prefixes, firstV6, prefixes.Count, UInt128.MaxValue);
        _v6 = new Ipv6Boundaries([.. places]);
        _v6Entries = [.. entries];
    }

    /// <summary>Bytes held by the tables of this map, the values themselves not counted.</summary>
    public long MemoryBytes => _v4.MemoryBytes + _v6.MemoryBytes + (4L * (_v4Entries.Length + _v6Entries.Length)) + _lengths.Length;

    /// <summary>Finds the value of the longest prefix that holds the address.</summary>
    public bool TryGet(IpValue address, [MaybeNullWhen(false)] out T value)
    {
        int entry = Find(address);
        value = entry < 0 ? default : _values[entry];
        return entry >= 0;
    }

    /// <summary>Finds the longest prefix that holds the address, and its value.</summary>
    public bool TryGet(IpValue address, out IpPrefix prefix, [MaybeNullWhen(false)] out T value)
    {
        int entry = Find(address);
        prefix = entry < 0 ? default : IpPrefix.Containing(address, _lengths[entry]);
        value = entry < 0 ? default : _values[entry];
        return entry >= 0;
    }

    private int Find(IpValue address)
    {
        int rank = address.IsV6 ? _v6.Rank(address.Bits) : _v4.Rank((uint)address.Bits);
        return rank == 0 ? -1 : (address.IsV6 ? _v6Entries : _v4Entries)[rank - 1];
    }

    private static (List<UInt128> Places, List<int> Entries) Lay(
        List<(IpPrefix Prefix, int Order)> prefixes, int from, int to, UInt128 highest)
    {
        List<UInt128> places = [];
        List<int> entries = [];
        Stack<(UInt128 Last, int Entry)> open = new();

        void Begin(UInt128 place, int entry)
        {
            if (places.Count > 0 && places[^1] == place)
            {
                entries[^1] = entry;
            }
            else
            {
                places.Add(place);
                entries.Add(entry);
            }
        }

        void CloseInnermost()
        {
            UInt128 last = open.Pop().Last;
            if (last != highest)
            {
                Begin(last + 1, open.TryPeek(out (UInt128 Last, int Entry) outer) ? outer.Entry : -1);
            }
        }

        for (int i = from; i < to; i++)
        {
            (IpPrefix prefix, int entry) = prefixes[i];
            UInt128 first = prefix.Address.Bits;
            while (open.TryPeek(out (UInt128 Last, int Entry) innermost) && innermost.Last < first)
            {
                CloseInnermost();
            }

            open.Push((prefix.Last.Bits, entry));
            Begin(first, entry);
        }

        while (open.Count > 0)
        {
            CloseInnermost();
        }

        return (places, entries);
    }
}
