using System.Text;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>How an exchange goes through the rules of its phases.</summary>
public sealed class PhaseEvaluatorTests
{
    private const RulePhase Custom = RulePhase.HttpRequestFirewallCustom;
    private const RulePhase Managed = RulePhase.HttpRequestFirewallManaged;

    private static readonly PlainAction Log = new(RuleActionKind.Log);

    [Fact]
    public void Rules_run_in_order_and_the_account_s_before_the_zone_s()
    {
        Assert.Equal("a b c d", Run(account: [Entry(Custom, R("a"), R("b"))], zone: [Entry(Custom, R("c"), R("no", "ssl"), R("off") with { Enabled = false }, R("d"))]).Text);
    }

    [Fact]
    public void Entry_points_of_one_phase_run_one_after_the_other() =>
        Assert.Equal("a b", Run(zone: [Entry(Custom, R("a")) with { Id = "1" }, Entry(Custom, R("b")) with { Id = "2" }]).Text);

    [Theory]
    [InlineData(RuleActionKind.Block)]
    [InlineData(RuleActionKind.ManagedChallenge)]
    [InlineData(RuleActionKind.JsChallenge)]
    [InlineData(RuleActionKind.Challenge)]
    [InlineData(RuleActionKind.ForceConnectionClose)]
    public void What_refuses_ends_the_exchange(RuleActionKind kind)
    {
        RecordingEffects effects = Run(zone: [Entry(Custom, R("a"), R("b", action: new PlainAction(kind)), R("c")), Entry(Managed, R("d"))]);
        Assert.Equal("a !b", effects.Text);
    }

    [Fact]
    public void What_is_let_pass_goes_on()
    {
        RecordingEffects effects = new() { LetPass = { "b" } };
        Assert.Equal("a !b c", Run(effects, zone: [Entry(Custom, R("a"), Block("b"), R("c"))]).Text);
    }

    [Fact]
    public void The_first_part_of_a_rule_decides_for_the_later_ones()
    {
        RuleEntry both = new()
        {
            Id = "p",
            Do = "rewrite",
            When = RuleText.Of("http.request.uri.path eq \"/a\""),
            Path = RuleValue.Static("/b"),
            Headers = [new("X-A", HeaderOperationKind.Remove, null)],
            ResponseHeaders = [new("X-B", HeaderOperationKind.Remove, null)],
        };
        RuleEntry alone = both with { Id = "h", Path = null, ResponseHeaders = [] };
        Ruleset[] rulesets = [.. RuleEntries.ToRulesets([both, alone], RuleLevel.Zone, [], out IReadOnlyList<RuleDiagnostic> found)];
        Assert.Empty(found);
        CompiledPhases phases = Phases([], rulesets);
        FakeRequest request = new() { Path = "/a"u8.ToArray() };
        Assert.Equal("p p p", Way(request));
        Assert.Equal("h", Way(new FakeRequest { Path = "/"u8.ToArray() }));

        // A part decides for itself when the first one's phase did not run.
        RecordingEffects effects = new();
        RuleState state = new();
        state.Reset(phases);
        PhaseEvaluator.Run(phases, RulePhase.HttpRequestLateTransform, new EvaluationContext(new FakeRequest { Path = "/a"u8.ToArray() }), state, effects);
        Assert.Equal("p h", effects.Text);

        string Way(FakeRequest request)
        {
            RecordingEffects effects = new();
            RuleState state = new();
            state.Reset(phases);
            EvaluationContext context = new(request);
            PhaseEvaluator.Run(phases, RulePhase.HttpRequestTransform, context, state, effects);
            request.Path = request.Path.Length == 2 ? "/b"u8.ToArray() : "/a"u8.ToArray();
            PhaseEvaluator.Run(phases, RulePhase.HttpRequestLateTransform, context, state, effects);
            PhaseEvaluator.Run(phases, RulePhase.HttpResponseHeadersTransform, context, state, effects);
            return effects.Text;
        }
    }

    [Fact]
    public void A_block_for_all_zones_spares_the_zone_its_rules() => Assert.Equal("!a", Run(account: [Entry(Custom, Block("a"))], zone: [Entry(Custom, R("b"))]).Text);

    [Fact]
    public void Skip_of_the_current_ruleset_ends_it_and_nothing_else()
    {
        SkipAction current = new() { CurrentRuleset = true };
        Assert.Equal("a s c d", Run(account: [Entry(Custom, R("a"), R("s", action: current), R("b"))], zone: [Entry(Custom, R("c")), Entry(Managed, R("d"))]).Text);
    }

    [Fact]
    public void Skip_of_the_current_phase_ends_it_for_both_levels()
    {
        SkipAction phase = new() { CurrentPhase = true };
        Assert.Equal("s d", Run(account: [Entry(Custom, R("s", action: phase), R("b"))], zone: [Entry(Custom, R("c")), Entry(Managed, R("d"))]).Text);
    }

    [Fact]
    public void Skip_in_an_executed_ruleset_ends_that_one()
    {
        SkipAction current = new() { CurrentRuleset = true };
        Assert.Equal("s b", Run(zone: [Entry(Custom, Execute("x", "one"), R("b")), CustomSet("one", R("s", action: current), R("no"))]).Text);
    }

    [Fact]
    public void Skip_of_phases_holds_for_both_levels_whoever_says_it()
    {
        SkipAction phases = new() { Phases = [RulePhase.HttpRequestSbfm, Managed] };
        Assert.Equal("s a z", Run(
            account: [Entry(Custom, R("s", action: phases), R("a")), Entry(Managed, R("b"))],
            zone: [Entry(Custom, R("z")), Entry(Managed, R("c")), Entry(RulePhase.HttpRequestSbfm, R("d"))]).Text);
    }

    [Fact]
    public void Skip_of_products_is_told_to_whoever_runs_them()
    {
        RuleState state = new();
        Run(null, state, zone: [Entry(Custom, R("s", action: new SkipAction { Products = SkippedProducts.Waf }), R("t", action: new SkipAction { Products = SkippedProducts.UserAgentBlock }))]);
        Assert.Equal(SkippedProducts.Waf | SkippedProducts.UserAgentBlock, state.Products);
    }

    [Fact]
    public void Skip_of_rulesets_spares_them_wherever_they_come_later()
    {
        SkipAction skip = new() { Rulesets = ["one", "managed-entry"] };
        Assert.Equal("s b c", Run(zone:
        [
            Entry(Custom, R("s", action: skip), Execute("x", "one"), Execute("y", "two")),
            CustomSet("one", R("a")), CustomSet("two", R("b")),
            Entry(Managed, R("m")) with { Id = "managed-entry" }, Entry(RulePhase.HttpRequestSbfm, R("c")),
        ]).Text);
    }

    [Fact]
    public void Skip_of_rules_spares_those_alone()
    {
        SkipAction skip = new() { Rules = [new SkippedRules("one", ["a", "c"]), new SkippedRules("custom", ["last"])] };
        Assert.Equal("s b", Run(zone: [Entry(Custom, R("s", action: skip), Execute("x", "one"), R("last")) with { Id = "custom" }, CustomSet("one", R("a"), R("b"), R("c"))]).Text);
    }

    [Fact]
    public void Skip_at_one_level_spares_no_rules_of_the_other()
    {
        SkipAction skip = new() { Rulesets = ["one"], Rules = [new SkippedRules("entry", ["z"])] };
        Ruleset one = CustomSet("one", R("a"));
        Assert.Equal("s z a", Run(
            account: [Entry(Custom, R("s", action: skip), Execute("x", "one")) with { Id = "entry" }, one],
            zone: [Entry(Custom, R("z"), Execute("y", "one")) with { Id = "entry" }, one]).Text);
    }

    [Fact]
    public void Skip_marks_one_exchange_only()
    {
        SkipAction skip = new() { Phases = [Managed], Rules = [new SkippedRules("m", ["b"])] };
        CompiledPhases phases = Phases([], [Entry(Custom, R("s", "http.request.uri.path eq \"/s\"", skip)), Entry(Managed, R("b")) with { Id = "m" }]);
        RuleState state = new();
        FakeRequest request = new() { Path = "/s"u8.ToArray() };
        Assert.Equal("s", RunAll(phases, request, state).Text);
        request.Path = "/"u8.ToArray();
        Assert.Equal("b", RunAll(phases, request, state).Text);
    }

    [Fact]
    public void Execute_runs_a_custom_ruleset_where_it_stands() =>
        Assert.Equal("a 1 2 b", Run(zone: [Entry(Custom, R("a"), Execute("x", "one"), R("b")), CustomSet("one", R("1"), R("2"))]).Text);

    [Fact]
    public void What_ends_the_exchange_in_an_executed_ruleset_ends_it() =>
        Assert.Equal("1 !2", Run(zone: [Entry(Custom, Execute("x", "one"), R("b")), CustomSet("one", R("1"), Block("2"))]).Text);

    [Fact]
    public void A_managed_ruleset_is_left_to_whoever_has_it()
    {
        RuleCompilerOptions options = new() { Capabilities = new() { ManagedRulesets = new HashSet<string> { "owasp" } } };
        RuleCompilation compiled = RulesetCompiler.Compile([Entry(Managed, Execute("x", "owasp"))], RuleLevel.Zone, options);
        Assert.Empty(compiled.Diagnostics);
        Assert.Equal("x", RunAll(new CompiledPhases(null, compiled.Rules), new FakeRequest(), new RuleState()).Text);
    }

    public static TheoryData<string, RulesetOverrides, string> Overrides => new()
    {
        { "none", RulesetOverrides.None, "1 !2" },
        { "of all", new() { All = Action(RuleActionKind.Log) }, "1 2 3" },
        { "of a category", new() { Categories = [new("y", Action(RuleActionKind.Log))] }, "1 2 !3" },
        { "of a category wins over all", new() { All = Action(RuleActionKind.Log), Categories = [new("y", Action(RuleActionKind.Block))] }, "1 !2" },
        { "the last category wins", new() { Categories = [new("x", Action(RuleActionKind.Block)), new("y", Action(RuleActionKind.Log))] }, "!1" },
        { "the last category wins, whatever the rule's order", new() { Categories = [new("y", Action(RuleActionKind.Block)), new("x", Action(RuleActionKind.Log))] }, "1 2 !3" },
        { "of a rule wins", new() { All = Action(RuleActionKind.Log), Categories = [new("y", Action(RuleActionKind.Log))], Rules = [new("2", Action(RuleActionKind.Block), RulePosition.None)] }, "1 !2" },
        { "switched off", new() { Rules = [new("2", new() { Enabled = false }, RulePosition.None)] }, "1 !3" },
        { "switched on", new() { Rules = [new("off", new() { Enabled = true }, RulePosition.None)] }, "off 1 !2" },
        { "all off but a category", new() { All = new() { Enabled = false }, Categories = [new("y", new() { Enabled = true })] }, "!2" },
        { "each part by itself", new() { All = Action(RuleActionKind.Log), Categories = [new("y", new() { Enabled = false })] }, "1 3" },
    };

    [Theory]
    [MemberData(nameof(Overrides))]
    public void An_execute_s_overrides(string name, RulesetOverrides overrides, string expected)
    {
        Ruleset one = CustomSet("one", R("off") with { Enabled = false }, R("1") with { Categories = ["x"] }, Block("2") with { Categories = ["x", "y"] }, Block("3"));
        RecordingEffects effects = Run(zone: [Entry(Custom, R("e", action: new ExecuteAction("one", overrides))), one]);
        Assert.True(expected == effects.Text, $"{name}: {effects.Text}");
    }

    [Fact]
    public void Scores_add_up_until_a_rule_asks_for_as_many()
    {
        Rule many = Block("many") with { ScoreThreshold = 30 };
        Assert.Equal("20 x", Run(zone: [Entry(Custom, Score("20", 20), many, R("x"))]).Text);
        Assert.Equal("20 15 !many", Run(zone: [Entry(Custom, Score("20", 20), Score("15", 15), many, R("x"))]).Text);
        Assert.Equal("20 15 -6 x", Run(zone: [Entry(Custom, Score("20", 20), Score("15", 15), Score("-6", -6), many, R("x"))]).Text);
    }

    [Fact]
    public void A_rate_limit_acts_when_it_is_exceeded()
    {
        Ruleset limits = Entry(RulePhase.HttpRatelimit, Limited("l"), Limited("m"));
        Assert.Equal("#?l #?m", Run(zone: [limits]).Text);
        Assert.Equal("#?l !l", Run(new RecordingEffects { Exceeded = { "l" } }, zone: [limits]).Text);
        Assert.Equal("#?l #?m !m", Run(new RecordingEffects { Exceeded = { "m" } }, zone: [limits]).Text);
    }

    [Fact]
    public void A_rate_limit_that_only_logs_goes_on()
    {
        Ruleset limits = Entry(RulePhase.HttpRatelimit, Limited("l") with { Action = Log }, Limited("m"));
        Assert.Equal("#?l l #?m", Run(new RecordingEffects { Exceeded = { "l" } }, zone: [limits]).Text);
    }

    [Theory]
    [InlineData("/login", "#?l")]
    [InlineData("/count", "#l")]
    [InlineData("/apply", "?l")]
    [InlineData("/", "")]
    public void A_counting_expression_says_what_counts_and_the_rule_s_own_where_it_acts(string path, string expected)
    {
        Rule rule = Limited("l", "http.request.uri.path in {\"/login\" \"/apply\"}", "http.request.uri.path in {\"/login\" \"/count\"}");
        Assert.Equal(expected, Run(new RecordingEffects { Exceeded = { "x" } }, zone: [Entry(RulePhase.HttpRatelimit, rule)], path: path).Text);
    }

    [Fact]
    public void Counting_by_the_response_waits_for_it()
    {
        Rule rule = Limited("l", "true", "http.response.code eq 401");
        CompiledPhases phases = Phases([], [Entry(Custom, R("s", "http.request.uri.path eq \"/s\"", new SkipAction { Phases = [RulePhase.HttpRatelimit] })), Entry(RulePhase.HttpRatelimit, rule)]);
        Assert.True(phases.HasResponseCounters);

        Assert.Equal("?l #l", Respond(phases, "/", 401));
        Assert.Equal("?l", Respond(phases, "/", 200));
        Assert.Equal("s", Respond(phases, "/s", 401));
        Assert.Equal("?l !l", Respond(phases, "/", 401, exceeded: "l"));

        static string Respond(CompiledPhases phases, string path, int status, string exceeded = "")
        {
            FakeRequest request = new() { Path = Encoding.ASCII.GetBytes(path) };
            RecordingEffects effects = new() { Exceeded = { exceeded } };
            RuleState state = new();
            RunAll(phases, request, state, effects);
            request.Status = status;
            PhaseEvaluator.CountResponse(phases, new EvaluationContext(request), state, effects);
            return effects.Text;
        }
    }

    [Fact]
    public void A_score_is_counted_with_the_response()
    {
        Rule rule = Limited("l", "http.request.uri.path eq \"/q\"") with
        {
            RateLimit = new() { Period = 60, ScorePerPeriod = 400, ScoreResponseHeader = "x-cost", Characteristics = [RuleText.Of("ip.src")] },
        };
        CompiledPhases phases = Phases([], [Entry(RulePhase.HttpRatelimit, rule)]);
        FakeRequest request = new() { Path = "/q"u8.ToArray(), Status = 200 };
        RecordingEffects effects = new();
        RuleState state = new();
        RunAll(phases, request, state, effects);
        Assert.Equal("?l", effects.Text);
        PhaseEvaluator.CountResponse(phases, new EvaluationContext(request), state, effects);
        Assert.Equal("?l #l", effects.Text);
    }

    [Fact]
    public void A_redirect_by_a_list_ends_the_exchange_when_the_list_knows_the_URL()
    {
        RedirectItem item = new() { Source = RuleText.Of("example.com/old"), Target = RuleText.Of("https://example.com/new") };
        RedirectList list = new("moved", RedirectTable.Create([item], out _));
        RuleCompilerOptions options = new() { RedirectLists = new Dictionary<string, RedirectList> { ["moved"] = list } };
        Ruleset bulk = Entry(RulePhase.HttpRequestRedirect, R("b", action: new BulkRedirectAction("moved", RuleText.Of("http.request.full_uri"))), R("c", action: new BulkRedirectAction("moved", RuleText.Of("http.host"))));
        CompiledPhases phases = new(null, RulesetCompiler.Compile([bulk], RuleLevel.Zone, options).Rules);
        RuleState state = new();

        Assert.Equal("", RunAll(phases, new FakeRequest { Url = "https://example.com/other" }, state).Text);
        Assert.Null(state.Redirect);
        Assert.Equal("!b", RunAll(phases, new FakeRequest { Url = "https://example.com/old?x=1" }, state).Text);
        Assert.Equal("https://example.com/new", state.Redirect!.Target.Text);

        list.Content = RedirectTable.Empty;
        Assert.Equal("", RunAll(phases, new FakeRequest { Url = "https://example.com/old" }, state).Text);
    }

    [Fact]
    public void A_trace_tells_what_became_of_each_rule()
    {
        RuleState state = new();
        SkipAction skip = new() { Phases = [RulePhase.HttpRequestSbfm], Rules = [new SkippedRules("custom", ["spared"])] };
        CompiledPhases phases = Phases(
            [],
            [
                Entry(Custom, R("no", "http.request.uri.path eq \"/no\""), R("s", action: skip), R("spared"), Block("few") with { ScoreThreshold = 5 }, Block("pass"), Execute("x", "one"), Block("end", "http.host eq \"example.com\""), R("never")) with { Id = "custom" },
                CustomSet("one", R("inner")), Entry(RulePhase.HttpRequestSbfm, R("z")), Entry(RulePhase.HttpRatelimit, Limited("l")),
            ]);
        state.Reset(phases);
        state.Trace = new RuleTrace(100, TimeProvider.System);
        EvaluationContext context = new(new FakeRequest());
        RecordingEffects effects = new() { LetPass = { "pass" } };
        CompiledRule? ended = PhaseEvaluator.Run(phases, Custom, context, state, effects);
        PhaseEvaluator.Run(phases, RulePhase.HttpRatelimit, context, state, effects);
        PhaseEvaluator.Run(phases, RulePhase.HttpRequestSbfm, context, state, effects);

        Assert.Equal("end", ended?.Id);
        Assert.Equal(
            [
                ("no", RuleResult.NotMatched), ("s", RuleResult.Matched), ("spared", RuleResult.Skipped), ("few", RuleResult.BelowScore), ("pass", RuleResult.LetPass),
                ("x", RuleResult.Matched), ("inner", RuleResult.Matched), ("end", RuleResult.Ended), ("l", RuleResult.WithinLimit), (null, RuleResult.Skipped),
            ], state.Trace.Steps.Select(s => (s.Rule?.Id, s.Result)));
        Assert.Equal("x", state.Trace.Steps[6].Rule!.ExecutedBy!.Id);
    }

    [Fact]
    public void A_trace_is_bounded()
    {
        RuleState state = new();
        CompiledPhases phases = Phases([], [Entry(Custom, [.. Enumerable.Range(0, 20).Select(i => R($"r{i}", $"http.host eq \"{i}\""))])]);
        state.Reset(phases);
        state.Trace = new RuleTrace(5, TimeProvider.System);
        PhaseEvaluator.Run(phases, Custom, new EvaluationContext(new FakeRequest()), state, new RecordingEffects());
        Assert.Equal((5, 15), (state.Trace.Steps.Count, state.Trace.Omitted));
    }

    [Fact]
    public void The_same_happens_with_and_without_a_trace()
    {
        CompiledPhases phases = Phases([], [Entry(Custom, R("a"), R("s", action: new SkipAction { CurrentRuleset = true }), R("b")), Entry(Managed, R("c"), Block("d"), R("e"))]);
        string plain = RunAll(phases, new FakeRequest(), new RuleState()).Text;
        RecordingEffects effects = new();
        RuleState state = new();
        state.Reset(phases);
        state.Trace = new RuleTrace(100, TimeProvider.System);
        RunPhases(phases, new EvaluationContext(new FakeRequest()), state, effects);
        Assert.Equal(plain, effects.Text);
    }

    [Fact]
    public void Running_rules_allocates_nothing()
    {
        SkipAction skip = new() { Rules = [new SkippedRules("one", ["1"])] };
        CompiledPhases phases = Phases(
            [Entry(Custom, R("no", "http.host eq \"x\""))],
            [Entry(Custom, R("s", "ip.src in {10.0.0.0/8}", skip), Execute("x", "one"), Score("p", 5)), CustomSet("one", R("1"), R("2", "http.host eq \"y\"")), Entry(RulePhase.HttpRatelimit, Limited("l"))]);
        EvaluationContext context = new(new FakeRequest());
        RuleState state = new();
        SilentEffects effects = new();
        for (int i = 0; i < 50; i++) Once();
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) Once();
        }));

        void Once()
        {
            context.Reset(context.Values);
            state.Reset(phases);
            RunPhases(phases, context, state, effects);
        }
    }

    private static RuleOverride Action(RuleActionKind kind) => new() { Action = kind };

    private static Rule R(string id, string expression = "true", RuleAction? action = null) => new() { Id = id, Expression = RuleText.Of(expression), Action = action ?? Log };

    private static Rule Block(string id, string expression = "http.host ne \"x\"") => R(id, expression, new BlockAction());

    private static Rule Score(string id, int increment) => R(id, action: new ScoreAction(increment));

    private static Rule Execute(string id, string ruleset) => R(id, action: new ExecuteAction(ruleset, RulesetOverrides.None));

    private static Rule Limited(string id, string expression = "http.host ne \"x\"", string? counting = null) => R(id, expression, new BlockAction()) with
    {
        RateLimit = new() { Period = 60, RequestsPerPeriod = 5, Characteristics = [RuleText.Of("ip.src")], CountingExpression = counting is null ? null : RuleText.Of(counting) },
    };

    private static Ruleset Entry(RulePhase phase, params Rule[] rules) => new() { Id = $"entry {phase}", Kind = RulesetKind.Zone, Phase = phase, Rules = [.. rules] };

    private static Ruleset CustomSet(string id, params Rule[] rules) => new() { Id = id, Kind = RulesetKind.Custom, Phase = Custom, Rules = [.. rules] };

    private static CompiledPhases Phases(Ruleset[] account, Ruleset[] zone)
    {
        return new CompiledPhases(Compile(account, RuleLevel.Account), Compile(zone, RuleLevel.Zone));

        static CompiledLevel Compile(Ruleset[] rulesets, RuleLevel level)
        {
            RuleCompilation compiled = RulesetCompiler.Compile(rulesets, level, RuleCompilerOptions.Default);
            Assert.DoesNotContain(compiled.Diagnostics, d => d.IsError);
            return Assert.IsType<CompiledLevel>(compiled.Rules);
        }
    }

    private static RecordingEffects Run(Ruleset[]? account = null, Ruleset[]? zone = null) => Run(null, account, zone);

    private static RecordingEffects Run(RecordingEffects? effects, Ruleset[]? account = null, Ruleset[]? zone = null, string path = "/") =>
        RunAll(Phases(account ?? [], zone ?? []), new FakeRequest { Path = Encoding.ASCII.GetBytes(path) }, new RuleState(), effects);

    private static void Run(RecordingEffects? effects, RuleState state, Ruleset[] zone) => RunAll(Phases([], zone), new FakeRequest(), state, effects);

    private static RecordingEffects RunAll(CompiledPhases phases, FieldValues request, RuleState state, RecordingEffects? effects = null)
    {
        effects ??= new();
        state.Reset(phases);
        RunPhases(phases, new EvaluationContext(request), state, effects);
        return effects;
    }

    private static void RunPhases(CompiledPhases phases, EvaluationContext context, RuleState state, IRuleEffects effects)
    {
        for (RulePhase phase = 0; (int)phase < RulePhases.HttpCount; phase++)
        {
            if (PhaseEvaluator.Run(phases, phase, context, state, effects) is not null) return;
        }
    }

    private sealed class SilentEffects : IRuleEffects
    {
        public void Apply(CompiledRule rule, EvaluationContext context) { }

        public bool Ends(CompiledRule rule, EvaluationContext context) => true;

        public bool IsExceeded(CompiledRule rule, EvaluationContext context, bool counts, bool applies) => false;
    }
}
