namespace Breakwater.Edge.Observability;

/// <summary>What kind of figure an instrument gives.</summary>
internal enum InstrumentKind : byte
{
    /// <summary>A sum that only grows, from the start of the process.</summary>
    Counter,

    /// <summary>A value of this moment.</summary>
    Gauge,

    /// <summary>A distribution: counts per range of values, and their sum.</summary>
    Histogram,
}

/// <summary>
/// The definition of one metric. Immutable. Only <see cref="Instruments"/> makes them, so that none exists without its entry in
/// docs/metrics.md.
/// </summary>
/// <param name="Name">The name in OpenTelemetry's form: lower case, dots between words.</param>
/// <param name="Kind">The kind of figure.</param>
/// <param name="Unit">
/// UCUM, as OpenTelemetry asks: <c>s</c>, <c>By</c>, or what is counted in braces. Instruments in <c>s</c> are recorded in whole
/// microseconds and given out in seconds.
/// </param>
/// <param name="Help">One sentence.</param>
/// <param name="Labels">The names of the labels, in the order in which values are given.</param>
internal sealed record Instrument(string Name, InstrumentKind Kind, string Unit, string Help, params string[] Labels)
{
    /// <summary>Where the instrument stands in <see cref="Instruments.All"/>.</summary>
    public int Index { get; init; }

    /// <summary>Whether recorded values are microseconds, to be given out as seconds.</summary>
    public bool InMicroseconds => Unit == "s";

    /// <summary>
    /// The name in Prometheus, by OpenTelemetry's rule of translation: unit behind the name, <c>_total</c> behind counters. A collector
    /// that receives the OTLP export and is scraped by Prometheus therefore shows the same names as <c>/metrics</c>.
    /// </summary>
    public string PrometheusName
    {
        get
        {
            string name = Name.Replace('.', '_') + Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
            return Kind == InstrumentKind.Counter ? name + "_total" : name;
        }
    }

    /// <summary>The labels' names in Prometheus, where a name has no dots.</summary>
    public IEnumerable<string> PrometheusLabels => Labels.Select(label => label.Replace('.', '_'));
}
