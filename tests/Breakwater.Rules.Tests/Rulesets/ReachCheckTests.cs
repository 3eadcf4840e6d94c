using Breakwater.Rules.Rulesets;
using Breakwater.Rules.Tests.Conformance;
using Breakwater.Rules.Tests.Naive;
using CsCheck;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>Which rules are named because they never hold, always hold or never run, and that no other rule is.</summary>
public sealed class ReachCheckTests
{
    private const RulePhase Custom = RulePhase.HttpRequestFirewallCustom;

    private static readonly RuleCompilerOptions Options = new() { Lists = ConformanceRequests.Lists };

    // The filter of a rule that blocks, and one that it covers.
    [Theory]
    [InlineData("ip.src in {10.0.0.0/8}", "ip.src eq 10.1.2.3")]
    [InlineData("ip.src in {10.0.0.0/8 2001:db8::/32}", "ip.src in {2001:db8:1::/48 10.2.0.0..10.3.0.0}")]
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "http.request.uri.path eq \"/a/b\"")]
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "starts_with(http.request.uri.path, \"/a/b\")")]
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "http.request.uri.path in {\"/a\" \"/ab\"} and ssl")]
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "http.request.uri.path strict wildcard \"/a/*.php\"")]
    [InlineData("http.request.uri.path contains \".php\"", "ends_with(http.request.uri.path, \"/x.php\")")]
    [InlineData("http.request.uri.path wildcard \"/A*\"", "starts_with(http.request.uri.path, \"/a/\")")]
    [InlineData("http.request.uri.path wildcard \"*\"", "http.request.uri.path matches \"x\"")]
    [InlineData("http.host eq \"a\"", "http.host eq \"a\" and ssl")]
    [InlineData("http.host eq \"a\" or http.host eq \"b\"", "http.host in {\"a\" \"b\"}")]
    [InlineData("not http.host eq \"a\"", "http.host eq \"b\"")]
    [InlineData("not http.host eq \"a\"", "http.host ne \"a\"")]
    [InlineData("cf.waf.score lt 20", "cf.waf.score in {1..19}")]
    [InlineData("lower(http.host) contains \"b\"", "lower(http.host) eq \"abc\"")]
    [InlineData("ip.src in $office", "ssl and ip.src in $office")]
    [InlineData("any(http.request.headers.names[*] eq \"x\")", "ssl and any(http.request.headers.names[*] == \"x\")")]
    public void A_rule_is_named_that_an_earlier_one_covers(string wider, string narrow) => Assert.Equal(
        ["rule 'b': it never runs: rule 'a' before it matches all that it matches, and ends the request"],
        Warnings(Block("a", wider), Rule("b", narrow, "log")));

    [Theory]
    [InlineData("ip.src in {10.1.0.0/16}", "ip.src in {10.0.0.0/8}")]
    [InlineData("starts_with(http.request.uri.path, \"/a/\")", "http.request.uri.path eq \"/a\"")]
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "http.request.uri.path wildcard \"/a*\"")] // of /A
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "raw.http.request.uri.path eq \"/a\"")]
    [InlineData("starts_with(http.request.uri.path, \"/a\")", "lower(http.request.uri.path) eq \"/a\"")]
    [InlineData("http.host ne \"a\"", "not http.host eq \"a\"")] // of no host
    [InlineData("http.host in {\"a\"}", "http.host in {\"a\" \"b\"}")]
    [InlineData("http.host eq \"a\" and ssl", "http.host eq \"a\"")]
    [InlineData("http.request.uri.path contains \"b\"", "http.request.uri.path strict wildcard \"a*c\"")]
    [InlineData("any(http.request.headers[\"x\"][*] eq \"a\")", "http.request.headers[\"x\"][0] eq \"a\"")] // true, but not looked into
    public void A_rule_is_not_named_that_none_covers(string wider, string narrow) =>
        Assert.Empty(Warnings(Block("a", wider), Rule("b", narrow, "log")));

    [Theory]
    [InlineData("http.host eq \"a\" and http.host eq \"b\"")]
    [InlineData("starts_with(http.host, \"a\") and starts_with(http.host, \"b\")")]
    [InlineData("starts_with(http.host, \"a\") and http.host eq \"b\"")]
    [InlineData("ends_with(http.host, \".org\") and http.host wildcard \"*.com\"")]
    [InlineData("http.host wildcard \"a.com\" and http.host contains \"www\"")]
    [InlineData("lower(http.user_agent) contains \"Python\"")]
    [InlineData("upper(ip.src.country) in {\"de\" \"at\"}")]
    [InlineData("starts_with(lower(http.request.uri.path), \"/Admin\")")]
    [InlineData("cf.waf.score lt 5 and cf.waf.score gt 10")]
    [InlineData("false")]
    public void A_rule_is_named_that_never_holds(string expression) =>
        Assert.Equal(["rule 'b': its expression never holds"], Warnings(Rule("b", expression, "log")));

    [Theory]
    [InlineData("not lower(http.host) eq \"Example.com\"")]
    [InlineData("not http.host eq \"a\" or not http.host eq \"b\"")]
    [InlineData("ssl or not ssl")]
    public void A_rule_is_named_that_always_holds_without_saying_so(string expression) =>
        Assert.Equal(["rule 'b': its expression holds for every request"], Warnings(Rule("b", expression, "log")));

    [Theory]
    [InlineData("true")]
    [InlineData(" true ")]
    [InlineData("http.host ne \"a\" or http.host eq \"a\"")] // not of a request without a host
    [InlineData("lower(http.host) ne \"A\"")]
    [InlineData("any(http.request.headers[\"x\"][*] eq \"a\") and any(http.request.headers[\"x\"][*] eq \"b\")")]
    [InlineData("http.host wildcard \"*a\" and starts_with(http.host, \"b\")")]
    public void Other_expressions_are_not_named(string expression) => Assert.Empty(Warnings(Rule("b", expression, "log")));

    public static TheoryData<string, RuleAction> ActionsThatLetRequestsPass => new()
    {
        { "log", new PlainAction(RuleActionKind.Log) },
        { "challenge", new PlainAction(RuleActionKind.ManagedChallenge) },
        { "score", new ScoreAction(5) },
        { "skip of a later phase", new SkipAction { Phases = [RulePhase.HttpRatelimit] } },
        { "skip of a product", new SkipAction { Products = SkippedProducts.Waf } },
        { "skip of a rule", new SkipAction { Rules = [new("zone/http_request_firewall_custom", ["x"])] } },
    };

    [Theory]
    [MemberData(nameof(ActionsThatLetRequestsPass))]
    public void A_rule_that_lets_its_requests_pass_covers_none(string name, RuleAction action)
    {
        Assert.NotEmpty(name);
        Assert.DoesNotContain(
            Warnings(Rule("a", "ssl") with { Action = action }, Rule("b", "ssl"), Rule("x", "cf.client.bot")),
            w => w.Contains("runs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rule_that_skips_the_rest_covers_the_rules_behind_it(bool phase)
    {
        var skip = new SkipAction { CurrentPhase = phase, CurrentRuleset = !phase };
        Assert.Equal(
            ["rule 'b': it never runs: rule 'a' before it matches all that it matches, and skips the rest of the rules"],
            Warnings(Rule("a", "ssl") with { Action = skip }, Rule("b", "ssl and cf.client.bot")));
    }

    [Fact]
    public void A_rule_covers_none_before_it_or_when_it_is_switched_off_has_a_limit_or_a_threshold()
    {
        var limit = new RateLimit { Characteristics = [RuleText.Of("ip.src")], Period = 10, RequestsPerPeriod = 1 };
        Assert.Empty(Warnings(Rule("a", "ssl"), Block("b", "ssl")));
        Assert.Empty(Warnings(Block("a", "ssl") with { Enabled = false }, Rule("b", "ssl")));
        Assert.Empty(Warnings(Block("a", "ssl") with { ScoreThreshold = 5 }, Rule("b", "ssl")));
        Assert.Empty(Warnings([Entry(RulePhase.HttpRatelimit, Block("a", "ssl") with { RateLimit = limit }, Block("b", "ssl") with { RateLimit = limit })]));
    }

    [Fact]
    public void A_rule_that_is_switched_off_is_not_named() =>
        Assert.Empty(Warnings(Block("a", "ssl"), Rule("b", "ssl") with { Enabled = false }, Rule("c", "false") with { Enabled = false }));

    [Fact]
    public void A_rule_covers_none_of_another_phase() =>
        Assert.Empty(Warnings([Entry(Custom, Block("a", "ssl")), Entry(RulePhase.HttpRequestFirewallManaged, Block("b", "ssl"))]));

    [Fact]
    public void A_rule_that_another_may_have_spared_the_request_covers_none()
    {
        var spare = new SkipAction { Rules = [new("zone/http_request_firewall_custom", ["a"])] };
        Assert.Empty(Warnings(Rule("s", "cf.client.bot") with { Action = spare }, Block("a", "ssl"), Rule("b", "ssl")));

        // A request that is spared the whole of the first meets the second.
        var all = new SkipAction { Rulesets = ["1"] };
        Ruleset first = Entry(Custom, Rule("s", "cf.client.bot") with { Action = all }, Block("a", "ssl")) with { Id = "1" };
        Ruleset second = Entry(Custom, Rule("b", "ssl")) with { Id = "2" };
        Assert.Empty(Warnings([first, second]));
        Assert.Single(Warnings([first with { Rules = [.. first.Rules, Rule("c", "ssl")] }, second]));
    }

    [Theory]
    [InlineData("https://example.com/", false, false, 1)]
    [InlineData("https://example.com/", true, false, 0)] // with a query that is too long
    [InlineData("concat(\"https://\", http.host)", false, true, 0)] // of a host that no address can have
    public void A_redirect_covers_others_when_it_is_the_same_for_all(string target, bool keepQuery, bool isExpression, int warnings)
    {
        Rule redirect = Rule("a", "ssl") with
        {
            Action = new RedirectAction(new RuleValue(RuleText.Of(target), isExpression), 302, keepQuery),
        };
        Assert.Equal(warnings, Warnings([Entry(RulePhase.HttpRequestDynamicRedirect, redirect, redirect with { Id = "b" })]).Count);
    }

    [Fact]
    public void The_rules_of_an_executed_ruleset_stand_where_it_is_executed()
    {
        Ruleset set = new() { Id = "set", Kind = RulesetKind.Custom, Phase = Custom, Rules = [Block("i", "ssl"), Rule("j", "ssl and cf.client.bot")] };
        Rule execute = Rule("e", "cf.client.bot") with { Action = new ExecuteAction("set", RulesetOverrides.None) };
        Assert.Equal(["rule 'j'"], Named([Entry(Custom, execute, Rule("b", "ssl")), set]));
        Assert.Equal(["rule 'i'", "rule 'j'", "rule 'b'"], Named([Entry(Custom, Block("a", "ssl"), execute, Rule("b", "ssl")), set]));

        // Of two times that it is executed, one is of use.
        Assert.Equal(["rule 'j'", "rule 'b'"], Named([Entry(Custom, execute, Block("a", "ssl"), execute with { Id = "f" }, Rule("b", "ssl")), set]));
    }

    [Fact]
    public void Thousands_of_rules_are_compared_as_far_as_that_takes_no_time()
    {
        // Each is about the same value, so that each may be compared with each: 12.5 million pairs.
        Rule[] rules = [.. Enumerable.Range(0, 5000).Select(i => Block($"r{i}", $"starts_with(http.request.uri.path, \"/{i}/\")"))];
        Rule last = Block("last", "http.request.uri.path eq \"/0/x\"");
        Assert.Empty(Warnings([.. rules, last]));
        Assert.Equal(["rule 'last'"], Named([Entry(Custom, [.. rules[..100], last])]));

        // The same expression is found however many there are.
        Assert.Equal(["rule 'last'"], Named([Entry(Custom, [.. rules, rules[1] with { Id = "last" }])]));
    }

    [Fact]
    public void A_rule_that_is_named_never_takes_effect()
    {
        int named = 0, reached = 0;
        Gen<string> filter = Gen.Frequency((2, ExpressionGenerator.Filter(0)), (3, ExpressionGenerator.Related), (1, ExpressionGenerator.Filter(1)));
        Gen<int> action = Gen.Int[0, 5];
        Seeded.Check(
            Gen.Select(Gen.Select(filter, action).Array[2, 12], ExpressionGenerator.Request.Array[8]),
            sample =>
            {
                Rule[] rules = [.. sample.Item1.Select((rule, i) => Rule($"r{i}", rule.Item1) with
                {
                    Action = Actions[rule.Item2],
                    Enabled = i % 7 != 6,
                })];
                RuleCompilation compiled = RulesetCompiler.Compile([Entry(Custom, rules)], RuleLevel.Zone, Options);
                HashSet<string?> never = [.. compiled.Diagnostics.Where(d => d.Problem.Contains("never", StringComparison.Ordinal)).Select(d => d.RuleId)];
                var phases = new CompiledPhases(null, compiled.Rules);
                named += never.Count;
                foreach (SampleRequest request in sample.Item2)
                {
                    RecordingEffects effects = new();
                    RuleState state = new();
                    state.Reset(phases);
                    PhaseEvaluator.Run(phases, Custom, new EvaluationContext(request), state, effects);
                    reached += effects.Notes.Count;
                    if (effects.Notes.Any(n => never.Contains(n.TrimStart('!')))) return false;
                }
                return true;
            },
            sample => string.Join('\n', sample.Item1.Select(r => $"{r.Item2} {r.Item1}")),
            1_500);
        Assert.True(named > 500, $"{named} named");
        Assert.True(reached > 5_000, $"{reached} reached");
    }

    private static readonly RuleAction[] Actions =
    [
        new BlockAction(), new BlockAction(), new PlainAction(RuleActionKind.ForceConnectionClose), new PlainAction(RuleActionKind.Log),
        new SkipAction { CurrentRuleset = true }, new SkipAction { Rules = [new("zone/http_request_firewall_custom", ["r1", "r3"])] },
    ];

    private static Rule Block(string id, string expression) => Rule(id, expression) with { Action = new BlockAction() };

    private static Rule Rule(string id, string expression, string action = "log")
    {
        Assert.True(RuleActionKinds.TryParse(action, out RuleActionKind kind));
        return new Rule { Id = id, Expression = RuleText.Of(expression), Action = new PlainAction(kind) };
    }

    private static Ruleset Entry(RulePhase phase, params Rule[] rules) =>
        new() { Id = $"zone/{RulePhases.NameOf(phase)}", Kind = RulesetKind.Zone, Phase = phase, Rules = [.. rules] };

    private static List<string> Warnings(params Rule[] rules) => Warnings([Entry(Custom, rules)]);

    private static List<string> Warnings(Ruleset[] rulesets)
    {
        RuleCompilation compiled = RulesetCompiler.Compile(rulesets, RuleLevel.Zone, Options);
        Assert.DoesNotContain(compiled.Diagnostics, d => d.IsError);
        return [.. compiled.Diagnostics.Where(d => !d.Problem.StartsWith("there are no challenges", StringComparison.Ordinal))
            .Select(d => $"rule '{d.RuleId}': {d.Problem}")];
    }

    private static IEnumerable<string> Named(Ruleset[] rulesets) => Warnings(rulesets).Select(w => w[..w.IndexOf(':', StringComparison.Ordinal)]);
}
