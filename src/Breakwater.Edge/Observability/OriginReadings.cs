using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Observability;

/// <summary>The figures of the origins in use, read from the registry when somebody asks.</summary>
internal static class OriginReadings
{
    /// <summary>Adds them all.</summary>
    public static void AddTo(EdgeMetrics metrics, OriginRegistry registry)
    {
        metrics.Observe(Instruments.OriginConnectionsOpened, sink => ForEach(registry, sink, static (origin, to) =>
            to.Value(origin.ConnectionsOpened, origin.Identity.Zone, origin.Name)));
        metrics.Observe(Instruments.OriginConnections, sink => ForEach(registry, sink, static (origin, to) =>
        {
            (int total, int idle) = origin.ConnectionCounts;
            to.Value(idle, origin.Identity.Zone, origin.Name, "idle");
            to.Value(Math.Max(0, total - idle), origin.Identity.Zone, origin.Name, "active");
        }));
        metrics.Observe(Instruments.OriginQueue, sink => ForEach(registry, sink, static (origin, to) =>
            to.Value(origin.Queued, origin.Identity.Zone, origin.Name)));
        metrics.Observe(Instruments.OriginHealthy, sink => ForEach(registry, sink, static (origin, to) =>
            to.Value(origin.Health.Share > 0 ? 1 : 0, origin.Identity.Zone, origin.Name)));
        metrics.Observe(Instruments.OriginEjections, sink => ForEach(registry, sink, static (origin, to) =>
            to.Value(origin.Health.Ejections, origin.Identity.Zone, origin.Name)));
        metrics.Observe(Instruments.OriginHealthChecks, sink => ForEach(registry, sink, static (origin, to) =>
        {
            to.Value(origin.Health.ChecksPassed, origin.Identity.Zone, origin.Name, "passed");
            to.Value(origin.Health.ChecksFailed, origin.Identity.Zone, origin.Name, "failed");
        }));
        metrics.Observe(Instruments.OriginPanic, sink =>
        {
            foreach (OriginGroup group in registry.Groups)
            {
                sink.Value(group.IsPanicking ? 1 : 0, group.Zone);
            }
        });
    }

    private static void ForEach(OriginRegistry registry, MetricSink sink, Action<Origin, MetricSink> read)
    {
        foreach (Origin origin in registry.Origins)
        {
            read(origin, sink);
        }
    }
}
