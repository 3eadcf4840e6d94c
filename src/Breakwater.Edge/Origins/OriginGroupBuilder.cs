using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Origins;

/// <summary>Makes a zone's origins out of its configuration.</summary>
internal static class OriginGroupBuilder
{
    /// <summary>
    /// The group of a zone, composed but not in use yet. Null when a file that it names cannot be used; the diagnostics say which.
    /// </summary>
    public static OriginGroup? Compose(ZoneConfig zone, OriginRegistry registry, ConfigurationFiles files, ICollection<ConfigDiagnostic> diagnostics)
    {
        var definitions = new List<OriginDefinition>();
        bool failed = false;
        foreach (OriginConfig origin in zone.Origins)
        {
            OriginTlsSettings? tls = null;
            if (origin.Url.IsTls)
            {
                tls = OriginTlsSettings.Load(origin.Tls, origin.Url.Host, files, diagnostics);
                failed |= tls is null;
            }

            definitions.Add(new OriginDefinition(new Uri(origin.Url.ToString()))
            {
                Weight = origin.Weight,
                Protocol = origin.Protocol,
                Tls = tls,
                Settings = Settings(zone, origin),
            });
        }

        return failed ? null : registry.Compose(zone.Name, Settings(zone), definitions);
    }

    private static OriginGroupSettings Settings(ZoneConfig zone) => new()
    {
        Policy = zone.Balance,
        HashBy = zone.HashBy,
        MaxEjected = zone.Outlier.MaxEjected,
        PanicBelow = zone.Outlier.PanicBelow,
        MaxAttempts = zone.Retries.MaxAttempts,
        RetryShare = zone.Retries.Budget,
        RetriesPerSecond = zone.Retries.MinPerSecond,
    };

    private static OriginSettings Settings(ZoneConfig zone, OriginConfig origin)
    {
        // In HTTP/1.1 a request at the origin is a connection to it, so the smaller limit holds for both.
        int inFlight = origin.MaxInFlight > 0 ? origin.MaxInFlight : zone.Pool.MaxInFlight;
        if (origin.Protocol != OriginProtocol.H2)
        {
            inFlight = Math.Min(inFlight, zone.Pool.MaxConnections);
        }

        PoolConfig pool = zone.Pool;
        return new OriginSettings
        {
            Admission = new AdmissionSettings(inFlight, pool.MaxQueued, EdgeClock.ToMicros(pool.QueueTimeout)),
            Pool = new OriginPoolSettings(
                pool.MaxConnections,
                EdgeClock.ToMicros(pool.IdleTimeout),
                pool.MaxAge == TimeSpan.Zero ? long.MaxValue : EdgeClock.ToMicros(pool.MaxAge)),
            Health = zone.Health is { } health ? Settings(health) : null,
            Outlier = new OutlierSettings(
                zone.Outlier.ConsecutiveFailures, EdgeClock.ToMicros(zone.Outlier.EjectFor), EdgeClock.ToMicros(zone.Outlier.MaxEjectFor)),
            SlowStart = EdgeClock.ToMicros(zone.SlowStart),
            DnsRefresh = EdgeClock.ToMicros(zone.Dns.Refresh),
            HostField = origin.Host.Mode switch
            {
                HostHeaderMode.Origin => Encoding.ASCII.GetBytes(origin.Url.Authority),
                HostHeaderMode.Fixed => Encoding.ASCII.GetBytes(origin.Host.Name),
                _ => null,
            },
        };
    }

    private static HealthCheckSettings Settings(HealthConfig health) => new()
    {
        Path = health.Path,
        Host = health.Host,
        Interval = EdgeClock.ToMicros(health.Interval),
        Timeout = EdgeClock.ToMicros(health.Timeout),
        HealthyAfter = health.HealthyAfter,
        UnhealthyAfter = health.UnhealthyAfter,
        MinStatus = health.ExpectStatus.First,
        MaxStatus = health.ExpectStatus.Last,
    };
}
