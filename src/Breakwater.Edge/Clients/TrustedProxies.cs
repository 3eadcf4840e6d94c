using System.Net;

namespace Breakwater.Edge.Clients;

/// <summary>
/// The addresses whose word is taken on who the client is: proxies in front of the edge. Compiled from prefixes into sorted,
/// disjoint ranges; a test is one binary search. IPv4 and IPv6 are apart: <c>::/0</c> trusts no IPv4 address. A peer without an
/// address, on a Unix-domain socket, is always trusted: the permissions of the socket's file have let it in, and it can only be a
/// proxy on this machine. Immutable.
/// </summary>
internal sealed class TrustedProxies
{
    private const int IPv4Bits = 32, IPv6Bits = 128, MappedPrefixBits = 96;

    private readonly (uint First, uint Last)[] _ipv4;
    private readonly (UInt128 First, UInt128 Last)[] _ipv6;

    private TrustedProxies((uint, uint)[] ipv4, (UInt128, UInt128)[] ipv6)
    {
        _ipv4 = ipv4;
        _ipv6 = ipv6;
    }

    /// <summary>Trusts no address.</summary>
    public static TrustedProxies Nobody { get; } = new([], []);

    /// <summary>Compiles networks. One inside ::ffff:0:0/96 is the IPv4 network that it maps (RFC 4291 §2.5.5.2).</summary>
    public static TrustedProxies From(IEnumerable<IPNetwork> networks)
    {
        var ipv4 = new List<(uint First, uint Last)>();
        var ipv6 = new List<(UInt128 First, UInt128 Last)>();
        foreach (var network in networks)
        {
            var address = ClientAddress.From(network.BaseAddress);
            int length = network.PrefixLength;
            if (network.BaseAddress.GetAddressBytes().Length * 8 == IPv4Bits) length += MappedPrefixBits;

            var host = length == IPv6Bits ? 0 : UInt128.MaxValue >> length;
            if (address.IsIPv4 && length >= MappedPrefixBits) ipv4.Add((address.IPv4, address.IPv4 | (uint)host));
            else ipv6.Add((address.Value, address.Value | host));
        }
        return new TrustedProxies(Merge(ipv4, static last => last + 1), Merge(ipv6, static last => last + 1));
    }

    /// <summary>True when <paramref name="address"/> is in one of the networks, or is none.</summary>
    public bool Contains(ClientAddress address) =>
        address.IsIPv4 ? Contains(_ipv4, address.IPv4) : address.IsNone || Contains(_ipv6, address.Value);

    /// <summary>Sorts and joins what overlaps or touches.</summary>
    private static (T First, T Last)[] Merge<T>(List<(T First, T Last)> ranges, Func<T, T> after) where T : IComparable<T>
    {
        ranges.Sort();
        var merged = new List<(T First, T Last)>(ranges.Count);
        foreach (var range in ranges)
        {
            bool joins = merged.Count > 0 && (range.First.CompareTo(merged[^1].Last) <= 0 || range.First.CompareTo(after(merged[^1].Last)) == 0);
            if (!joins) merged.Add(range);
            else if (range.Last.CompareTo(merged[^1].Last) > 0) merged[^1] = (merged[^1].First, range.Last);
        }
        return [.. merged];
    }

    private static bool Contains<T>((T First, T Last)[] ranges, T value) where T : IComparable<T>
    {
        int low = 0, high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (value.CompareTo(ranges[middle].First) < 0) high = middle - 1;
            else if (value.CompareTo(ranges[middle].Last) > 0) low = middle + 1;
            else return true;
        }
        return false;
    }
}
