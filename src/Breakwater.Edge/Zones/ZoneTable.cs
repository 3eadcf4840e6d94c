namespace Breakwater.Edge.Zones;

/// <summary>
/// Which zone serves a host: exact names first, then the longest wildcard, then <c>*</c>. Immutable.
/// </summary>
internal sealed class ZoneTable
{
    private readonly Dictionary<string, Zone> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Zone> _suffixes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Zone>.AlternateLookup<ReadOnlySpan<char>> _exactBySpan;
    private readonly Dictionary<string, Zone>.AlternateLookup<ReadOnlySpan<char>> _suffixesBySpan;
    private readonly Zone? _any;

    /// <param name="zones">The zones with their hosts: a name, <c>*.name</c> for any name below it, or <c>*</c>.</param>
    public ZoneTable(IEnumerable<(Zone Zone, IReadOnlyList<string> Hosts)> zones)
    {
        var all = new List<Zone>();
        foreach ((Zone zone, IReadOnlyList<string> hosts) in zones)
        {
            all.Add(zone);
            foreach (string host in hosts)
            {
                if (host == "*")
                {
                    _any = zone;
                }
                else if (host.StartsWith("*.", StringComparison.Ordinal))
                {
                    _suffixes.Add(host[2..], zone);
                }
                else
                {
                    _exact.Add(host, zone);
                }
            }
        }

        All = all;
        _exactBySpan = _exact.GetAlternateLookup<ReadOnlySpan<char>>();
        _suffixesBySpan = _suffixes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>All zones, in configured order.</summary>
    public IReadOnlyList<Zone> All { get; }

    /// <summary>The zone for a host name (no port), or null.</summary>
    public Zone? Find(ReadOnlySpan<byte> host)
    {
        // A DNS name has at most 253 characters; what is longer can be no configured name.
        if (host.Length is 0 or > 253)
        {
            return _any;
        }

        Span<char> name = stackalloc char[host.Length];
        for (int i = 0; i < host.Length; i++)
        {
            name[i] = (char)host[i];
        }

        if (name[^1] == '.')
        {
            name = name[..^1];
        }

        if (_exactBySpan.TryGetValue(name, out Zone? zone))
        {
            return zone;
        }

        if (_suffixes.Count > 0)
        {
            for (int dot = name.IndexOf('.'); dot >= 0;)
            {
                name = name[(dot + 1)..];
                if (_suffixesBySpan.TryGetValue(name, out zone))
                {
                    return zone;
                }

                dot = name.IndexOf('.');
            }
        }

        return _any;
    }
}
