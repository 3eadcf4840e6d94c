using System.Collections.Frozen;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Edge.Lists;
using Breakwater.Edge.Origins;
using Breakwater.Rules.Rulesets;
using ConfigListKind = Breakwater.Config.ListKind;
using ListKind = Breakwater.Edge.Lists.ListKind;

namespace Breakwater.Edge.Rules;

/// <summary>
/// Compiles the rules of one document: those for all zones once, then each zone's own. Whatever is wrong becomes a diagnostic with its place.
/// Owned by one compilation.
/// </summary>
internal sealed class ZoneRulesCompiler
{
    private readonly BreakwaterConfig _config;
    private readonly RuleStores _stores;
    private readonly OriginRegistry _origins;
    private readonly List<ConfigDiagnostic> _diagnostics;
    private readonly ConfigurationFiles _sources;
    private readonly Dictionary<string, RulesetFile?> _files = [];
    private readonly RuleCompilerOptions _options;
    private readonly CompiledLevel? _account;
    private readonly Redaction _redaction;

    /// <param name="config">The document.</param>
    /// <param name="stores">What outlives it.</param>
    /// <param name="origins">Where origins live.</param>
    /// <param name="files">Where files are read.</param>
    /// <param name="before">The lists in force: those that are the same are taken from there.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public ZoneRulesCompiler(
        BreakwaterConfig config, RuleStores stores, OriginRegistry origins, ConfigurationFiles files, NamedLists? before, List<ConfigDiagnostic> diagnostics)
    {
        _config = config;
        _stores = stores;
        _origins = origins;
        _sources = files;
        _diagnostics = diagnostics;
        _redaction = Redaction.Of(config.Logging.Access);
        Lists = CreateLists(before);
        _options = RuleCompilerOptions.Default with { Lists = Lists, RedirectLists = Lists.Redirects };
        _account = Compile(RuleLevel.Account, config.Access, config.Rules, config.Rulesets);
        CheckNames(_account);
    }

    /// <summary>The lists of the document.</summary>
    public NamedLists Lists { get; }

    /// <summary>The rules of a zone. Null when it has none.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="group">Its origins.</param>
    public ZoneRules? Compile(ZoneConfig zone, OriginGroup group)
    {
        // A visitor whom the operator lets in is let in everywhere: what spares rules for all zones does not spare a zone's own.
        IEnumerable<AccessRuleConfig> access = _config.Access.Where(rule => rule.Allow is not null).Concat(zone.Access);
        CompiledLevel? own = Compile(RuleLevel.Zone, access, zone.Rules, zone.Rulesets);
        var phases = new CompiledPhases(_account, own);
        CheckNames(own);
        CompiledRule[] all = [.. phases.Account.Rules, .. phases.Zone.Rules];
        return all.Length == 0 ? null : new ZoneRules
        {
            Phases = phases,
            Protection = _config.Protection,
            Limits = _stores.Limits.For(zone.Name, phases),
            Events = _stores.Events.For(phases, _redaction),
            TellsLimits = zone.RatelimitHeaders,
            Answers = all.Select(rule => (Rule: rule, Answer: RuleResponses.Prepare(rule)))
                .Where(pair => pair.Answer is not null).ToFrozenDictionary(pair => pair.Rule, pair => pair.Answer!),
            LogFields = all.Where(rule => rule.Action is LogCustomFieldAction)
                .ToFrozenDictionary(rule => rule, rule => new CustomLogFields((LogCustomFieldAction)rule.Action)),
            Routes = all
                .Where(rule => rule.Action is RouteAction { OriginHost: not null } or RouteAction { OriginPort: not null } or RouteAction { Sni: not null })
                .ToFrozenDictionary(rule => rule, rule => RouteOf((RouteAction)rule.Action, group)),
        };
    }

    private OriginRoute RouteOf(RouteAction route, OriginGroup group) =>
        OriginRoute.Compose(_origins, group, route.OriginHost, route.OriginPort, route.Sni);

    private CompiledLevel? Compile(RuleLevel level, IEnumerable<AccessRuleConfig> access, ConfigList<RuleConfig> rules, ConfigList<string> files)
    {
        RuleEntry[] entries =
        [
            .. access.Select(rule => ConfiguredRules.ToEntry(rule, _config.Lists)),
            .. rules.Select(rule => ConfiguredRules.ToEntry(rule, rule.File is { } file ? Read(file, rule.Position) : null)).Where(entry => entry.Do is not null || entry.File is not null),
        ];
        RulesetFile[] further = [.. files.Select(file => Read(file, _config.PositionOf("rulesets"))).OfType<RulesetFile>()];
        IReadOnlyList<Ruleset> rulesets = RuleEntries.ToRulesets(entries, level, further, out IReadOnlyList<RuleDiagnostic> found);
        Tell(found);
        if (rulesets.Count == 0)
        {
            return null;
        }

        RuleCompilation compilation = RulesetCompiler.Compile(rulesets, level, _options);
        Tell(compilation.Diagnostics);
        return compilation.Rules;
    }

    /// <summary>A file of rulesets. Null when it can't be read, which is told.</summary>
    private RulesetFile? Read(string path, SourcePosition position)
    {
        if (_files.TryGetValue(path, out RulesetFile? known))
        {
            return known;
        }

        RulesetFile? file = null;
        try
        {
            file = RulesetJson.Read(_sources.Read(path, RuleLimits.Default.MaxFileSize), path);
        }
        catch (FileTooLargeException)
        {
            _diagnostics.Add(ConfigDiagnostic.Error(position, $"'{path}' is larger than {RuleLimits.Default.MaxFileSize} bytes", "split it"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _diagnostics.Add(ConfigDiagnostic.Error(position, $"'{path}' can't be read: {exception.Message}", "check the path and its permissions"));
        }

        return _files[path] = file;
    }

    /// <summary>Names of fields that no rule may change, which only the edge knows.</summary>
    private void CheckNames(CompiledLevel? level)
    {
        foreach (CompiledRule rule in level is null ? [] : level.Rules.Where(rule => rule.Rewrite is not null))
        {
            foreach (CompiledHeaderOperation header in rule.Rewrite!.Headers)
            {
                if (ExchangeChanges.CheckName(header.Name.AsSpan(), ofRequest: !RulePhases.IsResponse(rule.Phase)) != ChangeResult.Noted)
                {
                    RulePosition at = rule.Source.Position;
                    _diagnostics.Add(ConfigDiagnostic.Error(
                        new SourcePosition(at.File, at.Line, at.Column),
                        $"rule '{rule.Id}': the field '{System.Text.Encoding.UTF8.GetString(header.Name.AsSpan())}' is not for rules to change",
                        "fields of framing and of the connection belong to the edge; Host is set by route with host_header"));
                }
            }
        }
    }

    private void Tell(IReadOnlyList<RuleDiagnostic> found) => _diagnostics.AddRange(found.Select(ConfiguredRules.ToConfig));

    private NamedLists CreateLists(NamedLists? before)
    {
        var problems = new List<FileProblem>();
        NamedLists? lists = NamedLists.Create([.. _config.Lists.Select(Definition)], _sources, before, problems);
        foreach (FileProblem problem in problems)
        {
            _diagnostics.Add(ConfigDiagnostic.Error(new SourcePosition(problem.Path, problem.Line, 1), problem.What, "mend the list"));
        }

        return lists ?? NamedLists.None;
    }

    private static ListDefinition Definition(NamedListConfig list) =>
        new(list.Name.Text, list.List.Kind switch
        {
            ConfigListKind.Hostname => ListKind.Hostname,
            ConfigListKind.Asn => ListKind.Asn,
            ConfigListKind.Redirect => ListKind.Redirect,
            _ => ListKind.Ip,
        })
        {
            Items = [.. list.List.Items.Where(item => item.Text is not null).Select(item => item.Text!.Text)],
            Redirects = [.. list.List.Items.Where(item => item.Redirect is not null).Select(item => Redirect(item.Redirect!))],
            File = list.List.File,
        };

    private static RedirectItem Redirect(RedirectConfig redirect) => new()
    {
        Source = RuleText.Of(redirect.From.Text),
        Target = RuleText.Of(redirect.To.Text),
        StatusCode = redirect.Status,
        IncludeSubdomains = redirect.IncludeSubdomains,
        SubpathMatching = redirect.SubpathMatching,
        PreservePathSuffix = redirect.PreservePathSuffix,
        PreserveQuery = redirect.PreserveQuery,
    };
}
