namespace Breakwater.Config.Checks;

/// <summary>The firewall's settings among each other. Whether rules and exclusions mean something is found out when they are compiled.</summary>
internal static class WafChecks
{
    public static void Run(BreakwaterConfig config, DiagnosticList diagnostics)
    {
        Check(config.Waf, diagnostics);
        foreach (WafExclusionConfig exclusion in config.Waf.Exclusions) CheckExclusion(exclusion, diagnostics);
        foreach (ZoneConfig zone in config.Zones)
        {
            if (zone.Waf.Position != config.Waf.Position) Check(zone.Waf, diagnostics);
            foreach (WafExclusionConfig exclusion in zone.Waf.Exclusions.Skip(config.Waf.Exclusions.Count)) CheckExclusion(exclusion, diagnostics);
        }

        bool usesCrs = config.Waf.Rules.Kind == WafRulesKind.Crs || config.Zones.Any(zone => zone.Waf.Rules.Kind == WafRulesKind.Crs);
        if (config.IsWritten("crs_path") && !usesCrs)
        {
            diagnostics.Warning(config.PositionOf("crs_path"), "'crs_path' has no effect without 'waf: {rules: crs}'", "add that, or remove it");
        }
    }

    private static void Check(WafConfig waf, DiagnosticList diagnostics)
    {
        if (waf.DetectionParanoia < waf.Paranoia)
        {
            string key = waf.IsWritten("detection_paranoia") ? "detection_paranoia" : "paranoia";
            diagnostics.Error(
                waf.PositionOf(key), $"'detection_paranoia' is {waf.DetectionParanoia}, below 'paranoia', which is {waf.Paranoia}",
                "raise the one or lower the other: what adds to the score must run");
        }
    }

    private static void CheckExclusion(WafExclusionConfig exclusion, DiagnosticList diagnostics)
    {
        bool hasRules = exclusion.IsWritten("rule") || exclusion.IsWritten("tag");
        if (exclusion.IsWritten("rule") && exclusion.IsWritten("tag"))
        {
            diagnostics.Error(exclusion.PositionOf("tag"), "'rule' and 'tag' in one exclusion", "make two of it");
        }
        else if (!hasRules && !exclusion.IsWritten("in"))
        {
            (string problem, string remedy) = exclusion.IsWritten("path")
                ? ("an exclusion of a whole path", "write a rule instead: {when: 'starts_with(http.request.uri.path, \"/x/\")', do: skip, products: [waf]}")
                : ("an exclusion of nothing", "name a 'rule' or a 'tag', a part of the request in 'in', or both");
            diagnostics.Error(exclusion.Position, problem, remedy);
        }
    }
}
