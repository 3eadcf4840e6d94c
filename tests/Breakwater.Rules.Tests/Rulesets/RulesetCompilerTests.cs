using System.Text;
using Breakwater.Matching;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>What the compiler makes of rulesets, and what it refuses.</summary>
public sealed class RulesetCompilerTests
{
    private static readonly RedirectList Moved = new("moved", RedirectTable.Empty);

    private static readonly RuleCompilerOptions Options = new()
    {
        Lists = new Lists(),
        RedirectLists = new Dictionary<string, RedirectList> { ["moved"] = Moved },
    };

    public static TheoryData<string> Exports => [.. Exported.Names];

    [Theory]
    [MemberData(nameof(Exports))]
    public void An_export_compiles(string name)
    {
        RulesetFile file = RulesetJson.Read(Exported.Bytes(name), name);
        RuleLevel level = file.Rulesets[0].Kind == RulesetKind.Root ? RuleLevel.Account : RuleLevel.Zone;
        RuleCompilation compiled = RulesetCompiler.Compile(file.Rulesets, level, Options);
        Assert.Equal([], compiled.Diagnostics.Where(d => d.IsError));
        int run = file.Rulesets.Where(r => RulePhases.IsRun(r.Phase)).Sum(r => r.Rules.Count(u => u.Enabled));
        Assert.Equal(run, compiled.Rules!.Rules.Length);
    }

    [Fact]
    public void All_exports_compile_together_into_one_zone()
    {
        Ruleset[] all = [.. Exported.Names.SelectMany(n => RulesetJson.Read(Exported.Bytes(n), n).Rulesets)];
        RuleCompilation compiled = RulesetCompiler.Compile([.. all.Where(r => r.Name != "root" && r.Kind != RulesetKind.Custom)], RuleLevel.Zone, Options);
        Assert.Equal([], compiled.Diagnostics.Where(d => d.IsError).Select(d => d.ToString()));
        CompiledPhases phases = new(null, compiled.Rules);
        Assert.True(phases.HasResponseCounters);
        Assert.True(phases.Has(RulePhase.HttpCustomErrors));
        Assert.False(phases.Reads(FieldId.HttpRequestBodyRaw));
        Assert.True(phases.Reads(FieldId.HttpUserAgent));
    }

    [Fact]
    public void What_cannot_be_honoured_is_named()
    {
        string[] warnings = [.. Warnings("13-not-run.json"), .. Warnings("08-origin-and-settings.json"), .. Warnings("03-firewall-managed.json")];
        Assert.Equal(
            [
                "the rules of http_request_sanitize do not run: URLs are normalised by the zone's own setting",
                "the rules of http_request_snippets do not run: programs at the edge are not part of this product",
                "the rules of http_request_cloud_connector do not run: storage services are origins here",
                "the rules of ddos_l4 do not run: it concerns packets, and this edge sees requests",
                "the rules of magic_transit do not run: it concerns packets, and this edge sees requests",
                "setting 'security_level' has no effect here", "setting 'bic' has no effect here", "setting 'rocket_loader' has no effect here",
                "setting 'autominify.css' has no effect here", "setting 'autominify.html' has no effect here", "setting 'autominify.js' has no effect here",
                "setting 'ssl' has no effect here", "setting 'email_obfuscation' has no effect here", "setting 'polish' has no effect here", "setting 'disable_zaraz' has no effect here",
                "it skips ruleset 'efb7b8c949ac4650a09736fc376e9aee', which is not here", "it skips ruleset '4814384a9e5d4991b9815dcfc25d2f1f', which is not here",
                "it skips ruleset '4814384a9e5d4991b9815dcfc25d2f1f', which is not here",
                "ruleset 'efb7b8c949ac4650a09736fc376e9aee' is not here: the rule does nothing", "ruleset '4814384a9e5d4991b9815dcfc25d2f1f' is not here: the rule does nothing",
            ], warnings);

        static IEnumerable<string> Warnings(string name) =>
            RulesetCompiler.Compile(RulesetJson.Read(Exported.Bytes(name), name).Rulesets, RuleLevel.Zone, Options).Diagnostics.Select(d => d.Problem);
    }

    [Fact]
    public void Challenges_block_until_there_are_any()
    {
        string[] found = [.. Compile("http_request_firewall_custom", """{"id": "c", "expression": "ssl", "action": "js_challenge"}""").Diagnostics.Select(d => d.ToString())];
        Assert.Equal(["t.json:2:1: warning: rule 'c': there are no challenges here yet: 'js_challenge' blocks; write block if that is meant, or log"], found);
        RuleCapabilities able = new() { Actions = Enum.GetValues<RuleActionKind>().ToHashSet() };
        Assert.Empty(Compile("http_request_firewall_custom", """{"expression": "ssl", "action": "js_challenge"}""", Options with { Capabilities = able }).Diagnostics);
    }

    // Phase, rule, and what is said of it after its position.
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "http_request_firewall_custom", """{"expression": "http.hots eq \"a\"", "action": "block"}""", "2:17: rule 'r': there is no field http.hots; did you mean http.host?" },
        { "http_request_firewall_custom", """{"expression": "http.host eq \"a\" and http.response.code eq 200", "action": "block"}""", "2:40: rule 'r': http.response.code is not available" },
        { "http_request_firewall_custom", """{"expression": "ssl", "action": "rewrite", "action_parameters": {"headers": {"X-A": {"operation": "remove"}}}}""", "2:1: rule 'r': 'rewrite' is no action of http_request_firewall_custom; move the rule to http_request_transform, http_request_late_transform or http_response_headers_transform" },
        { "http_request_transform", """{"expression": "ssl", "action": "block"}""", "2:1: rule 'r': 'block' is no action of http_request_transform; move the rule to ddos_l7, http_request_firewall_custom, http_ratelimit, http_request_firewall_managed, http_request_sbfm or http_response_firewall_managed" },
        { "http_ratelimit", """{"expression": "ssl", "action": "block"}""", "2:1: rule 'r': a rule of http_ratelimit needs its rate limit; add 'ratelimit', or move the rule to http_request_firewall_custom" },
        { "http_request_firewall_custom", """{"expression": "ssl", "action": "block", "ratelimit": {"characteristics": [], "period": 10, "requests_per_period": 1}}""", "2:55: rule 'r': rules of http_request_firewall_custom have no rate limit; move the rule to http_ratelimit" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.src\", \"cf.unique_visitor_id\"], \"requests_per_period\": 1"), "ip.src and cf.unique_visitor_id exclude one another; keep one of the two" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.src\", \"ip.src\"], \"requests_per_period\": 1"), "'ip.src' stands twice; remove one of the two" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.source\"], \"requests_per_period\": 1"), "rule 'r': there is no field ip.source; did you mean ip.src?" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.src\"]"), "a rate limit counts either requests or a score; write one of 'requests_per_period' and 'score_per_period'" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.src\"], \"requests_per_period\": 1, \"score_per_period\": 1"), "a rate limit counts either requests or a score" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.src\"], \"score_per_period\": 1"), "a score needs the response header that tells it; add 'score_response_header_name'" },
        { "http_ratelimit", Limit("\"characteristics\": [\"ip.src\"], \"requests_per_period\": 1, \"counting_expression\": \"http.response.code eq 401 and ip.src in $office\""), "an expression that counts by the response cannot name lists; write the values into the expression, or count by the request" },
        { "http_request_transform", """{"expression": "http.request.body.size gt 5", "action": "rewrite", "action_parameters": {"uri": {"path": {"value": "/a"}}}}""", "2:17: rule 'r': http.request.body.size is not there yet in http_request_transform; use it in http_request_firewall_custom or later" },
        { "http_request_transform", """{"expression": "ssl", "action": "rewrite", "action_parameters": {"uri": {"path": {"value": "new?x"}}}}""", "2:93: rule 'r': 'new?x' is no path; begin it with '/', encode what is not plain, and write the query as 'query'" },
        { "http_request_transform", """{"expression": "ssl", "action": "rewrite", "action_parameters": {"uri": {"query": {"value": "?x"}}}}""", "rule 'r': '?x' is no query; write it without '?', and encode what is not plain" },
        { "http_request_transform", """{"expression": "ssl", "action": "rewrite", "action_parameters": {"uri": {"path": {"expression": "http.request.headers[\"a\"]"}}}}""", "rule 'r': the expression makes a value of type Array<String>, not a text; choose one of its elements, such as [0]" },
        { "http_request_late_transform", """{"expression": "ssl", "action": "rewrite", "action_parameters": {"headers": {"X-A": {"operation": "set", "value": "a\r\nb"}}}}""", "the value of 'X-A' holds control characters; remove them" },
        { "http_request_dynamic_redirect", """{"expression": "ssl", "action": "redirect", "action_parameters": {"from_value": {"target_url": {"value": "example.com"}}}}""", "rule 'r': 'example.com' is no address to redirect to; write an http or https URL, or a path" },
        { "http_request_dynamic_redirect", """{"expression": "ssl", "action": "redirect", "action_parameters": {"from_value": {"target_url": {"value": "/""" + new string('a', 8192) + "\"}}}}", "rule 'r': the address has more than 8192 characters; write a shorter one" },
        { "http_request_dynamic_redirect", """{"expression": "ssl", "action": "redirect", "action_parameters": {"from_list": {"name": "moved", "key": "http.request.full_uri"}}}""", "redirects from lists belong to http_request_redirect; move the rule there" },
        { "http_request_redirect", """{"expression": "ssl", "action": "redirect", "action_parameters": {"from_list": {"name": "gone", "key": "http.request.full_uri"}}}""", "there is no list of redirects 'gone'; the lists are moved" },
        { "http_request_firewall_custom", """{"expression": "wildcard_replace(http.host, \"a\", \"b\") eq \"b\"", "action": "block"}""", "2:17: rule 'r':" },
        { "http_request_origin", """{"expression": "ssl", "action": "route", "action_parameters": {"origin": {"host": "http://a"}}}""", "'http://a' is no host; write a name such as app.example.com" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_refused_at_its_place(string phase, string rule, string expected)
    {
        RuleCompilation compiled = Compile(phase, rule.Replace("{\"expression\"", "{\"id\": \"r\", \"expression\"", StringComparison.Ordinal));
        RuleDiagnostic error = compiled.Diagnostics.First(d => d.IsError);
        // The id that was put in shifts what comes after it by 11 columns.
        string said = error.ToString()["t.json:".Length..];
        Assert.Null(compiled.Rules);
        Assert.Contains(Shift(expected), said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_an_expression_comes_with_its_line()
    {
        RuleDiagnostic error = Compile("http_request_firewall_custom", """{"expression": "http.hots eq \"a\"", "action": "block"}""").Diagnostics[0];
        Assert.StartsWith("  http.hots eq \"a\"\n  ^", error.Excerpt, StringComparison.Ordinal);
        Assert.Equal("did you mean http.host?", error.Remedy);
    }

    [Fact]
    public void Ids_are_unique_in_a_phase_and_rulesets_have_their_own()
    {
        const string Rule = """{"id": "r", "expression": "ssl", "action": "log"}""";
        string[] found = [.. Compile([Ruleset("http_request_firewall_custom", Rule), Ruleset("http_request_firewall_custom", Rule), Ruleset("http_request_sbfm", Rule)]).Select(d => d.Problem)];
        Assert.Equal(["another rule of http_request_firewall_custom has this id"], found);
        found = [.. Compile([Ruleset("http_request_sbfm", Rule) with { Id = "x" }, Ruleset("http_request_firewall_custom", Rule) with { Id = "x" }]).Select(d => d.Problem)];
        Assert.Equal(["another ruleset of the id 'x' is at t.json:1:1"], found);
    }

    [Fact]
    public void Rulesets_that_are_executed_execute_no_others_and_belong_to_the_same_phase()
    {
        Ruleset custom = Ruleset("http_request_firewall_custom", """{"id": "i", "expression": "ssl", "action": "execute", "action_parameters": {"id": "c"}}""") with { Id = "c", Kind = RulesetKind.Custom };
        const string Execute = """{"id": "e", "expression": "ssl", "action": "execute", "action_parameters": {"id": "c"}}""";
        Assert.Equal(["a ruleset that is executed cannot execute another"], Compile([Ruleset("http_request_firewall_custom", Execute), custom]).Select(d => d.Problem));
        Assert.Equal(["ruleset 'c' belongs to http_request_firewall_custom"], Compile([Ruleset("http_request_sbfm", Execute), custom]).Select(d => d.Problem));
        Assert.Equal(["no rule executes ruleset 'c': its rules do not run"], Compile([custom with { Rules = [] }]).Select(d => d.Problem));
    }

    [Fact]
    public void Rules_that_never_run_are_named()
    {
        string[] found = [.. Compile([Ruleset("http_request_firewall_custom",
            """{"id": "a", "expression": "http.host eq \"a\"", "action": "block"}""",
            """{"id": "b", "expression": " http.host  == \"a\" ", "action": "log"}""",
            """{"id": "c", "expression": "false", "action": "log"}""",
            """{"id": "d", "expression": "true", "action": "skip", "action_parameters": {"ruleset": "current"}}""",
            """{"id": "e", "expression": "ssl", "action": "block"}""")]).Select(d => d.Message)];
        Assert.Equal(
            [
                "rule 'b': it never runs: rule 'a' before it has the same expression and ends the request; remove one of the two",
                "rule 'c': its expression never holds; mend or remove the rule, or switch it off with enabled",
                "rule 'e': it never runs: rule 'd' before it takes every request; move it up, or remove it",
            ], found);
    }

    [Fact]
    public void A_skip_of_what_came_before_is_named()
    {
        string[] found = [.. Compile([Ruleset("http_request_firewall_managed", """{"id": "a", "expression": "ssl", "action": "skip", "action_parameters": {"phases": ["http_ratelimit"], "products": ["hot"], "rulesets": ["x"]}}""")]).Select(d => d.Problem)];
        Assert.Equal(["http_ratelimit does not come after http_request_firewall_managed: it is not skipped", "it skips ruleset 'x', which is not here", "it skips hot, which there is none of here"], found);
    }

    [Fact]
    public void Expressions_are_bounded()
    {
        RuleCompilerOptions tight = Options with { Limits = new() { MaxExpressionLength = 20, MaxRules = 1 } };
        Assert.Equal("the expression has more than 20 characters", Compile("ddos_l7", """{"expression": "http.host eq \"aaaaaaaaaaa\"", "action": "log"}""", tight).Diagnostics[0].Problem);
        Assert.Equal("more than 1 rules", Compile("ddos_l7", """{"expression": "ssl", "action": "log"}, {"expression": "ssl", "action": "log"}""", tight).Diagnostics[0].Problem);
    }

    [Fact]
    public void Keys_of_rate_limits_tell_absent_from_empty_and_long_from_other_long()
    {
        CompiledRateLimit limit = Assert.IsType<CompiledRateLimit>(Compile("http_ratelimit", Limit("\"characteristics\": [\"cf.colo.id\", \"ip.src\", \"ip.src.country\", \"http.request.uri.path\"], \"requests_per_period\": 1")).Rules!.Rules[0].RateLimit);
        Assert.Equal([CharacteristicKind.Address, CharacteristicKind.Country, CharacteristicKind.Path], limit.Characteristics.Select(c => c.Kind));

        FakeRequest[] requests =
        [
            new(), new() { Client = IpValue.V4(0x0a000002) }, new() { Country = "" }, new() { Country = "DE" }, new() { Path = "/a"u8.ToArray() },
            new() { Path = Encoding.ASCII.GetBytes(new string('a', 9000)) }, new() { Path = Encoding.ASCII.GetBytes(new string('a', 8999) + "b") },
        ];
        HashSet<string> keys = [.. requests.Select(Key)];
        Assert.Equal(requests.Length, keys.Count);
        Assert.Equal(Key(new FakeRequest()), Key(new FakeRequest()));

        string Key(FakeRequest request)
        {
            byte[] key = new byte[limit.MaxKeyLength];
            int length = limit.WriteKey(new EvaluationContext(request), key);
            return Convert.ToHexString(key.AsSpan(0, length));
        }
    }

    [Fact]
    public void A_value_with_control_characters_is_not_set()
    {
        CompiledRewrite rewrite = Compile("http_request_late_transform", """{"expression": "ssl", "action": "rewrite", "action_parameters": {"headers": {"X-A": {"operation": "set", "expression": "http.request.uri.path"}, "X-B": {"operation": "set", "value": "b"}}}}""").Rules!.Rules[0].Rewrite!;
        Assert.Equal("/a", Get("/a"));
        Assert.Null(Get("/a\r\nX-Evil: 1"));
        Assert.True(rewrite.Headers[1].Value!.TryGet(new EvaluationContext(new FakeRequest()), out ReadOnlySpan<byte> fixedValue) && fixedValue.SequenceEqual("b"u8));

        string? Get(string path) =>
            rewrite.Headers[0].Value!.TryGet(new EvaluationContext(new FakeRequest { Path = Encoding.ASCII.GetBytes(path) }), out ReadOnlySpan<byte> value) ? Encoding.ASCII.GetString(value) : null;
    }

    private static string Limit(string members) => """{"expression": "ssl", "action": "block", "ratelimit": {"period": 10, """ + members + "}}";

    private static string Shift(string expected)
    {
        int colon = expected.IndexOf(':', StringComparison.Ordinal);
        if (!expected.StartsWith("2:", StringComparison.Ordinal)) return expected;
        int end = expected.IndexOf(':', colon + 1);
        int column = int.Parse(expected.AsSpan(colon + 1, end - colon - 1), null);
        return $"2:{(column == 1 ? 1 : column + 11)}{expected[end..]}";
    }

    private static RuleCompilation Compile(string phase, string rules, RuleCompilerOptions? options = null)
    {
        RulesetFile file = RulesetJson.Read(Encoding.UTF8.GetBytes($"{{\"phase\": \"{phase}\", \"rules\": [\n{rules}]}}"), "t.json");
        Assert.DoesNotContain(file.Diagnostics, d => d.IsError);
        return RulesetCompiler.Compile(file.Rulesets, RuleLevel.Zone, options ?? Options);
    }

    private static IReadOnlyList<RuleDiagnostic> Compile(Ruleset[] rulesets) => RulesetCompiler.Compile(rulesets, RuleLevel.Zone, Options).Diagnostics;

    private static Ruleset Ruleset(string phase, params string[] rules) =>
        RulesetJson.Read(Encoding.UTF8.GetBytes($"{{\"phase\": \"{phase}\", \"rules\": [{string.Join(",\n", rules)}]}}"), "t.json").Rulesets[0];

    /// <summary>An empty list of addresses, and the list of redirects.</summary>
    private sealed class Lists : INamedLists
    {
        public IEnumerable<string> Names => ["office", "moved"];

        public bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NamedList? list)
        {
            list = name switch { "office" => new Empty(), "moved" => Moved, _ => null };
            return list is not null;
        }

        private sealed class Empty : NamedList
        {
            public override TypeKind ItemKind => TypeKind.Ip;
        }
    }
}
