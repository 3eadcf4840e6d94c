using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Authentication;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>
/// All figures of one edge. Thread-safe. Counting costs a few nanoseconds, allocates nothing in steady state and never waits for another
/// thread; whoever reads (<c>/metrics</c>, the OTLP export, <c>dotnet-counters</c>) pays for adding up.
/// </summary>
internal sealed class EdgeMetrics : IDisposable
{
    /// <summary>The zone label of exchanges that no zone serves; no configured name can look so.</summary>
    public const string NoZone = "(none)";

    private readonly ConcurrentDictionary<string, ZoneMetrics> _zones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ListenerMetrics> _listeners = new(StringComparer.Ordinal);
    private readonly MetricReading?[] _readings = new MetricReading?[Instruments.All.Count];
    private readonly StripedCells _started = new(1);
    private readonly StripedCells _ended = new(1);
    private readonly StripedCells _requestViolations = new(WordsOf<HttpViolation>.Count);
    private readonly StripedCells _responseViolations = new(WordsOf<HttpViolation>.Count);
    private readonly StripedCells _feedFaults = new(WordsOf<FeedFault>.Count);
    private readonly StripedCells _handshakes = new(TlsVersions.Length);
    private readonly StripedCells _handshakeFailures = new(WordsOf<TlsHandshakeFailure>.Count);
    private readonly ZoneMetrics _noZone;
    private readonly EdgeMeter _meter;
    private long _promoted;
    private long _refused;
    private long _held;
    private long _reverted;
    private long _generation;

    /// <summary>Makes a set of figures, all zero, and offers them as the meter <see cref="EdgeMeter.Name"/>.</summary>
    public EdgeMetrics()
    {
        _noZone = Zone(NoZone);
        ObserveConnections();
        ObserveExchanges();
        ObserveGenerations();
        ProcessReadings.AddTo(this);
        _meter = new EdgeMeter(this);
    }

    private static string[] TlsVersions { get; } = ["1.2", "1.3", "other"];

    /// <summary>
    /// Says who knows the current figures of an instrument: gauges, and counters that are counted elsewhere. Several may share one
    /// instrument, with different labels.
    /// </summary>
    public void Observe(Instrument instrument, MetricReading reading)
    {
        ref MetricReading? readings = ref _readings[instrument.Index];
        for (MetricReading? before = Volatile.Read(ref readings); ;)
        {
            MetricReading? seen = Interlocked.CompareExchange(ref readings, before + reading, before);
            if (ReferenceEquals(seen, before))
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Stops asking a reading that was given to <see cref="Observe"/>.</summary>
    public void Forget(Instrument instrument, MetricReading reading)
    {
        ref MetricReading? readings = ref _readings[instrument.Index];
        for (MetricReading? before = Volatile.Read(ref readings); ;)
        {
            MetricReading? seen = Interlocked.CompareExchange(ref readings, before - reading, before);
            if (ReferenceEquals(seen, before))
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Counts a connection that a listener accepted, before anything is known of it.</summary>
    public void ConnectionStarted(string listener) => Listener(listener).Started();

    /// <summary>Counts a connection that is over; each that was started must be ended once.</summary>
    public void ConnectionEnded(string listener, ConnectionProtocol protocol, ConnectionEnd end) => Listener(listener).Ended(protocol, end);

    /// <summary>Counts a TLS handshake that succeeded.</summary>
    public void TlsHandshakeCompleted(SslProtocols version)
    {
        int index = version switch { SslProtocols.Tls12 => 0, SslProtocols.Tls13 => 1, _ => 2 };
        _handshakes.Add(index, 1);
    }

    /// <summary>Counts a TLS handshake that failed.</summary>
    public void TlsHandshakeFailed(TlsHandshakeFailure reason) => _handshakeFailures.Add((int)reason, 1);

    /// <summary>Exchanges that are over, ever.</summary>
    public long ExchangesEnded => _ended.Sum(0);

    /// <summary>Counts an exchange that begins; each must be given to <see cref="ExchangeEnded"/> once.</summary>
    public void ExchangeStarted() => _started.Add(0, 1);

    /// <summary>Counts an exchange that is over, by its record.</summary>
    public void ExchangeEnded(Exchange exchange)
    {
        ref ExchangeRecord record = ref exchange.Record;
        ZoneMetrics zone = exchange.Zone is { } served ? Zone(served.Name) : _noZone;
        zone.Count(exchange.Request.Version, record);
        _ended.Add(0, 1);

        if (record.Violation != HttpViolation.None)
        {
            StripedCells violations = record.End == ExchangeEnd.OriginBadResponse ? _responseViolations : _requestViolations;
            violations.Add((int)record.Violation, 1);
        }

        if (record.End is not (ExchangeEnd.TunnelClosed or ExchangeEnd.TunnelIdle))
        {
            Record(zone.Duration, _meter.ExchangeDuration, zone.Tag, record.EndMicros - record.StartMicros);
        }

        if (record.OriginHeadMicros != 0)
        {
            Record(zone.OriginDuration, _meter.OriginDuration, zone.Tag, record.OriginHeadMicros - record.OriginSentMicros);
        }
    }

    /// <summary>Counts a configuration that was put in force.</summary>
    public void GenerationPromoted(long number)
    {
        Interlocked.Increment(ref _promoted);
        Volatile.Write(ref _generation, number);
    }

    /// <summary>Counts a configuration that was refused.</summary>
    public void GenerationRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Counts a change that waits for a confirmation.</summary>
    public void GenerationHeld() => Interlocked.Increment(ref _held);

    /// <summary>Counts a generation that did harm and was taken back.</summary>
    public void GenerationReverted() => Interlocked.Increment(ref _reverted);

    /// <summary>Counts a content of a feed that was refused.</summary>
    public void FeedRefused(FeedFault fault) => _feedFaults.Add((int)fault, 1);

    /// <summary>Writes all figures in Prometheus' text format, version 0.0.4 (<see cref="PrometheusText.ContentType"/>).</summary>
    public void WritePrometheus(IBufferWriter<byte> output)
    {
        PrometheusText text = new(output);
        foreach (Instrument instrument in Instruments.All)
        {
            text.Begin(instrument);
            Read(instrument, text);
        }
    }

    /// <summary>Writes the current figures of one instrument; nothing when nobody knows any.</summary>
    public void Read(Instrument instrument, MetricSink sink) => Volatile.Read(ref _readings[instrument.Index])?.Invoke(sink);

    /// <summary>Whether a meter is the one that offers these figures: there may be several edges in a process.</summary>
    internal bool Owns(System.Diagnostics.Metrics.Meter meter) => _meter.ExchangeDuration.Meter == meter;

    /// <summary>Withdraws the meter.</summary>
    public void Dispose() => _meter.Dispose();

    private ZoneMetrics Zone(string name) =>
        _zones.TryGetValue(name, out ZoneMetrics? zone) ? zone : _zones.GetOrAdd(name, static key => new(key));

    private ListenerMetrics Listener(string name) =>
        _listeners.TryGetValue(name, out ListenerMetrics? listener) ? listener : _listeners.GetOrAdd(name, static key => new(key));

    private static void Record(
        DurationHistogram histogram, System.Diagnostics.Metrics.Histogram<double> listened, KeyValuePair<string, object?> tag, long micros)
    {
        histogram.Record(micros);
        if (listened.Enabled)
        {
            listened.Record(Math.Max(micros, 0) / 1e6, tag);
        }
    }

    private void ObserveConnections()
    {
        Observe(Instruments.ConnectionsAccepted, sink => ForEachListener(sink, static (listener, to) => listener.ReadAccepted(to)));
        Observe(Instruments.ConnectionsOpen, sink => ForEachListener(sink, static (listener, to) => listener.ReadOpen(to)));
        Observe(Instruments.ConnectionsEnded, sink => ForEachListener(sink, static (listener, to) => listener.ReadEnded(to)));
        Observe(Instruments.TlsHandshakes, ReadHandshakes);
        Observe(Instruments.TlsHandshakeFailures, sink => ReadWords<TlsHandshakeFailure>(_handshakeFailures, sink));
    }

    private void ObserveExchanges()
    {
        Observe(Instruments.Exchanges, sink => ForEachZone(sink, static (zone, to) => zone.ReadExchanges(to)));
        Observe(Instruments.ExchangeDuration, sink => ForEachZone(sink, static (zone, to) => to.Distribution(zone.Duration, zone.Name)));
        Observe(Instruments.RequestBytes, sink => ForEachZone(sink, static (zone, to) => zone.ReadRequestBytes(to)));
        Observe(Instruments.ResponseBytes, sink => ForEachZone(sink, static (zone, to) => zone.ReadResponseBytes(to)));
        Observe(Instruments.OriginExchanges, sink => ForEachZone(sink, static (zone, to) => zone.ReadOrigins(to)));
        Observe(
            Instruments.OriginDuration, sink => ForEachZone(sink, static (zone, to) => to.Distribution(zone.OriginDuration, zone.Name)));
        Observe(Instruments.OriginRetries, sink => ForEachZone(sink, static (zone, to) => zone.ReadRetries(to)));
        Observe(Instruments.OriginReused, sink => ForEachZone(sink, static (zone, to) => zone.ReadReused(to)));
        Observe(Instruments.Violations, ReadViolations);
        Observe(Instruments.ExchangesActive, sink =>
        {
            // Ended first, so that the difference is never below zero.
            long ended = _ended.Sum(0);
            sink.Value(_started.Sum(0) - ended);
        });
    }

    private void ObserveGenerations()
    {
        Observe(Instruments.GenerationsPromoted, sink => sink.Value(Volatile.Read(ref _promoted)));
        Observe(Instruments.GenerationsRefused, sink => sink.Value(Volatile.Read(ref _refused)));
        Observe(Instruments.GenerationsHeld, sink => sink.Value(Volatile.Read(ref _held)));
        Observe(Instruments.GenerationsReverted, sink => sink.Value(Volatile.Read(ref _reverted)));
        Observe(Instruments.FeedsRefused, sink => ReadWords<FeedFault>(_feedFaults, sink));
        Observe(Instruments.GenerationNumber, sink => sink.Value(Volatile.Read(ref _generation)));
    }

    private void ForEachListener(MetricSink sink, Action<ListenerMetrics, MetricSink> read)
    {
        foreach (ListenerMetrics listener in _listeners.Values)
        {
            read(listener, sink);
        }
    }

    private void ForEachZone(MetricSink sink, Action<ZoneMetrics, MetricSink> read)
    {
        foreach (ZoneMetrics zone in _zones.Values)
        {
            read(zone, sink);
        }
    }

    private void ReadHandshakes(MetricSink sink)
    {
        for (int i = 0; i < _handshakes.Count; i++)
        {
            sink.Value(_handshakes.Sum(i), TlsVersions[i]);
        }
    }

    private void ReadViolations(MetricSink sink)
    {
        ReadWords<HttpViolation>(_requestViolations, sink, "request");
        ReadWords<HttpViolation>(_responseViolations, sink, "response");
    }

    /// <summary>Reads cells that are numbered by an enum; those that never counted are left out.</summary>
    private static void ReadWords<TEnum>(StripedCells cells, MetricSink sink, string? firstLabel = null)
        where TEnum : unmanaged, Enum
    {
        for (int i = 0; i < cells.Count; i++)
        {
            if (cells.Sum(i) is > 0 and long sum)
            {
                if (firstLabel is null)
                {
                    sink.Value(sum, WordsOf<TEnum>.Text(i));
                }
                else
                {
                    sink.Value(sum, firstLabel, WordsOf<TEnum>.Text(i));
                }
            }
        }
    }
}
