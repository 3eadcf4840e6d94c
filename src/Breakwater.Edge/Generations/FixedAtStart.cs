using Breakwater.Config;

namespace Breakwater.Edge.Generations;

/// <summary>
/// What belongs to the process rather than to a generation, so that a reload leaves it as it was at the start: told to whoever changed it.
/// </summary>
internal static class FixedAtStart
{
    /// <summary>A warning for each setting that would take a restart.</summary>
    /// <param name="started">The configuration that the edge was started with.</param>
    /// <param name="next">The one that was put in force.</param>
    public static IEnumerable<ConfigDiagnostic> Compare(BreakwaterConfig started, BreakwaterConfig next)
    {
        if (!next.Listeners.Equals(started.Listeners))
        {
            yield return ConfigDiagnostic.Warning(
                next.PositionOf("listeners"), "listeners differ from those the edge was started with", "restart the edge to listen elsewhere");
        }

        if (next.Logging.Access != started.Logging.Access)
        {
            yield return ConfigDiagnostic.Warning(
                next.Logging.PositionOf("access"), "the access log's settings differ from those the edge was started with",
                "restart the edge to log differently");
        }

        if (next.Logging.Events != started.Logging.Events)
        {
            yield return ConfigDiagnostic.Warning(
                next.Logging.PositionOf("events"), "the event log's settings differ from those the edge was started with",
                "restart the edge to log differently");
        }

        if (next.Metrics.Otlp != started.Metrics.Otlp)
        {
            yield return ConfigDiagnostic.Warning(
                next.Metrics.PositionOf("otlp"), "the settings of OTLP differ from those the edge was started with",
                "restart the edge to push metrics elsewhere");
        }

        bool speaksHttp2 = started.Listeners.Any(listener => (listener.Protocols & (ListenerProtocols.H2 | ListenerProtocols.H3)) != 0);
        if (speaksHttp2 && LimitsOfHttp2(next.Limits) != LimitsOfHttp2(started.Limits))
        {
            yield return ConfigDiagnostic.Warning(
                next.PositionOf("limits"), "limits differ from those the edge was started with: HTTP/2 and HTTP/3 keep theirs",
                "restart the edge, and they hold there too");
        }
    }

    /// <summary>The limits that Kestrel was given when it was started, the others set alike.</summary>
    private static LimitsConfig LimitsOfHttp2(LimitsConfig limits) => new()
    {
        MaxHeadSize = limits.MaxHeadSize,
        MaxLineSize = limits.MaxLineSize,
        MaxTargetSize = limits.MaxTargetSize,
        MaxHeaderCount = limits.MaxHeaderCount,
        MaxStreamsPerConnection = limits.MaxStreamsPerConnection,
        HeaderTimeout = limits.HeaderTimeout,
        IdleTimeout = limits.IdleTimeout,
        MinReadRate = limits.MinReadRate,
        MinWriteRate = limits.MinWriteRate,
        RateGrace = limits.RateGrace,
    };
}
