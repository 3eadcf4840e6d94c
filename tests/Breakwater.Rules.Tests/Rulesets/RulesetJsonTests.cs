using System.Text;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>From the rulesets API's JSON to rulesets.</summary>
public sealed class RulesetJsonTests
{
    public static TheoryData<string> Exports => [.. Exported.Names];

    [Theory]
    [MemberData(nameof(Exports))]
    public void An_export_is_read_whole(string name)
    {
        byte[] json = Exported.Bytes(name);
        RulesetFile file = RulesetJson.Read(json, name);

        Assert.DoesNotContain(file.Diagnostics, d => d.IsError);
        // Each rule of the API has a "version" beside its action; rulesets have one without.
        int actions = Encoding.UTF8.GetString(json).Split("\"version\": \"1\"").Length - 1;
        Assert.Equal(actions, file.Rulesets.Sum(r => r.Rules.Length));
        Assert.All(file.Rulesets.SelectMany(r => r.Rules), r => Assert.True(r.Id.Length > 0 && r.Expression.Text.Length > 0 && r.Position.Line > 0));
    }

    [Fact]
    public void The_exports_use_every_phase_of_HTTP_and_every_action()
    {
        Ruleset[] all = [.. Exported.Names.SelectMany(n => RulesetJson.Read(Exported.Bytes(n), n).Rulesets)];
        Assert.Equal(Enum.GetValues<RulePhase>().Take(RulePhases.HttpCount).Order(), all.Select(r => r.Phase).Where(p => (int)p < RulePhases.HttpCount).Distinct().Order());
        IEnumerable<RuleActionKind> missing = Enum.GetValues<RuleActionKind>().Except(all.SelectMany(r => r.Rules).Select(r => r.Action.Kind));
        Assert.Equal([RuleActionKind.TransformResponseHtml], missing);
    }

    [Fact]
    public void What_an_export_asks_for_in_vain_is_named()
    {
        string[] warnings = [.. Exported.Names.SelectMany(n => RulesetJson.Read(Exported.Bytes(n), n).Diagnostics).Select(d => d.Problem).Distinct()];
        Assert.Equal(
            [
                "'matched_data' in 'action_parameters' is not honoured",
                "'set_cache_tags' is not honoured: the rule does nothing",
                "'set_cache_control' is not honoured: the rule does nothing",
            ], warnings);
    }

    [Fact]
    public void A_rate_limit_with_all_its_parameters()
    {
        RateLimit limit = Limit("""
            {"characteristics": ["cf.colo.id", "http.request.headers[\"x-key\"]"], "period": 300, "requests_per_period": 7, "mitigation_timeout": 3600,
             "counting_expression": "http.response.code eq 403", "requests_to_origin": true}
            """);
        Assert.Equal(["cf.colo.id", "http.request.headers[\"x-key\"]"], limit.Characteristics.Select(c => c.Text));
        Assert.Equal((300, 7, null, 3600, true), (limit.Period, limit.RequestsPerPeriod, limit.ScorePerPeriod, limit.MitigationTimeout, limit.RequestsToOrigin));
        Assert.Equal("http.response.code eq 403", limit.CountingExpression?.Text);
        Assert.Null(Limit("""{"characteristics": [], "period": 10, "requests_per_period": 1, "counting_expression": ""}""").CountingExpression);
    }

    [Fact]
    public void A_skip_with_all_its_parameters()
    {
        SkipAction skip = Action<SkipAction>("http_request_firewall_custom", """
            "skip", "action_parameters": {"ruleset": "current", "phase": "current", "phases": ["http_ratelimit", "http_request_sbfm"],
             "products": ["waf", "zoneLockdown"], "rulesets": ["a"], "rules": {"b": ["1", "2"]}}
            """);
        Assert.True(skip is { CurrentRuleset: true, CurrentPhase: true });
        Assert.Equal([RulePhase.HttpRatelimit, RulePhase.HttpRequestSbfm], skip.Phases);
        Assert.Equal(SkippedProducts.Waf | SkippedProducts.ZoneLockdown, skip.Products);
        Assert.Equal(["a"], skip.Rulesets);
        Assert.Equal(("b", "1 2"), (skip.Rules[0].RulesetId, string.Join(' ', skip.Rules[0].RuleIds)));
    }

    [Fact]
    public void An_execute_with_all_its_overrides()
    {
        ExecuteAction execute = Action<ExecuteAction>("http_request_firewall_managed", """
            "execute", "action_parameters": {"id": "m", "overrides": {"action": "log", "enabled": false, "sensitivity_level": "eoff",
             "categories": [{"category": "x", "action": "block"}], "rules": [{"id": "1", "enabled": true, "score_threshold": 60}]}}
            """);
        Assert.Equal("m", execute.RulesetId);
        Assert.Equal(new RuleOverride { Action = RuleActionKind.Log, Enabled = false, Sensitivity = OverrideSensitivity.EssentiallyOff }, execute.Overrides.All);
        Assert.Equal([new CategoryOverride("x", new RuleOverride { Action = RuleActionKind.Block })], execute.Overrides.Categories);
        Assert.Equal(("1", new RuleOverride { Enabled = true, ScoreThreshold = 60 }), (execute.Overrides.Rules[0].RuleId, execute.Overrides.Rules[0].Override));
    }

    [Fact]
    public void Headers_keep_their_order_and_their_case()
    {
        RewriteAction rewrite = Action<RewriteAction>("http_request_late_transform", """
            "rewrite", "action_parameters": {"headers": {"X-B": {"operation": "set", "value": "b"}, "x-a": {"operation": "add", "expression": "cf.ray_id"}, "C": {"operation": "remove"}}}
            """);
        Assert.Equal(
            [("X-B", HeaderOperationKind.Set, "b", false), ("x-a", HeaderOperationKind.Add, "cf.ray_id", true), ("C", HeaderOperationKind.Remove, null, false)],
            rewrite.Headers.Select(h => (h.Name, h.Operation, h.Value?.Text.Text, h.Value?.IsExpression ?? false)));
    }

    [Fact]
    public void Cache_settings_are_kept_whole()
    {
        Ruleset cache = RulesetJson.Read(Exported.Bytes("09-cache.json"), "f").Rulesets[0];
        CacheSettingsAction pictures = Assert.IsType<CacheSettingsAction>(cache.Rules[0].Action);
        Assert.Equal((CacheTtlMode.OverrideOrigin, 2678400), (pictures.EdgeTtl!.Mode, pictures.EdgeTtl.Default));
        Assert.Equal([new StatusTtl(404, 404, 60), new StatusTtl(500, 599, -1)], pictures.EdgeTtl.ByStatus);
        Assert.True(pictures.CacheKey is { IgnoreQueryOrder: true, DeceptionArmor: true, ByDeviceType: true, ByLanguage: true, ByCountry: false });
        Assert.Equal((false, "w h"), (pictures.CacheKey!.Query.IsExclusion, string.Join(' ', pictures.CacheKey.Query.Names)));
        Assert.Equal(["accept"], pictures.CacheKey.Headers);
    }

    [Fact]
    public void Settings_are_named_with_their_parts()
    {
        SetConfigAction settings = Action<SetConfigAction>("http_config_settings", """
            "set_config", "action_parameters": {"bic": false, "autominify": {"css": true}, "ssl": "strict"}
            """);
        Assert.Equal([("bic", "false"), ("autominify.css", "true"), ("ssl", "strict")], settings.Settings.Select(s => (s.Name, s.Value)));
    }

    [Theory]
    [InlineData("""{"phase": "http_ratelimit"}""", 1)]
    [InlineData("""[{"phase": "http_ratelimit"}, {"phase": "http_request_origin"}]""", 2)]
    [InlineData("""{"result": {"phase": "http_ratelimit"}, "success": true}""", 1)]
    [InlineData("""{"result": [{"phase": "http_ratelimit"}], "success": true, "errors": null}""", 1)]
    [InlineData("""[{"result": 1, "phase": "http_ratelimit"}]""", 1)]
    [InlineData("[]", 0)]
    public void One_ruleset_several_or_the_API_s_answer(string json, int rulesets)
    {
        RulesetFile file = Read(json);
        Assert.False(file.HasErrors);
        Assert.Equal(rulesets, file.Rulesets.Length);
    }

    [Fact]
    public void A_byte_order_mark_and_the_lines_of_Windows_are_no_part_of_the_text()
    {
        RulesetFile file = RulesetJson.Read([0xef, 0xbb, 0xbf, .. "{\r\n \"phase\": 5}"u8], "w.json");
        Assert.Equal("w.json:2:11: 'phase' in a ruleset is a number, not a string; write a string", file.Diagnostics[0].ToString());
    }

    [Theory]
    [InlineData(0, "h")]
    [InlineData(15, "\\\"caf")]
    [InlineData(16, "caf")]
    [InlineData(19, "\\u00e9")]
    [InlineData(20, "\\\"\", ")]
    [InlineData(21, "\", \"action")]
    public void Offsets_in_an_expression_are_those_of_the_file(int offset, string found)
    {
        const string Json = """{"phase": "ddos_l7", "rules": [{"expression": "http.host eq a \"caf\u00e9\"", "action": "block"}]}""";
        RuleText expression = Read(Json).Rulesets[0].Rules[0].Expression;
        Assert.Equal("http.host eq a \"café\"", expression.Text);
        Assert.StartsWith(found, Json[(expression.PositionOf(offset).Column - 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_without_an_id_has_one_that_stays_when_others_come()
    {
        const string Rule = """{"expression": "ssl", "action": "block"}""";
        static string[] Ids(string rules) => [.. Read($$"""{"phase": "ddos_l7", "rules": [{{rules}}]}""").Rulesets[0].Rules.Select(r => r.Id)];
        string id = Ids(Rule)[0];
        Assert.Equal(id, Ids("""{"expression": "true", "action": "log"},""" + Rule)[1]);
        Assert.Equal([id, id + "-2", id + "-3"], Ids($"{Rule}, {Rule}, {Rule}"));
        Assert.Equal("own", Ids("""{"ref": "own", "expression": "ssl", "action": "block"}""")[0]);
    }

    [Fact]
    public void Bounds_hold()
    {
        RuleLimits limits = new() { MaxFileSize = 200, MaxRules = 2, MaxValues = 30 };
        string Error(string json) => RulesetJson.Read(Encoding.UTF8.GetBytes(json), "f", limits).Diagnostics[0].ToString();
        Assert.Equal("f:1:1: the file has more than 200 bytes; split it", Error(new string(' ', 201)));
        Assert.StartsWith("f:1:60: the file has more than 30 values", Error("[" + string.Concat(Enumerable.Repeat("1,", 40)) + "1]"), StringComparison.Ordinal);
        const string Rule = """{"expression":"ssl","action":"log"}""";
        Assert.Contains("more than 2 rules", Error($$"""{"phase":"ddos_l7","rules":[{{Rule}},{{Rule}},{{Rule}}]}"""), StringComparison.Ordinal);
        Assert.Contains("nests deeper", RulesetJson.Read(Encoding.UTF8.GetBytes(new string('[', 100)), "f").Diagnostics[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_cut_or_changed_export_makes_it_throw()
    {
        byte[] json = Exported.Bytes("09-cache.json");
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            byte[] broken = json[..random.Next(json.Length)];
            for (int k = random.Next(4); k > 0 && broken.Length > 0; k--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            RulesetFile file = RulesetJson.Read(broken, "f");
            Assert.True(file.Rulesets.Length <= 2);
        }
    }

    private static RulesetFile Read(string json) => RulesetJson.Read(Encoding.UTF8.GetBytes(json), "test.json");

    private static T Action<T>(string phase, string action)
    {
        RulesetFile file = Read($$"""{"phase": "{{phase}}", "rules": [{"expression": "true", "action": {{action}}}]}""");
        Assert.Empty(file.Diagnostics);
        return Assert.IsType<T>(file.Rulesets[0].Rules[0].Action);
    }

    private static RateLimit Limit(string limit)
    {
        RulesetFile file = Read($$"""{"phase": "http_ratelimit", "rules": [{"expression": "true", "action": "block", "ratelimit": {{limit}}}]}""");
        Assert.Empty(file.Diagnostics);
        return Assert.IsType<RateLimit>(file.Rulesets[0].Rules[0].RateLimit);
    }
}
