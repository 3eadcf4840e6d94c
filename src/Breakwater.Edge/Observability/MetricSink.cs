namespace Breakwater.Edge.Observability;

/// <summary>Where an instrument's current figures are written to, by who knows them. Used by one thread, for one reading.</summary>
internal abstract class MetricSink
{
    /// <summary>
    /// The value of one set of labels, which are in the order of <see cref="Instrument.Labels"/>; microseconds where the unit is s.
    /// </summary>
    public abstract void Value(long value, params ReadOnlySpan<string> labels);

    /// <summary>The distribution of one set of labels.</summary>
    public abstract void Distribution(DurationHistogram histogram, params ReadOnlySpan<string> labels);
}

/// <summary>Writes the figures of one instrument. Called when somebody reads the metrics, on their thread; must not block.</summary>
internal delegate void MetricReading(MetricSink sink);
