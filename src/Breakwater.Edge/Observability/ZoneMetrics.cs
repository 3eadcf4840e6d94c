using System.Collections.Concurrent;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The figures of one zone, by name: they outlive generations, so that no counter goes back when the configuration changes. Thread-safe.
/// </summary>
internal sealed class ZoneMetrics
{
    private static readonly int Ends = WordsOf<ExchangeEnd>.Count;

    // By protocol and end; each made when it first happens, since few of the combinations ever do.
    private readonly StripedCells?[] _exchanges = new StripedCells[Protocols.Count * Ends];
    private readonly StripedCells _sums = new(4);
    private readonly ConcurrentDictionary<string, OriginMetrics> _origins = new(StringComparer.Ordinal);

    // The origins of the last few exchanges, by identity. Replaced as a whole, never changed.
    private OriginCache _originCache = new([]);

    public ZoneMetrics(string name)
    {
        Name = name;
        Tag = new("zone", name);
    }

    private enum Sums
    {
        RequestBytes,
        ResponseBytes,
        Retries,
        Reused,
    }

    /// <summary>The zone's name, the label of all its figures.</summary>
    public string Name { get; }

    /// <summary>The label for recordings with <see cref="System.Diagnostics.Metrics"/>.</summary>
    public KeyValuePair<string, object?> Tag { get; }

    /// <summary>How long exchanges took.</summary>
    public DurationHistogram Duration { get; } = new();

    /// <summary>How long origins took to answer.</summary>
    public DurationHistogram OriginDuration { get; } = new();

    /// <summary>Counts an exchange that is over.</summary>
    public void Count(HttpVersion version, in ExchangeRecord record)
    {
        int combination = (int)version * Ends + (int)record.End;
        StripedCells cells = _exchanges[combination] ?? Create(combination);
        cells.Add(StatusClass.Of(record.Status), 1);
        if (record.RequestBodyBytes > 0)
        {
            _sums.Add((int)Sums.RequestBytes, record.RequestBodyBytes);
        }

        if (record.ResponseBodyBytes > 0)
        {
            _sums.Add((int)Sums.ResponseBytes, record.ResponseBodyBytes);
        }

        if (record.Origin is not null)
        {
            CountOrigin(record.Origin, record);
        }
    }

    /// <summary>Reads <see cref="Instruments.Exchanges"/>.</summary>
    public void ReadExchanges(MetricSink sink)
    {
        for (int i = 0; i < _exchanges.Length; i++)
        {
            if (_exchanges[i] is { } cells)
            {
                for (int status = 0; status < StatusClass.Count; status++)
                {
                    if (cells.Sum(status) is > 0 and long sum)
                    {
                        string protocol = Protocols.Label((HttpVersion)(i / Ends));
                        sink.Value(sum, Name, StatusClass.Label(status), protocol, WordsOf<ExchangeEnd>.Text(i % Ends));
                    }
                }
            }
        }
    }

    /// <summary>Reads <see cref="Instruments.RequestBytes"/>.</summary>
    public void ReadRequestBytes(MetricSink sink) => sink.Value(_sums.Sum((int)Sums.RequestBytes), Name);

    /// <summary>Reads <see cref="Instruments.ResponseBytes"/>.</summary>
    public void ReadResponseBytes(MetricSink sink) => sink.Value(_sums.Sum((int)Sums.ResponseBytes), Name);

    /// <summary>Reads <see cref="Instruments.OriginRetries"/>.</summary>
    public void ReadRetries(MetricSink sink) => sink.Value(_sums.Sum((int)Sums.Retries), Name);

    /// <summary>Reads <see cref="Instruments.OriginReused"/>.</summary>
    public void ReadReused(MetricSink sink) => sink.Value(_sums.Sum((int)Sums.Reused), Name);

    /// <summary>Reads <see cref="Instruments.OriginExchanges"/>.</summary>
    public void ReadOrigins(MetricSink sink)
    {
        foreach ((string origin, OriginMetrics metrics) in _origins)
        {
            metrics.Read(sink, Name, origin);
        }
    }

    private StripedCells Create(int combination) =>
        Interlocked.CompareExchange(ref _exchanges[combination], new StripedCells(StatusClass.Count), null) ?? _exchanges[combination]!;

    private void CountOrigin(Origin origin, in ExchangeRecord record)
    {
        OriginMetrics metrics = _originCache.Find(origin) ?? Remember(origin);
        metrics.Count(record);
        if (record.Attempts > 1)
        {
            _sums.Add((int)Sums.Retries, record.Attempts - 1);
        }

        if (record.OriginConnectionReused)
        {
            _sums.Add((int)Sums.Reused, 1);
        }
    }

    private OriginMetrics Remember(Origin origin)
    {
        OriginMetrics metrics = _origins.GetOrAdd(origin.Name, static _ => new OriginMetrics());
        _originCache = _originCache.With(origin, metrics);
        return metrics;
    }

    /// <summary>A short list to look an origin up in by identity, which costs less than by name. Immutable.</summary>
    private sealed class OriginCache((Origin Origin, OriginMetrics Metrics)[] entries)
    {
        private const int Limit = 16;

        public OriginMetrics? Find(Origin origin)
        {
            foreach ((Origin known, OriginMetrics metrics) in entries)
            {
                if (ReferenceEquals(known, origin))
                {
                    return metrics;
                }
            }

            return null;
        }

        public OriginCache With(Origin origin, OriginMetrics metrics) =>
            new([(origin, metrics), .. entries.AsSpan(0, Math.Min(entries.Length, Limit - 1))]);
    }
}
