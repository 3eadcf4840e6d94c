using System.Text.Json;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Rules that refuse, log, skip and score, over real sockets: what the client gets, and whether the origin is asked.</summary>
public sealed class BlockingTests
{
    [Fact]
    public async Task ABlockedVisitorGetsAPageWithTheRayAndTheOriginIsNotAsked()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - {when: 'http.request.uri.path eq "/admin"', do: block}
            """);
        Http1Message page = await lab.GetAsync("/admin", "Accept: text/html");
        string ray = Assert.Single(page.Values("Breakwater-Ray"));
        Assert.Equal((403, 16), (page.Status, ray.Length));
        Assert.Contains(ray, page.Body);
        Assert.Contains("The request was blocked", page.Body);
        Assert.StartsWith("text/html", Assert.Single(page.Values("Content-Type")));
        Http1Message problem = await lab.GetAsync("/admin", "Accept: application/json");
        Assert.Equal(403, JsonDocument.Parse(problem.Body).RootElement.GetProperty("status").GetInt32());
        Assert.Equal(0, lab.Asked);
        Assert.Equal("from the origin", (await lab.GetAsync("/other")).Body);
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal("blocked", line.RootElement.GetProperty("end").GetString());
    }

    [Theory]
    [InlineData("block, status: 451", 451, "text/html; charset=utf-8", "")]
    [InlineData("block, status: 404, content: Not here, content_type: text/plain", 404, "text/plain; charset=utf-8", "Not here")]
    [InlineData("block, content: '{\"error\":\"gefällt nicht\"}', content_type: application/json", 403, "application/json; charset=utf-8", "{\"error\":\"gefÃ¤llt nicht\"}")]
    public async Task ARuleMayHoldItsOwnResponse(string action, int status, string type, string body)
    {
        await using RulesLab lab = await RulesLab.StartAsync($"rules: [{{when: 'http.request.uri.path eq \"/x\"', do: {action}}}]");
        Http1Message response = await lab.GetAsync("/x");
        Assert.Equal((status, type, body), (response.Status, Assert.Single(response.Values("Content-Type")), response.Body));
        Assert.Equal("no-store", Assert.Single(response.Values("Cache-Control")));
        Assert.Equal("", (await lab.SendAsync("HEAD", "/x")).Body);
        Assert.Equal(0, lab.Asked);
    }

    // Who asks for what, and what becomes of it, with rules before and after a skip.
    [Theory]
    [InlineData("skip", "", 200, "the rest of the ruleset is spared")]
    [InlineData("skip", ", phases: [http_ratelimit]", 403, "only a later phase is spared")]
    [InlineData("skip", ", phases: [http_ratelimit], rest: true", 200, "both")]
    [InlineData("log", "", 403, "nothing is spared")]
    [InlineData("skip", ", enabled: false", 403, "a rule that is switched off does nothing")]
    public async Task SkipSparesWhatItSays(string action, string more, int status, string why)
    {
        await using RulesLab lab = await RulesLab.StartAsync($$"""
            rules:
              - {when: 'http.request.uri.path eq "/a"', do: {{action}}{{more}}}
              - {when: 'starts_with(http.request.uri.path, "/a")', do: block}
            """);
        Assert.True(await lab.StatusAsync("/a") == status, why);
        Assert.Equal(403, await lab.StatusAsync("/ab"));
    }

    [Fact]
    public async Task ASkippedPhaseDoesNotRun()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - {when: 'http.request.headers["x-partner"][0] eq "k"', do: skip, phases: [http_ratelimit]}
              - {when: true, limit: 1 per 1m, do: block}
            """);
        Assert.Equal((200, 200, 200), (await lab.StatusAsync("/", "X-Partner: k"), await lab.StatusAsync("/", "X-Partner: k"), await lab.StatusAsync("/")));
        Assert.Equal(429, await lab.StatusAsync("/"));
        Assert.Equal(200, await lab.StatusAsync("/", "X-Partner: k"));
    }

    [Fact]
    public async Task ASkipForAllZonesSparesTheirRulesAndNotTheZones()
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            """rules: [{when: 'http.request.uri.path contains "zone"', do: block, status: 410}]""",
            """
            rules:
              - {when: 'http.request.uri.query eq "skip"', do: skip}
              - {when: 'http.request.uri.path contains "all"', do: block, status: 411}
            """);
        Assert.Equal((411, 200, 410, 410), (
            await lab.StatusAsync("/all-zone"), await lab.StatusAsync("/all?skip"), await lab.StatusAsync("/zone"), await lab.StatusAsync("/all-zone?skip")));
    }

    [Fact]
    public async Task SkipOfRulesAndRulesetsSparesThoseOfAnExecutedRuleset()
    {
        const string Rulesets = """
            [
              {"id": "own", "kind": "custom", "phase": "http_request_firewall_managed", "rules": [
                {"id": "one", "expression": "http.request.uri.query contains \"one\"", "action": "block", "action_parameters": {"response": {"status_code": 411, "content": "", "content_type": "text/plain"}}},
                {"id": "two", "expression": "http.request.uri.query contains \"two\"", "action": "block", "action_parameters": {"response": {"status_code": 412, "content": "", "content_type": "text/plain"}}}]},
              {"id": "entry", "kind": "zone", "phase": "http_request_firewall_managed", "rules": [
                {"id": "skip-one", "expression": "http.request.uri.path eq \"/no-one\"", "action": "skip", "action_parameters": {"rules": {"own": ["one"]}}},
                {"id": "skip-all", "expression": "http.request.uri.path eq \"/none\"", "action": "skip", "action_parameters": {"rulesets": ["own"]}},
                {"id": "run", "expression": "true", "action": "execute", "action_parameters": {"id": "own", "overrides": {"rules": [{"id": "two", "enabled": true}]}}}]}
            ]
            """;
        await using RulesLab lab = await RulesLab.StartAsync("rulesets: [rules.json]", "", ("rules.json", Rulesets));
        Assert.Equal(
            (411, 412, 200, 412, 200, 200),
            (await lab.StatusAsync("/?one"), await lab.StatusAsync("/?two"), await lab.StatusAsync("/no-one?one"), await lab.StatusAsync("/no-one?two"),
                await lab.StatusAsync("/none?one"), await lab.StatusAsync("/?three")));
    }

    [Fact]
    public async Task ScoresAddUpAndARuleMayAskForSoMany()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - {when: 'http.request.uri.query contains "a"', do: score, increment: 20}
              - {when: 'http.request.uri.query contains "b"', do: score, increment: 15}
              - {when: 'http.request.uri.query contains "c"', do: score, increment: -10}
              - {when: true, do: block, min_score: 30}
            """);
        Assert.Equal(
            (200, 200, 403, 200),
            (await lab.StatusAsync("/?a"), await lab.StatusAsync("/?b"), await lab.StatusAsync("/?ab"), await lab.StatusAsync("/?abc")));
    }

    [Theory]
    [InlineData("challenge")]
    [InlineData("js_challenge")]
    [InlineData("managed_challenge")]
    public async Task AChallengeBlocksWithAClearPageAndAWarning(string action)
    {
        string zone = $"rules: [{{id: check, when: 'http.request.uri.path eq \"/signup\"', do: {action}}}]";
        await using RulesLab lab = await RulesLab.StartAsync(zone);
        Http1Message page = await lab.GetAsync("/signup", "Accept: text/html");
        Assert.Equal(403, page.Status);
        Assert.Contains("A check is needed that is not available", page.Body);
        Assert.Contains(Assert.Single(page.Values("Breakwater-Ray")), page.Body);
        Assert.Contains(lab.Reload(zone), said => said.EndsWith(
            $"warning: rule 'check': there are no challenges here yet: '{action}' blocks; write block if that is meant, or log", StringComparison.Ordinal));
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal("challenged", line.RootElement.GetProperty("end").GetString());
    }

    [Fact]
    public async Task AConnectionIsClosedWithoutAnAnswer()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""rules: [{when: 'http.user_agent contains "flood"', do: force_connection_close}]""");
        Assert.Equal("", await lab.ExchangeAsync("GET", "/", "User-Agent: flood/1"));
        Assert.Equal(200, await lab.StatusAsync("/"));
        Assert.Equal(1, lab.Asked);
    }

    [Fact]
    public async Task DetectLetsPassWhatWouldHaveBeenRefusedAndChangesTheRest()
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            """
            rules:
              - {when: 'http.request.uri.path eq "/admin"', do: block}
              - {when: 'http.request.uri.path eq "/bot"', do: force_connection_close}
              - {when: 'http.request.uri.path eq "/limited"', limit: 1 per 1m, do: block}
              - {when: 'http.request.uri.path eq "/old"', do: redirect, to: /new}
              - {when: true, do: rewrite, set_headers: {X-Seen: yes-it-was}}
            """,
            "protection: detect");
        Assert.Equal((200, 200, 200, 200, 302), (
            await lab.StatusAsync("/admin"), await lab.StatusAsync("/bot"), await lab.StatusAsync("/limited"), await lab.StatusAsync("/limited"), await lab.StatusAsync("/old")));
        Assert.Equal("yes-it-was", Assert.Single(lab.LastRequest.Values("X-Seen")));
    }

    [Fact]
    public async Task OffSwitchesProtectionsOffAndNotTheSite()
    {
        const string Zone = """
            rules:
              - {when: 'http.request.uri.path eq "/admin"', do: block}
              - {when: 'http.request.uri.path eq "/limited"', limit: 1 per 1m, do: block}
              - {when: 'http.request.uri.path eq "/old"', do: redirect, to: /new}
              - {when: 'http.request.uri.path eq "/shop"', do: rewrite, path: /store}
            access: [{block: 192.0.2.1}]
            """;
        await using RulesLab lab = await RulesLab.StartAsync(Zone, "protection: off");
        Assert.Equal((200, 200, 200, 200, 302), (
            await lab.StatusAsync("/admin"), await lab.StatusAsync("/limited"), await lab.StatusAsync("/limited"),
            await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.1"), await lab.StatusAsync("/old")));
        await lab.GetAsync("/shop");
        Assert.StartsWith("GET /store ", lab.LastRequest.StartLine);

        // Switched on again by a reload.
        lab.Reload(Zone);
        Assert.Equal((403, 403), (await lab.StatusAsync("/admin"), await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.1")));
    }

    [Fact]
    public async Task RulesHoldOverHttp2()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - {when: 'http.request.uri.path eq "/admin"', do: block}
              - {when: 'http.request.uri.path eq "/bot"', do: force_connection_close}
              - {when: 'http.request.version eq "HTTP/2" and http.request.uri.path eq "/two"', do: block, status: 410, content: two}
            """);
        using HttpClient client = new() { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        async Task<(int, string)> GetAsync(string path)
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{lab.EndPoint}{path}"), lab.Limit);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(lab.Limit));
        }

        Assert.Equal(403, (await GetAsync("/admin")).Item1);
        Assert.Equal((410, "two"), await GetAsync("/two"));
        Assert.Equal((200, "from the origin"), await GetAsync("/"));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync("/bot"));
        Assert.Equal(1, lab.Asked);
    }
}
