using Breakwater.Config;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Waf;
using Breakwater.Http;

namespace Breakwater.Edge.Zones;

/// <summary>Compiles one zone of the configuration. Stateless.</summary>
internal static class ZoneCompiler
{
    /// <summary>Compiles; null when that fails, and the diagnostics say why.</summary>
    public static Zone? Compile(
        ZoneConfig zone, OriginRegistry origins, ZoneRulesCompiler rulesCompiler, ZoneWafCompiler wafCompiler, ConfigurationFiles files, TimeProvider time,
        FuseBox? fuseBox, List<ConfigDiagnostic> diagnostics)
    {
        OriginGroup? group = OriginGroupBuilder.Compose(zone, origins, files, diagnostics);
        if (group is null)
        {
            return null;
        }

        ZoneRules? rules = rulesCompiler.Compile(zone, group);
        ZoneWaf? waf = wafCompiler.Compile(zone);
        ZoneFuses? fuses = fuseBox?.Of(zone.Name);
        return new Zone
        {
            Name = zone.Name,
            Origins = group,
            RouteOrigins = rules is null ? [] : [.. rules.Routes.Values.Select(route => route.Origins).Distinct()],
            Normalisation = zone.NormalizeUrls ? PathNormalisation.Merging : PathNormalisation.Off,
            Rules = rules,
            Waf = waf,
            Fuses = fuses,
            RequestModules = [.. RequestModules(zone, rules, waf).Select(module => Fused(module, fuses, FailsClosed(module.Module, zone, rules, waf)))],
            ResponseModules = [.. ResponseModules(zone, rules).Select(module => Fused(module, fuses, FailsClosed(module.Module, zone, rules, waf)))],
            Errors = ErrorPages.Compile(zone.Errors, time, files, diagnostics),
            BodyLimit = zone.MaxBodySize == 0 ? long.MaxValue : zone.MaxBodySize,
            AllowUpgrade = zone.Websocket,
            Timeouts = Timeouts(zone.Timeouts),
            OriginHeaders = new OriginHeaders(zone.OriginHeaders.XForwarded, zone.OriginHeaders.Forwarded, zone.OriginHeaders.Via),
        };
    }

    private static IRequestModule[] RequestModules(ZoneConfig zone, ZoneRules? rules, ZoneWaf? waf)
    {
        var modules = new List<IRequestModule>();
        if (zone.RedirectToHttps is { } port)
        {
            modules.Add(new HttpsRedirect(port));
        }

        if (waf is not null)
        {
            modules.AddRange(WafModule.For(waf, rules));
        }

        if (rules is not null)
        {
            modules.AddRange(RulesModule.For(rules));
        }

        return [.. modules.OrderBy(module => module.Phase)];
    }

    private static IResponseModule[] ResponseModules(ZoneConfig zone, ZoneRules? rules)
    {
        var modules = new List<IResponseModule>();
        if (zone.Hsts is { } hsts)
        {
            modules.Add(new StrictTransport(hsts));
        }

        if (rules is not null && ResponseRulesModule.For(rules) is { } responseRules)
        {
            modules.Add(responseRules);
        }

        return [.. modules];
    }

    private static IRequestModule Fused(IRequestModule module, ZoneFuses? fuses, bool isClosed) =>
        fuses is null ? module : new FusedRequestModule(module, fuses[module.Module], isClosed);

    private static IResponseModule Fused(IResponseModule module, ZoneFuses? fuses, bool isClosed) =>
        fuses is null ? module : new FusedResponseModule(module, fuses[module.Module], isClosed);

    /// <summary>Whether what a module could not look at is refused. Where protections only look, nothing is.</summary>
    private static bool FailsClosed(ModuleId module, ZoneConfig zone, ZoneRules? rules, ZoneWaf? waf) => module switch
    {
        ModuleId.HttpsRedirect => zone.Fail.HttpsRedirect == FailMode.Closed,
        ModuleId.UrlRules => zone.Fail.UrlRules == FailMode.Closed && rules is { Enforces: true },
        ModuleId.CustomRules => zone.Fail.CustomRules == FailMode.Closed && rules is { Enforces: true },
        ModuleId.RateLimits => zone.Fail.RateLimits == FailMode.Closed && rules is { Enforces: true },
        ModuleId.LateRules => zone.Fail.LateRules == FailMode.Closed && rules is { Enforces: true },
        ModuleId.ResponseRules => zone.Fail.ResponseRules == FailMode.Closed && rules is { Enforces: true },
        ModuleId.Waf => waf is { Fail: WafFail.Closed, Enforces: true },
        _ => false,
    };

    private static OriginTimeouts Timeouts(TimeoutsConfig timeouts) => new(
        GenerationCompiler.Limit(timeouts.Connect),
        GenerationCompiler.Limit(timeouts.FirstByte),
        GenerationCompiler.Limit(timeouts.BetweenBytes),
        GenerationCompiler.Limit(timeouts.Total),
        GenerationCompiler.Limit(timeouts.TunnelIdle));
}
