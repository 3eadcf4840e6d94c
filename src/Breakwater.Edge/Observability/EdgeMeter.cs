using System.Diagnostics.Metrics;

namespace Breakwater.Edge.Observability;

/// <summary>
/// The same figures as a <see cref="Meter"/>, for what listens to those: the OTLP export, <c>dotnet-counters</c>. Counters and gauges are
/// read when the listener asks; histograms are recorded twice, but only while somebody listens. Thread-safe.
/// </summary>
internal sealed class EdgeMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Breakwater";

    private static readonly InstrumentAdvice<double> Ranges =
        new() { HistogramBucketBoundaries = [.. DurationHistogram.UpperEnds.Select(micros => micros / 1e6)] };

    private readonly EdgeMetrics _metrics;
    private readonly Meter _meter;

    public EdgeMeter(EdgeMetrics metrics)
    {
        _metrics = metrics;
        _meter = new Meter(new MeterOptions(Name) { Version = EdgeVersion.Text });
        ExchangeDuration = Histogram(Instruments.ExchangeDuration);
        OriginDuration = Histogram(Instruments.OriginDuration);
        foreach (Instrument instrument in Instruments.All)
        {
            Offer(instrument);
        }
    }

    /// <summary>Takes <see cref="Instruments.ExchangeDuration"/> in seconds.</summary>
    public Histogram<double> ExchangeDuration { get; }

    /// <summary>Takes <see cref="Instruments.OriginDuration"/> in seconds.</summary>
    public Histogram<double> OriginDuration { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private Histogram<double> Histogram(Instrument instrument) =>
        _meter.CreateHistogram(instrument.Name, instrument.Unit, instrument.Help, null, Ranges);

    private void Offer(Instrument instrument)
    {
        (string name, string unit, string help) = (instrument.Name, instrument.Unit, instrument.Help);
        switch (instrument.Kind, instrument.InMicroseconds)
        {
            case (InstrumentKind.Counter, false):
                _meter.CreateObservableCounter(name, () => Read(instrument, static value => value), unit, help);
                break;
            case (InstrumentKind.Counter, true):
                _meter.CreateObservableCounter(name, () => Read(instrument, static value => value / 1e6), unit, help);
                break;
            case (InstrumentKind.Gauge, false):
                _meter.CreateObservableGauge(name, () => Read(instrument, static value => value), unit, help);
                break;
            case (InstrumentKind.Gauge, true):
                _meter.CreateObservableGauge(name, () => Read(instrument, static value => value / 1e6), unit, help);
                break;
        }
    }

    private List<Measurement<T>> Read<T>(Instrument instrument, Func<long, T> convert)
        where T : struct
    {
        Collector<T> collector = new(instrument, convert);
        _metrics.Read(instrument, collector);
        return collector.Measurements;
    }

    private sealed class Collector<T>(Instrument instrument, Func<long, T> convert) : MetricSink
        where T : struct
    {
        public List<Measurement<T>> Measurements { get; } = [];

        public override void Value(long value, params ReadOnlySpan<string> labels)
        {
            KeyValuePair<string, object?>[] tags = new KeyValuePair<string, object?>[labels.Length];
            for (int i = 0; i < tags.Length; i++)
            {
                tags[i] = new(instrument.Labels[i], labels[i]);
            }

            Measurements.Add(new Measurement<T>(convert(value), tags));
        }

        // Histograms are recorded, not observed.
        public override void Distribution(DurationHistogram histogram, params ReadOnlySpan<string> labels)
        {
        }
    }
}
