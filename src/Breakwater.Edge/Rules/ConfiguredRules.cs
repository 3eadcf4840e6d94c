using System.Collections.Immutable;
using Breakwater.Config;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>From the rules of the configuration document to those of <see cref="Breakwater.Rules"/>: the same things, with the same places. Stateless.</summary>
internal static class ConfiguredRules
{
    // Whom no protection is to look at.
    private static readonly ImmutableArray<string> Protections =
        ["http_ratelimit", "http_request_firewall_managed", "http_request_sbfm", "http_response_firewall_managed"];

    /// <summary>A rule of the document.</summary>
    public static RuleEntry ToEntry(RuleConfig rule, RulesetFile? file) => new()
    {
        Position = At(rule.Position),
        When = Text(rule.When),
        Do = rule.Do,
        File = file,
        Id = rule.Id,
        Description = rule.Description,
        Enabled = rule.Enabled,
        Log = rule.Log,
        Phase = rule.Phase,
        LimitRequests = rule.Limit?.Requests,
        LimitPeriod = (int)(rule.Limit?.Period.TotalSeconds ?? 0),
        LimitBy = [.. rule.Limit?.By.Select(by => Text(by)!) ?? []],
        Timeout = (int)rule.Timeout.TotalSeconds,
        Counting = Text(rule.Counting),
        OriginOnly = rule.OriginOnly,
        ScoreHeader = rule.ScoreHeader,
        MinScore = rule.MinScore,
        Status = rule.Status,
        Content = rule.Content,
        ContentType = rule.ContentType,
        To = Value(rule.To, rule.ToExpression),
        ToList = rule.ToList,
        Key = Text(rule.Key),
        KeepQuery = rule.KeepQuery,
        Path = Value(rule.Path, rule.PathExpression),
        Query = Value(rule.Query, rule.QueryExpression),
        Headers = Operations(rule.SetHeaders, rule.AddHeaders, rule.RemoveHeaders),
        ResponseHeaders = Operations(rule.SetResponseHeaders, rule.AddResponseHeaders, rule.RemoveResponseHeaders),
        Rest = rule.Rest,
        Phases = [.. rule.Phases],
        Products = [.. rule.Products],
        Rulesets = [.. rule.Rulesets],
        Rules = [.. rule.Rules.Select(rules => new SkippedRules(rules.Ruleset, [.. rules.Rules]))],
        Ruleset = rule.Ruleset,
        Overrides = Overrides(rule.Overrides),
        HostHeader = rule.HostHeader,
        OriginHost = rule.OriginHost,
        OriginPort = rule.OriginPort == 0 ? null : rule.OriginPort,
        Sni = rule.Sni,
        Settings = [.. rule.Settings.Select(setting => new RuleSetting(setting.Name.Text, setting.Value.Text, At(setting.Name.Position)))],
        Algorithms = [.. rule.Algorithms],
        Increment = rule.Increment,
        LogRequestHeaders = [.. rule.RequestHeaders],
        LogResponseHeaders = [.. rule.ResponseHeaders],
        LogCookies = [.. rule.Cookies],
        Cache = rule.Cache,
        EdgeTtl = (int?)rule.EdgeTtl?.TotalSeconds,
        BrowserTtl = (int?)rule.BrowserTtl?.TotalSeconds,
    };

    /// <summary>An access rule, as a rule that stands before all others.</summary>
    /// <param name="access">The access rule.</param>
    /// <param name="lists">The lists, whose kind decides what is looked up in them.</param>
    public static RuleEntry ToEntry(AccessRuleConfig access, ConfigList<NamedListConfig> lists)
    {
        (AccessTarget? target, string action) = access switch
        {
            { Allow: { } allow } => (allow, "skip"),
            { Block: { } block } => (block, "block"),
            { Challenge: { } challenge } => (challenge, "managed_challenge"),
            _ => (access.Log, "log"),
        };
        bool allows = action == "skip";
        return new RuleEntry
        {
            Position = At(access.Position),
            When = new RuleText(Condition(target ?? new AccessTarget(), lists), At(access.Position)),
            Do = action,
            Description = access.Description,
            Rest = allows,
            Phases = allows ? Protections : [],

            // Being let in is no event: it happens with every request of everybody whom the operator knows.
            Log = allows ? false : null,
        };
    }

    /// <summary>A diagnostic of rules as one of the document.</summary>
    public static ConfigDiagnostic ToConfig(RuleDiagnostic found)
    {
        var position = new SourcePosition(found.Position.File, found.Position.Line, found.Position.Column);
        string problem = found.RuleId is null ? found.Problem : $"rule '{found.RuleId}': {found.Problem}";
        ConfigDiagnostic diagnostic = found.IsError
            ? ConfigDiagnostic.Error(position, problem, found.Remedy)
            : ConfigDiagnostic.Warning(position, problem, found.Remedy);
        return diagnostic with { Excerpt = found.Excerpt };
    }

    private static string Condition(AccessTarget target, ConfigList<NamedListConfig> lists)
    {
        var parts = new List<string>();
        if (target.Networks.Count > 0)
        {
            parts.Add($"ip.src in {{{string.Join(' ', target.Networks)}}}");
        }

        if (target.Countries.Count > 0)
        {
            parts.Add($"ip.src.country in {{{string.Join(' ', target.Countries.Select(country => $"\"{country}\""))}}}");
        }

        if (target.Asns.Count > 0)
        {
            parts.Add($"ip.src.asnum in {{{string.Join(' ', target.Asns)}}}");
        }

        if (target.List is { } name)
        {
            bool isAsn = lists.Any(list => list.Name.Text == name && list.List.Kind == ListKind.Asn);
            parts.Add($"{(isAsn ? "ip.src.asnum" : "ip.src")} in ${name}");
        }

        return parts.Count == 0 ? "false" : string.Join(" or ", parts);
    }

    private static RulePosition At(SourcePosition position) => new(position.File, position.Line, position.Column);

    private static RuleText? Text(ConfigText? text) =>
        text is null ? null : new RuleText(text.Text, At(text.PositionOf(0)), offset => At(text.PositionOf(offset)));

    private static RuleValue? Value(ConfigText? text, ConfigText? expression) =>
        text is not null ? new RuleValue(Text(text)!, IsExpression: false)
        : expression is not null ? new RuleValue(Text(expression)!, IsExpression: true)
        : null;

    private static ImmutableArray<HeaderOperation> Operations(ConfigList<RuleHeader> set, ConfigList<RuleHeader> add, ConfigList<string> remove) =>
    [
        .. remove.Select(name => new HeaderOperation(name, HeaderOperationKind.Remove, null)),
        .. set.Select(header => Operation(header, HeaderOperationKind.Set)),
        .. add.Select(header => Operation(header, HeaderOperationKind.Add)),
    ];

    private static HeaderOperation Operation(RuleHeader header, HeaderOperationKind kind) =>
        new(header.Name.Text, kind, new RuleValue(Text(header.Value)!, header.IsExpression));

    private static RulesetOverrides Overrides(RuleOverridesConfig? overrides) => overrides is null ? RulesetOverrides.None : new RulesetOverrides
    {
        All = Override(overrides.Do, overrides.Enabled, null),
        Categories = [.. overrides.Categories.Select(one => new CategoryOverride(one.Name, Override(one.Do, one.Enabled, one.MinScore)))],
        Rules = [.. overrides.Rules.Select(one => new SingleOverride(one.Name, Override(one.Do, one.Enabled, one.MinScore), At(one.Position)))],
    };

    private static RuleOverride Override(string? action, bool? enabled, int? minScore) => new()
    {
        Action = action is not null && RuleActionKinds.TryParse(action, out RuleActionKind kind) ? kind : null,
        Enabled = enabled,
        ScoreThreshold = minScore,
    };
}
