using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Observability;

/// <summary>The figures of the origins in use, read from the registry when somebody asks.</summary>
internal static class OriginReadings
{
    /// <summary>Adds them all.</summary>
    public static void AddTo(EdgeMetrics metrics, OriginRegistry registry)
    {
        Observe(metrics, Instruments.OriginConnectionsOpened, registry, static origin => origin.ConnectionsOpened);
        Observe(metrics, Instruments.OriginInFlight, registry, static origin => origin.InFlight);
        Observe(metrics, Instruments.OriginQueue, registry, static origin => origin.Queued);
        Observe(metrics, Instruments.OriginHealthy, registry, static origin => origin.Health.Share > 0 ? 1 : 0);
        Observe(metrics, Instruments.OriginEjections, registry, static origin => origin.Health.Ejections);
        Observe(metrics, Instruments.OriginConnections, registry, static origin => origin.ConnectionCounts.Idle, "idle");
        Observe(metrics, Instruments.OriginConnections, registry, static origin => Active(origin.ConnectionCounts), "active");
        Observe(metrics, Instruments.OriginHealthChecks, registry, static origin => origin.Health.ChecksPassed, "passed");
        Observe(metrics, Instruments.OriginHealthChecks, registry, static origin => origin.Health.ChecksFailed, "failed");
        metrics.Observe(Instruments.OriginPanic, sink =>
        {
            foreach (OriginGroup group in registry.Groups)
            {
                sink.Value(group.IsPanicking ? 1 : 0, group.Zone);
            }
        });
    }

    /// <summary>
    /// Adds one figure of each origin. Origins of one zone may share a name, where only protocol or TLS differ; they are summed up, since
    /// a series must not come twice.
    /// </summary>
    private static void Observe(
        EdgeMetrics metrics, Instrument instrument, OriginRegistry registry, Func<Origin, long> figure, string? label = null) =>
        metrics.Observe(instrument, sink =>
        {
            foreach (var same in registry.Origins.GroupBy(origin => (origin.Identity.Zone, origin.Name)))
            {
                (string zone, string name) = same.Key;
                ReadOnlySpan<string> labels = label is null ? [zone, name] : [zone, name, label];
                sink.Value(same.Sum(figure), labels);
            }
        });

    // Counted without a lock, so that idle may be ahead of the total.
    private static long Active((int Total, int Idle) connections) => Math.Max(0, connections.Total - connections.Idle);
}
