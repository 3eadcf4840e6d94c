using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Files;
using Breakwater.Edge.Zones;
using Breakwater.Matching;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>
/// Compiles the firewalls of one document's zones. Zones that name the same rules share them. Whatever is wrong becomes a diagnostic with its
/// place. Owned by one compilation.
/// </summary>
/// <param name="config">The document.</param>
/// <param name="stores">What the firewall keeps.</param>
/// <param name="files">Where files are read.</param>
/// <param name="before">The zones in force: rules whose files are the same are taken from there.</param>
/// <param name="diagnostics">Takes what is wrong or doubtful.</param>
internal sealed class ZoneWafCompiler(
    BreakwaterConfig config, WafStores stores, ConfigurationFiles files, ZoneTable? before, List<ConfigDiagnostic> diagnostics)
{
    /// <summary>Different paths in the exclusions of one zone.</summary>
    private const int MaxPaths = 64;

    private readonly Dictionary<WafRulesSource, WafRules?> _rules = [];
    private readonly Redaction _redaction = Redaction.Of(config.Logging.Access);
    private readonly HashSet<SourcePosition> _checked = [];

    /// <summary>The firewall of a zone. Null when it has none, or when that fails, which is told.</summary>
    public ZoneWaf? Compile(ZoneConfig zone)
    {
        WafConfig waf = zone.Waf;
        if (waf.Mode == WafMode.Off || config.Protection == ProtectionMode.Off || RulesOf(waf) is not { } rules)
        {
            return null;
        }

        var always = new List<WafExclusion>();
        var byPath = new List<PathExclusion>();
        var paths = new List<string>();
        foreach (WafExclusionConfig exclusion in waf.Exclusions)
        {
            if (Exclusion(exclusion, rules) is not { } compiled)
            {
                continue;
            }

            if (exclusion.Path is null)
            {
                always.Add(compiled);
            }
            else if (Path(exclusion, paths) is var (pattern, bit))
            {
                byPath.Add(new PathExclusion(pattern, bit, compiled));
            }
        }

        WafZone settings = Settings(zone) with { Exclusions = [.. always] };
        Check(zone, rules, settings);
        return new ZoneWaf(rules, settings, [.. byPath])
        {
            Stores = stores,
            State = stores.StateOf(zone.Name),
            Redaction = _redaction,
            Fail = waf.Fail,
            OnLargeBody = waf.OnLargeBody,
            InspectsResponses = waf.InspectResponses,
        };
    }

    private WafZone Settings(ZoneConfig zone) => new()
    {
        Name = zone.Name,
        Mode = zone.Waf.Mode == WafMode.Block && config.Protection == ProtectionMode.On ? SecEngineMode.On : SecEngineMode.DetectionOnly,
        Paranoia = zone.Waf.Paranoia,
        DetectionParanoia = zone.Waf.DetectionParanoia,
        InboundThreshold = zone.Waf.Threshold,
        OutboundThreshold = zone.Waf.OutboundThreshold,
        RequestBodyBytes = zone.Waf.BodyLimit,
        LongRequestBody = zone.Waf.OnLargeBody == WafLargeBody.Refuse ? SecLimitAction.Reject : SecLimitAction.ProcessPartial,
        ResponseBodies = zone.Waf.InspectResponses,
    };

    private WafRules? RulesOf(WafConfig waf)
    {
        if (!_rules.TryGetValue(waf.Rules, out WafRules? rules))
        {
            _rules[waf.Rules] = rules = Create(waf.Rules, waf.PositionOf("rules"));
        }

        return rules;
    }

    private WafRules? Create(WafRulesSource source, SourcePosition position)
    {
        WafRuleFiles? found = null;
        if (source.Kind != WafRulesKind.Builtin && (found = WafRuleFiles.Find(source, config.CrsPath, new WafFileSource(files), out string problem)) is null)
        {
            string remedy = source.Kind == WafRulesKind.Crs && config.CrsPath is null
                ? "name its directory in 'crs_path', or install the package modsecurity-crs"
                : "name a release of the Core Rule Set, or a folder of .conf files";
            diagnostics.Add(ConfigDiagnostic.Error(position, problem, remedy));
            return null;
        }

        WafRules? known = before?.All.Select(zone => zone.Waf?.Rules).FirstOrDefault(rules => rules?.Source == source);
        var said = new List<SecDiagnostic>();
        WafRules? created = WafRules.Create(source, found, files, known, said);
        diagnostics.AddRange(said.Select(ToConfig));
        return created;
    }

    /// <summary>A finding about a rule file as one of the document.</summary>
    private static ConfigDiagnostic ToConfig(SecDiagnostic found)
    {
        var position = new SourcePosition(found.Position.File, found.Position.Line, found.Position.Column);
        return found.Severity == SecSeverity.Error
            ? ConfigDiagnostic.Error(position, found.Problem, found.Remedy)
            : ConfigDiagnostic.Warning(position, found.Problem, found.Remedy);
    }

    /// <summary>Settings that these rules do not know are told where they were written; what was left to its default is not.</summary>
    private void Check(ZoneConfig zone, WafRules rules, WafZone settings)
    {
        (string Key, WafZone Alone)[] written =
        [
            ("paranoia", new WafZone { Paranoia = settings.Paranoia }), ("detection_paranoia", new WafZone { DetectionParanoia = settings.DetectionParanoia }),
            ("threshold", new WafZone { InboundThreshold = settings.InboundThreshold }),
            ("outbound_threshold", new WafZone { OutboundThreshold = settings.OutboundThreshold }),
        ];
        foreach ((string key, WafZone alone) in written.Where(pair => zone.Waf.IsWritten(pair.Key)))
        {
            Tell(rules, alone, zone.Waf.PositionOf(key));
        }
    }

    private WafExclusion? Exclusion(WafExclusionConfig exclusion, WafRules rules)
    {
        // What stands at the top level is met once for each zone.
        bool tells = _checked.Add(exclusion.Position);
        var compiled = new WafExclusion
        {
            Rules = exclusion.Rule is { } ids ? [new SecIdRange(ids.First, ids.Last)] : [],
            Tags = exclusion.Tag is { } tag ? [tag] : [],
        };
        if (exclusion.In is { } part && !WafTargets.TryAdd(part.Text, compiled, out compiled))
        {
            Error(tells, exclusion.PositionOf("in"), $"'{part.Text}' is no part of a request", $"write {WafTargets.Examples}");
            return null;
        }

        if (exclusion.Rule is { } range && !rules.Program.Rules.Any(rule => rule.Id >= range.First && rule.Id <= range.Last))
        {
            Error(tells, exclusion.PositionOf("rule"), $"the rules '{rules.Name}' have no rule {range}", "mend the id, or remove the exclusion");
            return null;
        }

        if (exclusion.Tag is { } name && !rules.Program.Rules.Any(rule => rule.Tags.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            Error(tells, exclusion.PositionOf("tag"), $"none of the rules '{rules.Name}' has the tag '{name}'", "mend the tag, or remove the exclusion");
            return null;
        }

        if (tells)
        {
            Tell(rules, new WafZone { Exclusions = [compiled] }, exclusion.IsWritten("in") ? exclusion.PositionOf("in") : exclusion.Position);
        }

        return compiled;
    }

    private (Wildcard Pattern, int Bit)? Path(WafExclusionConfig exclusion, List<string> paths)
    {
        byte[] pattern = Encoding.ASCII.GetBytes(exclusion.Path!.Replace("\\", "\\\\", StringComparison.Ordinal));
        if (!Wildcard.TryParse(pattern, ignoreCase: false, out Wildcard? compiled, out _, out _))
        {
            Error(tells: true, exclusion.PositionOf("path"), $"'{exclusion.Path}' has stars side by side, or more than {Wildcard.MaxStars}", "one star stands for any text");
            return null;
        }

        int bit = paths.IndexOf(exclusion.Path);
        if (bit < 0)
        {
            if (paths.Count == MaxPaths)
            {
                Error(tells: true, exclusion.PositionOf("path"), $"more than {MaxPaths} different paths in the exclusions of one zone", "use fewer patterns that cover more");
                return null;
            }

            bit = paths.Count;
            paths.Add(exclusion.Path);
        }

        return (compiled, bit);
    }

    /// <summary>Reports what the engine says about some settings alone.</summary>
    private void Tell(WafRules rules, WafZone alone, SourcePosition position)
    {
        var found = new List<SecDiagnostic>();
        WafOverlay.Create(rules.Program, alone, found);
        diagnostics.AddRange(found.Select(one => ToConfig(one) with { Position = position }));
    }

    private void Error(bool tells, SourcePosition position, string problem, string remedy)
    {
        if (tells)
        {
            diagnostics.Add(ConfigDiagnostic.Error(position, problem, remedy));
        }
    }
}
