namespace Breakwater.Rules.Rulesets;

/// <summary>From a rule in its short form to rules of phases.</summary>
internal static class RuleEntryReader
{
    // What people write after "by", and the expression it stands for. Words with brackets are beginnings.
    private static readonly (string Word, string Expression)[] Characteristics =
    [
        ("ip", "ip.src"), ("asn", "ip.src.asnum"), ("country", "ip.src.country"), ("host", "http.host"), ("path", "http.request.uri.path"),
        ("ja3", "cf.bot_management.ja3_hash"), ("ja4", "cf.bot_management.ja4"), ("user_agent", "http.user_agent"),
        ("headers[", "http.request.headers["), ("cookies[", "http.request.cookies["), ("args[", "http.request.uri.args["),
    ];

    /// <summary>The rules, each with its phase and, unless the entry has one, without an id. None when it is in error.</summary>
    public static IReadOnlyList<(RulePhase Phase, Rule Rule)> Read(RuleEntry entry, RuleDiagnostics diagnostics)
    {
        if (entry.Do is null || !RuleActionKinds.TryParse(entry.Do, out RuleActionKind kind))
        {
            diagnostics.Error(
                entry.Position, $"'{Shown.Short(entry.Do ?? "")}' is no action",
                $"write one of {string.Join(", ", RuleActionKinds.AllNames)}");
            return [];
        }
        List<(RulePhase, Rule)> rules = [];
        foreach ((RulePhase phase, RuleAction action) in Actions(entry, kind, diagnostics)) rules.Add((phase, ToRule(entry, action)));
        if (rules.Count > 1)
        {
            var part = new RulePart(new object(), rules.Min(r => r.Item1));
            rules = [.. rules.Select(r => (r.Item1, r.Item2 with { Part = part }))];
        }
        if (rules is not [(var own, var only)] || entry.Phase is null) return rules;
        if (RulePhases.TryParse(entry.Phase, out RulePhase given)) return [(given, only)];
        diagnostics.Error(
            entry.Position, $"'{Shown.Short(entry.Phase)}' is no phase", $"leave it out, which means {RulePhases.NameOf(own)}");
        return [];
    }

    private static Rule ToRule(RuleEntry entry, RuleAction action) => new()
    {
        Id = entry.Id ?? "",
        Ref = entry.Id,
        Description = entry.Description,
        Enabled = entry.Enabled,
        Expression = entry.When ?? new RuleText("true", entry.Position),
        Action = action,
        RateLimit = ToRateLimit(entry),
        Logging = entry.Log,
        ScoreThreshold = entry.MinScore,
        Position = entry.Position,
    };

    private static RateLimit? ToRateLimit(RuleEntry entry)
    {
        if (entry.LimitRequests is not { } requests) return null;
        return new RateLimit
        {
            Characteristics = [.. entry.LimitBy.Select(Expand)],
            Period = entry.LimitPeriod,
            RequestsPerPeriod = entry.ScoreHeader is null ? requests : null,
            ScorePerPeriod = entry.ScoreHeader is null ? null : requests,
            ScoreResponseHeader = entry.ScoreHeader,
            MitigationTimeout = entry.Timeout,
            CountingExpression = entry.Counting,
            RequestsToOrigin = entry.OriginOnly,
            Position = entry.Position,
        };
    }

    private static RuleText Expand(RuleText written)
    {
        foreach ((string word, string expression) in Characteristics)
        {
            bool isBeginning = word.EndsWith('[');
            if (isBeginning ? !written.Text.StartsWith(word, StringComparison.Ordinal) : written.Text != word) continue;
            int more = expression.Length - word.Length;
            return new RuleText(
                expression + written.Text[word.Length..], written.Start, offset => written.PositionOf(Math.Max(0, offset - more)));
        }
        return written;
    }

    private static IEnumerable<(RulePhase Phase, RuleAction Action)> Actions(
        RuleEntry entry, RuleActionKind kind, RuleDiagnostics diagnostics)
    {
        switch (kind)
        {
            case RuleActionKind.Rewrite:
                return Rewrites(entry);
            case RuleActionKind.Redirect when entry.ToList is { } list:
                return One(
                    RulePhase.HttpRequestRedirect,
                    new BulkRedirectAction(list, entry.Key ?? new RuleText("http.request.full_uri", entry.Position)));
            case RuleActionKind.Redirect when entry.To is { } to:
                return One(
                    RulePhase.HttpRequestDynamicRedirect, new RedirectAction(to, entry.Status == 0 ? 302 : entry.Status, entry.KeepQuery));
            case RuleActionKind.Block:
                return One(SecurityPhase(entry), new BlockAction(Response(entry, entry.LimitRequests is null ? 403 : 429)));
            case RuleActionKind.ServeError when entry.Content is not null:
                return One(RulePhase.HttpCustomErrors, new ServeErrorAction(Response(entry, 0)!));
            case RuleActionKind.Skip:
                return One(RulePhase.HttpRequestFirewallCustom, Skip(entry, diagnostics));
            case RuleActionKind.Execute when entry.Ruleset is { } id:
                return One(RulePhase.HttpRequestFirewallManaged, new ExecuteAction(id, entry.Overrides));
            case RuleActionKind.Route:
                return One(RulePhase.HttpRequestOrigin, new RouteAction(entry.HostHeader, entry.OriginHost, entry.OriginPort, entry.Sni));
            case RuleActionKind.SetConfig:
                return One(RulePhase.HttpConfigSettings, new SetConfigAction(entry.Settings));
            case RuleActionKind.SetCacheSettings:
                return One(RulePhase.HttpRequestCacheSettings, CacheSettings(entry));
            case RuleActionKind.CompressResponse:
                return One(RulePhase.HttpResponseCompression, Compress(entry, diagnostics));
            case RuleActionKind.Score:
                return One(RulePhase.HttpRequestFirewallCustom, new ScoreAction(entry.Increment));
            case RuleActionKind.LogCustomField:
                return One(
                    RulePhase.HttpLogCustomFields,
                    new LogCustomFieldAction(entry.LogRequestHeaders, entry.LogResponseHeaders, entry.LogCookies));
            case RuleActionKind.Log or RuleActionKind.Challenge or RuleActionKind.JsChallenge or RuleActionKind.ManagedChallenge:
                return One(SecurityPhase(entry), new PlainAction(kind));
            case RuleActionKind.ForceConnectionClose:
                return One(RulePhase.HttpRequestFirewallCustom, new PlainAction(kind));
            default:
                diagnostics.Error(
                    entry.Position, $"'{entry.Do}' lacks its parameters, or has no short form",
                    "add them, or write it in a file of rulesets");
                return [];
        }
    }

    private static IEnumerable<(RulePhase, RuleAction)> One(RulePhase phase, RuleAction action) => [(phase, action)];

    private static RulePhase SecurityPhase(RuleEntry entry) =>
        entry.LimitRequests is null ? RulePhase.HttpRequestFirewallCustom : RulePhase.HttpRatelimit;

    private static IEnumerable<(RulePhase, RuleAction)> Rewrites(RuleEntry entry)
    {
        if ((entry.Path ?? entry.Query) is not null)
        {
            yield return (RulePhase.HttpRequestTransform, new RewriteAction(entry.Path, entry.Query, []));
        }
        if (entry.Headers.Length > 0)
        {
            yield return (RulePhase.HttpRequestLateTransform, new RewriteAction(null, null, entry.Headers));
        }
        if (entry.ResponseHeaders.Length > 0)
        {
            yield return (RulePhase.HttpResponseHeadersTransform, new RewriteAction(null, null, entry.ResponseHeaders));
        }
    }

    private static RuleResponse? Response(RuleEntry entry, int status) =>
        entry.Content is null && entry.Status == 0 ? null
        : new RuleResponse(
            entry.Status == 0 ? status : entry.Status, entry.Content ?? "", entry.ContentType ?? RuleResponse.ContentTypes[0]);

    private static SkipAction Skip(RuleEntry entry, RuleDiagnostics diagnostics)
    {
        List<RulePhase> phases = [];
        foreach (string name in entry.Phases)
        {
            if (RulePhases.TryParse(name, out RulePhase phase)) phases.Add(phase);
            else
            {
                diagnostics.Error(
                    entry.Position, $"'{Shown.Short(name)}' is no phase", $"write one of {string.Join(", ", RulePhases.AllNames)}");
            }
        }
        SkippedProducts products = SkippedProducts.None;
        foreach (string name in entry.Products)
        {
            if (RuleProducts.TryParse(name, out SkippedProducts product)) products |= product;
            else
            {
                diagnostics.Error(
                    entry.Position, $"'{Shown.Short(name)}' is no product", $"write one of {string.Join(", ", RuleProducts.AllNames)}");
            }
        }
        bool isElse = entry.Phases.Length + entry.Products.Length + entry.Rulesets.Length + entry.Rules.Length > 0;
        return new SkipAction
        {
            CurrentRuleset = entry.Rest || !isElse,
            Phases = [.. phases],
            Products = products,
            Rulesets = entry.Rulesets,
            Rules = entry.Rules,
        };
    }

    private static CompressResponseAction Compress(RuleEntry entry, RuleDiagnostics diagnostics)
    {
        List<CompressionAlgorithm> algorithms = [];
        foreach (string name in entry.Algorithms)
        {
            if (CompressionAlgorithms.TryParse(name, out CompressionAlgorithm algorithm)) algorithms.Add(algorithm);
            else
            {
                diagnostics.Error(
                    entry.Position, $"'{Shown.Short(name)}' is no algorithm",
                    $"write {Shown.Alternatives(CompressionAlgorithms.AllNames)}");
            }
        }
        return new CompressResponseAction([.. algorithms]);
    }

    private static CacheSettingsAction CacheSettings(RuleEntry entry) => new()
    {
        Cache = entry.Cache,
        EdgeTtl = Ttl(entry.EdgeTtl),
        BrowserTtl = Ttl(entry.BrowserTtl),
    };

    private static CacheTtl? Ttl(int? seconds) => seconds is { } some ? new CacheTtl(CacheTtlMode.OverrideOrigin, some, []) : null;
}
