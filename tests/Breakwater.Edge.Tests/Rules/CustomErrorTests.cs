using System.Text.Json;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Rules over responses: errors of the site's own, responses that are not to leave, and fields for the access log.</summary>
public sealed class CustomErrorTests
{
    private const string Zone = """
        rules:
          - {when: 'http.response.code in {500 502 503}', do: serve_error, status: 503, content: 'Back in a minute.'}
          - {when: 'http.response.code eq 404', do: serve_error, content: '{"error":"not found"}', content_type: application/json}
          - {when: 'http.response.code eq 200', do: serve_error, content: 'never: 200 is no error'}
          - {when: true, do: rewrite, set_response_headers: {X-Shown: {expression: to_string(http.response.code)}}}
        """;

    [Theory]
    [InlineData("500 Internal Server Error", 503, "text/html; charset=utf-8", "Back in a minute.")]
    [InlineData("404 Not Found", 404, "application/json; charset=utf-8", "{\"error\":\"not found\"}")]
    [InlineData("403 Forbidden", 403, "text/x-own", "the origin's page")]
    [InlineData("200 OK", 200, "text/x-own", "the origin's page")]
    public async Task AnErrorOfTheOriginIsReplaced(string answer, int status, string type, string body)
    {
        await using RulesLab lab = await RulesLab.StartAsync(Zone);
        lab.Answer = _ => RulesLab.Response(answer, "the origin's page", "Content-Type: text/x-own");
        Http1Message response = await lab.GetAsync("/");
        Assert.Equal((status, type, body), (response.Status, Assert.Single(response.Values("Content-Type")), response.Body));

        // What comes after sees what is shown.
        Assert.Equal($"{status}", Assert.Single(response.Values("X-Shown")));
        Assert.Equal("", (await lab.SendAsync("HEAD", "/")).Body);
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal((status, int.Parse(answer[..3], null)), (line.RootElement.GetProperty("status").GetInt32(), line.RootElement.GetProperty("origin_status").GetInt32()));
    }

    [Fact]
    public async Task AnErrorOfTheEdgeIsReplacedToo()
    {
        await using RulesLab lab = await RulesLab.StartAsync(Zone);
        lab.Answer = _ => "this is not HTTP\r\n\r\n";
        Http1Message response = await lab.GetAsync("/");
        Assert.Equal((503, "Back in a minute."), (response.Status, response.Body));
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal("origin_bad_response", line.RootElement.GetProperty("end").GetString());
    }

    [Fact]
    public async Task AfterAReplacedResponseTheConnectionsGoOn()
    {
        await using RulesLab lab = await RulesLab.StartAsync(Zone);
        lab.Answer = request => request.StartLine.Contains("/bad", StringComparison.Ordinal)
            ? RulesLab.Response("500 Oh", new string('x', 100_000))
            : RulesLab.Response("200 OK", "fine");
        using RawClient client = new();
        await client.ConnectAsync(lab.EndPoint, lab.Limit);
        foreach ((string target, string body) in ((string, string)[])[("/bad", "Back in a minute."), ("/", "fine"), ("/bad", "Back in a minute."), ("/", "fine")])
        {
            await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: {RulesLab.Host}\r\n\r\n", lab.Limit);
            Assert.Equal(body, (await client.ReadResponseAsync(false, lab.Limit))?.Body);
        }
    }

    [Fact]
    public async Task OverHttp2TheSameIsReplaced()
    {
        await using RulesLab lab = await RulesLab.StartAsync(Zone);
        lab.Answer = _ => RulesLab.Response("502 Bad", "the origin's page");
        using HttpClient client = new() { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{lab.EndPoint}/"), lab.Limit);
        Assert.Equal((503, "Back in a minute."), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(lab.Limit)));
    }

    [Theory]
    [InlineData("block", 403, "The request was blocked", "blocked")]
    [InlineData("managed_challenge", 403, "A check is needed", "challenged")]
    [InlineData("log", 200, "a secret", "completed")]
    public async Task AResponseThatIsNotToLeaveStays(string action, int status, string body, string end)
    {
        string rules = $$"""
            {"kind": "zone", "phase": "http_response_firewall_managed", "rules": [
              {"expression": "any(http.response.headers[\"x-debug-token\"][*] ne \"\")", "action": "{{action}}"}]}
            """;
        await using RulesLab lab = await RulesLab.StartAsync("rulesets: [rules.json]", "", ("rules.json", rules));
        lab.Answer = _ => RulesLab.Response("200 OK", "a secret", "X-Debug-Token: 7", "Content-Type: text/html");
        Http1Message response = await lab.GetAsync("/", "Accept: text/html");
        Assert.Equal(status, response.Status);
        Assert.Contains(body, response.Body);
        Assert.Equal(action == "log", response.Body.Contains("a secret", StringComparison.Ordinal));
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal(end, line.RootElement.GetProperty("end").GetString());
    }

    [Fact]
    public async Task AResponseMayCloseTheConnection()
    {
        const string Rules = """
            {"kind": "zone", "phase": "http_response_firewall_managed", "rules": [{"expression": "http.response.code eq 200", "action": "force_connection_close"}]}
            """;
        await using RulesLab lab = await RulesLab.StartAsync("rulesets: [rules.json]", "", ("rules.json", Rules));
        Assert.Equal("", await lab.ExchangeAsync("GET", "/"));
        using JsonDocument line = JsonDocument.Parse((await lab.StopAndReadLogAsync())[0]);
        Assert.Equal("dropped", line.RootElement.GetProperty("end").GetString());
    }

    [Fact]
    public async Task FieldsThatARuleNamesStandInTheAccessLog()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - when: 'http.request.uri.path eq "/logged"'
                do: log_custom_field
                request_headers: [X-Client-Version, Authorization, X-None]
                response_headers: [X-Cache, Set-Cookie]
                cookies: [ab_group, session, none]
            """);
        lab.Answer = _ => RulesLab.Response("200 OK", "hi", "X-Cache: HIT \"7\"", "Set-Cookie: a=secret");
        await lab.GetAsync("/logged", "x-client-version: 7.1", "Authorization: Basic secret", "Cookie: session=secret; ab_group=blue");
        await lab.GetAsync("/other", "X-Client-Version: 7.1");
        await lab.GetAsync("/logged");
        string[] lines = await lab.StopAndReadLogAsync();
        Assert.EndsWith(
            """,'custom':{'request_headers':{'x-client-version':'7.1'},'response_headers':{'x-cache':'HIT \"7\"'},'cookies':{'ab_group':'blue'}}}""".Replace('\'', '"'),
            lines[0]);
        Assert.DoesNotContain("secret", lines[0]);
        Assert.DoesNotContain("custom", lines[1]);
        Assert.EndsWith(""","custom":{"response_headers":{"x-cache":"HIT \"7\""}}}""", lines[2]);
    }
}
