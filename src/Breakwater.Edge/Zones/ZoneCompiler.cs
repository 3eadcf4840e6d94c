using Breakwater.Config;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;

namespace Breakwater.Edge.Zones;

/// <summary>Compiles one zone of the configuration. Stateless.</summary>
internal static class ZoneCompiler
{
    /// <summary>Compiles; null when that fails, and the diagnostics say why.</summary>
    public static Zone? Compile(ZoneConfig zone, OriginRegistry origins, TimeProvider time, List<ConfigDiagnostic> diagnostics)
    {
        OriginGroup? group = OriginGroupBuilder.Compose(zone, origins, diagnostics);
        if (group is null)
        {
            return null;
        }

        return new Zone
        {
            Name = zone.Name,
            Origins = group,
            RequestModules = zone.RedirectToHttps is { } port ? [new HttpsRedirect(port)] : [],
            ResponseModules = zone.Hsts is { } hsts ? [new StrictTransport(hsts)] : [],
            Errors = ErrorPages.Compile(zone.Errors, time, diagnostics),
            BodyLimit = zone.MaxBodySize == 0 ? long.MaxValue : zone.MaxBodySize,
            AllowUpgrade = zone.Websocket,
            Timeouts = Timeouts(zone.Timeouts),
            OriginHeaders = new OriginHeaders(zone.OriginHeaders.XForwarded, zone.OriginHeaders.Forwarded, zone.OriginHeaders.Via),
        };
    }

    private static OriginTimeouts Timeouts(TimeoutsConfig timeouts) => new(
        GenerationCompiler.Limit(timeouts.Connect),
        GenerationCompiler.Limit(timeouts.FirstByte),
        GenerationCompiler.Limit(timeouts.BetweenBytes),
        GenerationCompiler.Limit(timeouts.Total),
        GenerationCompiler.Limit(timeouts.TunnelIdle));
}
