using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>From rules in their short form to rulesets.</summary>
public sealed class RuleEntriesTests
{
    // Action, what else is written, the phases it becomes a rule of.
    public static TheoryData<string, RuleEntry, string> Phases => new()
    {
        { "block", new(), "http_request_firewall_custom" },
        { "log", new(), "http_request_firewall_custom" },
        { "managed_challenge", new(), "http_request_firewall_custom" },
        { "force_connection_close", new(), "http_request_firewall_custom" },
        { "skip", new(), "http_request_firewall_custom" },
        { "score", new() { Increment = 1 }, "http_request_firewall_custom" },
        { "block", new() { LimitRequests = 5, LimitPeriod = 60 }, "http_ratelimit" },
        { "log", new() { LimitRequests = 5, LimitPeriod = 60 }, "http_ratelimit" },
        { "redirect", new() { To = RuleValue.Static("/x") }, "http_request_dynamic_redirect" },
        { "redirect", new() { ToList = "l" }, "http_request_redirect" },
        { "rewrite", new() { Path = RuleValue.Static("/x") }, "http_request_transform" },
        { "rewrite", new() { Headers = [Remove] }, "http_request_late_transform" },
        { "rewrite", new() { ResponseHeaders = [Remove] }, "http_response_headers_transform" },
        { "rewrite", new() { Query = RuleValue.Static(""), Headers = [Remove], ResponseHeaders = [Remove] }, "http_request_transform http_request_late_transform http_response_headers_transform" },
        { "execute", new() { Ruleset = "m" }, "http_request_firewall_managed" },
        { "execute", new() { Ruleset = "m", Phase = "http_request_firewall_custom" }, "http_request_firewall_custom" },
        { "route", new() { OriginPort = 81 }, "http_request_origin" },
        { "set_config", new() { Settings = [new("a", "b", RulePosition.None)] }, "http_config_settings" },
        { "serve_error", new() { Content = "x" }, "http_custom_errors" },
        { "set_cache_settings", new() { Cache = true }, "http_request_cache_settings" },
        { "compress_response", new() { Algorithms = ["gzip"] }, "http_response_compression" },
        { "log_custom_field", new() { LogCookies = ["a"] }, "http_log_custom_fields" },
        { "log", new() { Phase = "http_response_firewall_managed" }, "http_response_firewall_managed" },
    };

    private static HeaderOperation Remove => new("X-A", HeaderOperationKind.Remove, null);

    [Theory]
    [MemberData(nameof(Phases))]
    public void The_phase_follows_from_the_action(string action, RuleEntry entry, string phases)
    {
        Ruleset[] rulesets = Make(entry with { Do = action });
        Assert.Equal(phases, string.Join(' ', rulesets.Select(r => RulePhases.NameOf(r.Phase))));
        Assert.All(rulesets, r => Assert.Equal(action, RuleActionKinds.NameOf(Assert.Single(r.Rules).Action.Kind)));
    }

    [Fact]
    public void The_order_inside_a_phase_is_that_of_the_document_and_files_stand_in_their_place()
    {
        RulesetFile file = RulesetJson.Read("""{"phase": "http_request_firewall_custom", "rules": [{"id": "f", "expression": "ssl", "action": "log"}]}"""u8, "f.json");
        Ruleset[] rulesets = Make([Entry("a"), Entry("b"), new() { File = file }, Entry("c")], [file with { Rulesets = [file.Rulesets[0] with { Rules = [file.Rulesets[0].Rules[0] with { Id = "g" }] }] }]);
        Assert.Equal(["a", "b", "f", "c", "g"], rulesets.SelectMany(r => r.Rules).Select(r => r.Id));
        RuleCompilation compiled = RulesetCompiler.Compile(rulesets, RuleLevel.Zone, RuleCompilerOptions.Default);
        Assert.Equal(["a", "b", "f", "c", "g"], compiled.Rules!.Rules.Select(r => r.Id));
    }

    [Fact]
    public void What_was_found_in_a_file_is_passed_on()
    {
        RulesetFile file = RulesetJson.Read("{"u8, "f.json");
        RuleEntries.ToRulesets([new() { File = file }], RuleLevel.Zone, [file], out IReadOnlyList<RuleDiagnostic> found);
        Assert.Equal(2, found.Count(d => d.IsError));
    }

    [Theory]
    [InlineData("ip", "ip.src")]
    [InlineData("ja4", "cf.bot_management.ja4")]
    [InlineData("headers[\"x-api-key\"]", "http.request.headers[\"x-api-key\"]")]
    [InlineData("cookies[\"s\"]", "http.request.cookies[\"s\"]")]
    [InlineData("args[\"q\"]", "http.request.uri.args[\"q\"]")]
    [InlineData("lower(http.host)", "lower(http.host)")]
    public void Short_words_of_a_limit(string written, string expression)
    {
        RuleEntry entry = Entry("r") with { LimitRequests = 5, LimitPeriod = 60, LimitBy = [new RuleText(written, new RulePosition("f", 3, 10))] };
        RuleText characteristic = Make(entry)[0].Rules[0].RateLimit!.Characteristics[0];
        Assert.Equal(expression, characteristic.Text);
        Assert.Equal(new RulePosition("f", 3, 10), characteristic.PositionOf(0));
        Assert.Equal(new RulePosition("f", 3, 10 + written.Length), characteristic.PositionOf(expression.Length));
        Assert.Empty(RulesetCompiler.Compile(Make(entry), RuleLevel.Zone, RuleCompilerOptions.Default).Diagnostics);
    }

    [Fact]
    public void A_limit_by_a_header_of_the_response_counts_a_score()
    {
        RateLimit limit = Make(Entry("r") with { LimitRequests = 400, LimitPeriod = 60, ScoreHeader = "x-cost", Timeout = 10 })[0].Rules[0].RateLimit!;
        Assert.Equal((null, 400, "x-cost", 10), (limit.RequestsPerPeriod, limit.ScorePerPeriod, limit.ScoreResponseHeader, limit.MitigationTimeout));
    }

    [Theory]
    [InlineData(0, null, null, 0)]
    [InlineData(404, null, null, 404)]
    [InlineData(0, "no", null, 403)]
    [InlineData(0, "no", 5, 429)]
    public void The_answer_of_a_block(int status, string? content, int? limit, int expected)
    {
        RuleEntry entry = Entry("r") with { Status = status, Content = content, LimitRequests = limit, LimitPeriod = 10 };
        Assert.Equal(expected, Assert.IsType<BlockAction>(Make(entry)[0].Rules[0].Action).Response?.StatusCode ?? 0);
    }

    [Fact]
    public void A_skip_without_more_skips_the_rest()
    {
        Assert.True(Skip(new()).CurrentRuleset);
        Assert.False(Skip(new() { Phases = ["http_ratelimit"] }).CurrentRuleset);
        Assert.True(Skip(new() { Phases = ["http_ratelimit"], Rest = true }).CurrentRuleset);

        static SkipAction Skip(RuleEntry entry) => Assert.IsType<SkipAction>(Make(entry with { Do = "skip" })[0].Rules[0].Action);
    }

    [Fact]
    public void A_mistake_is_told_where_the_rule_stands()
    {
        RuleEntry[] bad = [new() { Do = "blok" }, new() { Do = "redirect" }, new() { Do = "log", Phase = "later" }, new() { Do = "skip", Phases = ["x"] }];
        RuleEntries.ToRulesets([.. bad.Select((b, i) => b with { Position = new("f", i + 1, 1) })], RuleLevel.Zone, [], out IReadOnlyList<RuleDiagnostic> found);
        Assert.Equal([1, 2, 3, 4], found.Select(d => d.Position.Line));
        Assert.All(found, d => Assert.True(d.IsError));
    }

    [Fact]
    public void A_mistake_in_an_expression_is_told_where_it_stands()
    {
        RuleText when = new("ssl and\nhttp.hots eq \"a\"", new("site.yaml", 7, 20), offset => offset < 8 ? new("site.yaml", 7, 20 + offset) : new("site.yaml", 8, 9 + offset - 8));
        RuleCompilation compiled = RulesetCompiler.Compile(Make(Entry("r") with { When = when }), RuleLevel.Zone, RuleCompilerOptions.Default);
        Assert.Equal("site.yaml:8:9: rule 'r': there is no field http.hots; did you mean http.host?", compiled.Diagnostics[0].ToString());
    }

    private static RuleEntry Entry(string id) => new() { Id = id, Do = "block", When = RuleText.Of($"http.host eq \"{id}\"") };

    private static Ruleset[] Make(params RuleEntry[] entries) => Make(entries, []);

    private static Ruleset[] Make(RuleEntry[] entries, RulesetFile[] files)
    {
        IReadOnlyList<Ruleset> rulesets = RuleEntries.ToRulesets(entries, RuleLevel.Zone, files, out IReadOnlyList<RuleDiagnostic> found);
        Assert.Empty(found);
        return [.. rulesets];
    }
}
