using System.Globalization;

namespace Breakwater.Edge.Clients;

/// <summary>
/// The addresses whose word is taken on who the client is: proxies in front of the edge. Compiled from prefixes into sorted,
/// disjoint ranges; a test is one binary search. IPv4 and IPv6 are apart: <c>::/0</c> trusts no IPv4 address. Immutable.
/// </summary>
internal sealed class TrustedProxies
{
    private readonly (uint First, uint Last)[] _ipv4;
    private readonly (UInt128 First, UInt128 Last)[] _ipv6;
    private readonly bool _unix;

    private TrustedProxies((uint, uint)[] ipv4, (UInt128, UInt128)[] ipv6, bool unix)
    {
        _ipv4 = ipv4;
        _ipv6 = ipv6;
        _unix = unix;
    }

    /// <summary>Trusts nobody.</summary>
    public static TrustedProxies Nobody { get; } = new([], [], unix: false);

    /// <summary>An entry that is not usable: which one, and what to do about it.</summary>
    internal readonly record struct Problem(int Index, string Message);

    /// <summary>True when <paramref name="address"/> is in one of the prefixes; for <see cref="ClientAddress.None"/>, when <c>unix</c> is listed.</summary>
    public bool Contains(ClientAddress address)
    {
        if (address.IsIPv4) return Contains(_ipv4, address.IPv4);
        return address.IsNone ? _unix : Contains(_ipv6, address.Value);
    }

    /// <summary>Compiles prefixes as an operator writes them: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, a single address, or
    /// <c>unix</c> for peers on Unix-domain sockets. Entries with a problem are left out.</summary>
    public static TrustedProxies Create(IReadOnlyList<string> prefixes, out IReadOnlyList<Problem> problems)
    {
        var ipv4 = new List<(uint First, uint Last)>();
        var ipv6 = new List<(UInt128 First, UInt128 Last)>();
        var found = new List<Problem>();
        bool unix = false;

        for (int i = 0; i < prefixes.Count; i++)
        {
            if (prefixes[i].Equals("unix", StringComparison.OrdinalIgnoreCase))
            {
                unix = true;
                continue;
            }
            string? problem = Parse(prefixes[i], out var address, out int length);
            if (problem is not null) found.Add(new Problem(i, problem));
            else if (address.IsIPv4) ipv4.Add((address.IPv4, address.IPv4 | (uint)HostMask(96 + length)));
            else ipv6.Add((address.Value, address.Value | HostMask(length)));
        }
        problems = found;
        return new TrustedProxies(Merge(ipv4, static last => last + 1), Merge(ipv6, static last => last + 1), unix);
    }

    /// <summary>Null when good, else what is wrong. The length of an IPv4 prefix is 0–32, also when it was written as mapped IPv6.</summary>
    private static string? Parse(string text, out ClientAddress address, out int length)
    {
        int slash = text.IndexOf('/');
        var addressText = slash < 0 ? text : text.AsSpan(0, slash);
        length = 0;
        if (!ClientAddress.TryParse(addressText, out address))
            return $"\"{text}\" is no IP address or prefix; write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32";

        bool mapped = address.IsIPv4 && addressText.Contains(':');
        int most = address.IsIPv4 && !mapped ? 32 : 128;
        length = most;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > most))
            return $"\"{text}\" has no valid prefix length; after the slash stands a number from 0 to {most}";
        if (mapped)
        {
            if (length < 96) return $"\"{text}\" reaches beyond the IPv4-mapped addresses; write the IPv4 prefix itself";
            length -= 96;
        }

        var host = HostMask(address.IsIPv4 ? 96 + length : length);
        if ((address.Value & host) == 0) return null;
        var start = ClientAddress.FromValue(address.Value & ~host);
        string network = start.IsNone ? "::" : start.ToString();
        return $"\"{text}\" has bits set behind its prefix length; write {network}/{length} for the network, or {address} for that address alone";
    }

    private static UInt128 HostMask(int length) => length == 128 ? 0 : UInt128.MaxValue >> length;

    private static (T First, T Last)[] Merge<T>(List<(T First, T Last)> ranges, Func<T, T> after) where T : IComparable<T>
    {
        ranges.Sort();
        var merged = new List<(T First, T Last)>(ranges.Count);
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && range.First.CompareTo(merged[^1].Last) <= 0)
            {
                if (range.Last.CompareTo(merged[^1].Last) > 0) merged[^1] = (merged[^1].First, range.Last);
            }
            else if (merged.Count > 0 && range.First.CompareTo(after(merged[^1].Last)) == 0)
            {
                merged[^1] = (merged[^1].First, range.Last);
            }
            else
            {
                merged.Add(range);
            }
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
