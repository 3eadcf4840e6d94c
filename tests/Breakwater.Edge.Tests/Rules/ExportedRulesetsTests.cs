using System.Text.Json;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Geography;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>
/// Rulesets as the rulesets API exports them, unchanged, each loaded into a zone: requests that meet every rule, and what the client and
/// the origin saw.
/// </summary>
public sealed class ExportedRulesetsTests
{
    private static readonly string[] Names =
        [.. Directory.GetFiles(RepositoryFiles.PathOf("tests/Breakwater.Rules.Tests/Rulesets/Exports"), "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> All => [.. Names];

    /// <summary>None is without a test of its own here.</summary>
    [Fact]
    public void EveryExportHasItsTest() =>
        Assert.Equal(Names.Select(name => name[..2]), typeof(ExportedRulesetsTests).GetMethods().Where(method => method.Name.StartsWith("Export", StringComparison.Ordinal)).Select(method => method.Name[6..8]).Order());

    [Theory]
    [MemberData(nameof(All))]
    public async Task OrdinaryRequestsPass(string name)
    {
        await using RulesLab lab = await StartAsync(name);
        Http1Message response = await lab.GetAsync("/catalogue?page=2", "User-Agent: Mozilla/5.0", "accept-language: en", "Accept: */*");
        Assert.Equal((200, "from the origin"), (response.Status, response.Body));
    }

    [Fact]
    public async Task Export01FirewallCustom()
    {
        using var files = new TemporaryDirectory();
        await File.WriteAllBytesAsync(
            files["asn.mmdb"], new MaxMindDbWriter().Add("100.64.0.0/24", new() { ["autonomous_system_number"] = 64500u }).Build(), TestContext.Current.CancellationToken);
        await using RulesLab lab = await StartAsync(
            "01-firewall-custom.json", $"geo: {{databases: [\"{files["asn.mmdb"]}\"]}}", "rules: [{when: 'starts_with(http.request.uri.path, \"/api/\")', limit: 1 per 1m, do: block}]");
        Http1Message hidden = await lab.GetAsync("/wp-admin/x");
        Assert.Equal((404, "<h1>Not here</h1>"), (hidden.Status, hidden.Body));
        Http1Message tooLong = await lab.GetAsync($"/?{new string('q', 2049)}");
        Assert.Equal((414, "{\"error\":\"query too long\"}"), (tooLong.Status, tooLong.Body));
        await MeetAsync(
            lab,
            (200, "GET", "/wp-admin/x", ["X-Forwarded-For: 198.51.100.5"]),
            (200, "GET", "/healthz", ["X-Forwarded-For: 192.0.2.9", "User-Agent: HeadlessChrome"]),
            (403, "GET", "/healthz", ["User-Agent: HeadlessChrome"]),
            (403, "GET", "/backup.SQL", []),
            (403, "GET", "/x/.git/config", []),
            (403, "POST", "/account/register", ["Content-Length: 0"]),
            (200, "GET", "/account/register", []),
            (403, "GET", "/x", ["X-Forwarded-For: 100.64.0.7"]),
            (200, "GET", "/", ["X-Forwarded-For: 100.64.0.7"]),
            (200, "GET", "/", ["X-Forwarded-Host: other.example"]),
            (200, "GET", "/", ["Host: old.example.com"]),
            (200, "GET", "/api/a", ["X-Partner-Key: k-4471"]),
            (200, "GET", "/api/a", ["X-Partner-Key: k-4471"]),
            (200, "GET", "/api/a", []),
            (429, "GET", "/api/a", []));
    }

    [Fact]
    public async Task Export02Ratelimit()
    {
        await using RulesLab lab = await StartAsync("02-ratelimit.json");
        lab.Answer = request => RulesLab.Response(request.StartLine.Contains("wrong", StringComparison.Ordinal) ? "401 Unauthorized" : "200 OK", "", "X-Query-Cost: 300");
        await MeetAsync(lab, [.. Enumerable.Repeat((200, "POST", "/login", new[] { "Content-Length: 0" }), 5)]);
        Http1Message refused = await lab.SendAsync("POST", "/login", "Content-Length: 0");
        Assert.Equal((429, "Too many attempts", "600"), (refused.Status, refused.Body, Assert.Single(refused.Values("Retry-After"))));
        await MeetAsync(lab, [.. Enumerable.Repeat((200, "GET", "/api/x", new[] { "X-Api-Key: a" }), 50)]);
        string[] other = ["X-Forwarded-For: 192.0.2.9"];
        await MeetAsync(
            lab,
            (429, "GET", "/api/x", ["X-Api-Key: a"]),
            (200, "GET", "/api/x", ["X-Api-Key: b"]),
            (401, "GET", "/login?wrong", other), (401, "GET", "/login?wrong", other), (401, "GET", "/login?wrong", other), (401, "GET", "/login?wrong", other),
            (429, "GET", "/login", other),
            (200, "GET", "/search?q=a", []),
            (200, "GET", "/graphql", ["Cookie: session=a"]), (200, "GET", "/graphql", ["Cookie: session=a"]),
            (403, "GET", "/graphql", ["Cookie: session=a"]),
            (200, "GET", "/graphql", ["Cookie: session=b"]));
    }

    [Fact]
    public async Task Export03FirewallManaged()
    {
        await using RulesLab lab = await StartAsync("03-firewall-managed.json");
        await MeetAsync(lab, (200, "GET", "/webhooks/payment", []), (200, "GET", "/internal/import", []), (200, "GET", "/", ["Host: static.example.com"]));
        string[] said = lab.Reload("rulesets: [export.json]");
        Assert.Equal(2, said.Count(one => one.Contains("is not here: the rule does nothing", StringComparison.Ordinal)));
        Assert.All(said, one => Assert.Contains("warning:", one));
    }

    [Theory]
    [InlineData("/shop?a=1", "/store/home?a=1")]
    [InlineData("/blog/2024/lamps", "/articles/lamps")]
    [InlineData("/find?term=lamp", "/search?q=lamp")]
    [InlineData("/a?x=1&utm_source=mail", "/a")]
    [InlineData("/other?x=1", "/other?x=1")]
    public async Task Export04TransformUrl(string target, string expected)
    {
        await using RulesLab lab = await StartAsync("04-transform-url.json");
        Assert.Equal(200, await lab.StatusAsync(target));
        Assert.Equal($"GET {expected} HTTP/1.1", lab.LastRequest.StartLine);
    }

    [Fact]
    public async Task Export05RequestHeaders()
    {
        using var files = new TemporaryDirectory();
        var austria = new Dictionary<string, object> { ["country"] = new Dictionary<string, object> { ["iso_code"] = "AT" } };
        await File.WriteAllBytesAsync(files["geo.mmdb"], new MaxMindDbWriter().Add("192.0.2.0/24", austria).Build(), TestContext.Current.CancellationToken);
        await using RulesLab lab = await StartAsync("05-request-headers.json", $"geo: {{databases: [\"{files["geo.mmdb"]}\"]}}");
        await lab.GetAsync("/api/v2/things", "X-Forwarded-For: 192.0.2.9", "X-Client-Country: US", "X-Debug: 1", "X-Edge: me");
        Assert.Equal(
            "AT|192.0.2.9|breakwater||v2|1.1 edge",
            string.Join('|', ((string[])["X-Client-Country", "X-Client-Address", "X-Edge", "X-Debug", "X-Api-Version", "Via"]).Select(name => string.Join(',', lab.LastRequest.Values(name)))));
        await lab.GetAsync("/", "X-Client-Country: US");
        Assert.Empty(lab.LastRequest.Values("X-Client-Country").Concat(lab.LastRequest.Values("X-Api-Version")).Concat(lab.LastRequest.Values("Via")));
    }

    [Fact]
    public async Task Export06ResponseHeaders()
    {
        await using RulesLab lab = await StartAsync("06-response-headers.json");
        lab.Answer = _ => RulesLab.Response("200 OK", "hi", "Server: nginx", "X-Powered-By: PHP", "Content-Type: text/html; charset=utf-8", "Cache-Control: no-cache");
        Http1Message page = await lab.GetAsync("/");
        Assert.Equal(["nosniff"], page.Values("X-Content-Type-Options"));
        Assert.Equal(["strict-origin-when-cross-origin"], page.Values("Referrer-Policy"));
        Assert.Empty(page.Values("Server").Concat(page.Values("X-Powered-By")));
        Assert.Equal(page.Values("Breakwater-Ray"), page.Values("X-Ray"));
        Assert.Equal(["seen=1; Path=/; Secure"], page.Values("Set-Cookie"));
        Assert.Equal(["no-cache"], page.Values("Cache-Control"));
        lab.Answer = _ => RulesLab.Response("200 OK", "hi", "Content-Type: text/css", "Cache-Control: no-cache");
        Http1Message style = await lab.GetAsync("/site.css");
        Assert.Equal(["public, max-age=31536000, immutable"], style.Values("Cache-Control"));
        Assert.Empty(style.Values("X-Ray").Concat(style.Values("Set-Cookie")));
    }

    [Theory]
    [InlineData("/home?x=1", "", 301, "https://shop.example.com/?x=1")]
    [InlineData("/en/a?x=1", "", 302, "https://en.example.com/a")]
    [InlineData("/docs/a/b?x=1", "", 308, "https://docs.example.com/shop/a/b?x=1")]
    [InlineData("/a?b", "Host: pay.example.com", 307, "https://pay.example.com/a?b")]
    [InlineData("/a?b", "Host: pay.example.com\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https", 200, "")]
    [InlineData("/gone", "", 301, "https://new.example.com/here")]
    public async Task Export07Redirects(string target, string fields, int status, string location)
    {
        await using RulesLab lab = await StartAsync("07-redirects.json");
        Http1Message response = await lab.GetAsync(target, fields.Length == 0 ? [] : [fields]);
        Assert.Equal((status, location), (response.Status, string.Join('|', response.Values("Location"))));
    }

    [Fact]
    public async Task Export08OriginAndSettings()
    {
        await using RulesLab other = await RulesLab.StartAsync("");
        other.Answer = request => RulesLab.Response("200 OK", $"other, for {request.Values("Host").Single()}");

        // No such host and ports are here: the same rules with a host and ports of this machine.
        string text = Text("08-origin-and-settings.json").Replace("\"host\": \"legacy.internal\"", "\"host\": \"localhost\"", StringComparison.Ordinal)
            .Replace(": 8081", $": {other.OriginPort}", StringComparison.Ordinal).Replace(": 8443", $": {other.OriginPort}", StringComparison.Ordinal);
        await using RulesLab lab = await RulesLab.StartAsync("rulesets: [export.json]", "", ("export.json", text));
        Assert.Equal("other, for legacy.internal", (await lab.GetAsync("/legacy/a")).Body);
        Assert.Equal("other, for beta.example.com", (await lab.GetAsync("/", "Host: beta.example.com")).Body);
        await MeetAsync(lab, (200, "GET", "/upload", []), (200, "GET", "/", ["Host: static.example.com"]));
        Assert.Equal(2, lab.Asked);
        Assert.Contains(lab.Reload("rulesets: [export.json]"), one => one.Contains("setting 'rocket_loader' has no effect here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export09Cache()
    {
        await using RulesLab lab = await StartAsync("09-cache.json");
        await MeetAsync(lab, (200, "GET", "/a.png?w=1", []), (200, "GET", "/account/x", []), (200, "GET", "/feed.xml", []));
        lab.Answer = _ => RulesLab.Response("404 Not Found", "no", "X-Cache-Tag: a,b");
        Assert.Equal("no", (await lab.GetAsync("/missing")).Body);
        Assert.Contains(lab.Reload("rulesets: [export.json]"), one => one.Contains("set_cache_settings", StringComparison.Ordinal) && one.Contains("warning:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export10ErrorsCompressionLog()
    {
        await using RulesLab lab = await StartAsync("10-errors-compression-log.json");
        lab.Answer = _ => RulesLab.Response("502 Bad Gateway", "raw");
        Http1Message friendly = await lab.GetAsync("/", "X-Client-Version: 3", "Cookie: ab_group=blue");
        Assert.Equal((503, "<html><body>Back in a minute.</body></html>"), (friendly.Status, friendly.Body));
        lab.Answer = _ => RulesLab.Response("404 Not Found", "raw");
        Http1Message missing = await lab.GetAsync("/api/x");
        Assert.Equal((404, "{\"error\":\"not found\"}"), (missing.Status, missing.Body));
        Assert.Equal("raw", (await lab.GetAsync("/x")).Body);
        lab.Answer = request => RulesLab.Response("200 OK", new string('x', 1000), request.StartLine.Contains("csv", StringComparison.Ordinal) ? "Content-Type: text/csv" : "Content-Type: text/html", "X-Cache: HIT", "Age: 5");
        Assert.Equal(["zstd"], (await lab.GetAsync("/", "Accept-Encoding: gzip, br, zstd")).Values("Content-Encoding"));
        Assert.Equal(["br"], (await lab.GetAsync("/", "Accept-Encoding: gzip, br")).Values("Content-Encoding"));
        Assert.Empty((await lab.GetAsync("/m.wasm", "Accept-Encoding: gzip, br")).Values("Content-Encoding"));
        Assert.Equal(["gzip"], (await lab.GetAsync("/report.csv", "Accept-Encoding: gzip")).Values("Content-Encoding"));
        string[] lines = await lab.StopAndReadLogAsync();
        Assert.Equal("3", Custom(lines[0], "request_headers", "x-client-version"));
        Assert.Equal("blue", Custom(lines[0], "cookies", "ab_group"));
        Assert.Equal("HIT", Custom(lines[^1], "response_headers", "x-cache"));
        Assert.Equal("5", Custom(lines[^1], "response_headers", "age"));
    }

    [Fact]
    public async Task Export11Account()
    {
        await using RulesLab lab = await StartAsync("11-account.json", zone: "normalize_urls: false");
        string[] browser = ["User-Agent: Mozilla/5.0", "accept-language: en"];
        await MeetAsync(
            lab,
            (403, "TRACK", "/", browser),
            (200, "TRACK", "/robots.txt", browser),
            (403, "GET", "/a//b", browser),
            (200, "GET", "/a/b", browser),
            (200, "GET", "/", ["accept-language: en"]),
            (200, "GET", "/", ["User-Agent: Mozilla/5.0"]),
            (403, "GET", "/", [.. browser, "X-Forwarded-For: 203.0.113.66"]));

        // Names of fields keep their spelling: this export asks for accept-language, as browsers write it over HTTP/2.
        // Points: an old protocol and no language are too many, unless the visitor came from the site itself.
        Assert.StartsWith("HTTP/1.1 403 ", await OldAsync(""));
        Assert.StartsWith("HTTP/1.1 200 ", await OldAsync("accept-language: en\r\n"));
        Assert.StartsWith("HTTP/1.1 200 ", await OldAsync("Referer: https://shop.example.com/\r\n"));

        async Task<string> OldAsync(string fields)
        {
            using RawClient client = new();
            await client.ConnectAsync(lab.EndPoint, lab.Limit);
            await client.SendAsync($"GET / HTTP/1.0\r\nHost: {RulesLab.Host}\r\nUser-Agent: Mozilla/5.0\r\n{fields}\r\n", lab.Limit);
            Assert.True(await client.ReadToEndAsync(lab.Limit));
            return client.Received;
        }
    }

    [Fact]
    public async Task Export12BotsFloodsResponses()
    {
        await using RulesLab lab = await StartAsync("12-bots-floods-responses.json");
        lab.Answer = _ => RulesLab.Response("200 OK", "a page", "X-Debug-Token: 7");
        Assert.Equal("", await lab.ExchangeAsync("GET", "/", "User-Agent: flood-tool/1.2"));
        Assert.Equal(0, lab.Asked);

        // What the bot score would be nobody knows: a rule on it does not match.
        await MeetAsync(lab, (200, "GET", "/", []), (200, "GET", "/xmlrpc.php", []), (403, "GET", "/phpinfo.php", []));
        Assert.Equal(3, lab.Asked);
        Assert.DoesNotContain("a page", (await lab.GetAsync("/phpinfo.php")).Body);
        lab.Answer = _ => RulesLab.Response("404 Not Found", "no");
        Assert.Equal("no", (await lab.GetAsync("/phpinfo.php")).Body);
    }

    [Fact]
    public async Task Export13NotRun()
    {
        await using RulesLab lab = await StartAsync("13-not-run.json");
        await MeetAsync(lab, (200, "GET", "/s", []), (200, "GET", "/bucket", []));
        Assert.Equal(RulesLab.Host, Assert.Single(lab.LastRequest.Values("Host")));
        Assert.True(lab.Reload("rulesets: [export.json]").Count(one => one.Contains(" do not run: ", StringComparison.Ordinal)) >= 3);
    }

    private static string Text(string name) => RepositoryFiles.Read($"tests/Breakwater.Rules.Tests/Rulesets/Exports/{name}");

    /// <summary>Starts an edge with an export: for all zones where it says so.</summary>
    private static Task<RulesLab> StartAsync(string name, string top = "", string zone = "")
    {
        const string Moved = "lists: {moved: {kind: redirect, items: [{from: shop.example.com/gone, to: \"https://new.example.com/here\"}]}}";
        bool isForAll = name.StartsWith("11", StringComparison.Ordinal);
        const string Rulesets = "rulesets: [export.json]";
        return RulesLab.StartAsync($"{(isForAll ? "" : Rulesets)}\n{zone}", $"{Moved}\n{(isForAll ? Rulesets : "")}\n{top}", ("export.json", Text(name)));
    }

    private static async Task MeetAsync(RulesLab lab, params (int Status, string Method, string Target, string[] Fields)[] requests)
    {
        foreach ((int status, string method, string target, string[] fields) in requests)
        {
            Http1Message response = await lab.SendAsync(method, target, fields);
            Assert.True(response.Status == status, $"{method} {target} ({string.Join(", ", fields)}): {response.Status}, not {status}");
        }
    }

    private static string Custom(string line, string group, string name)
    {
        using JsonDocument parsed = JsonDocument.Parse(line);
        return parsed.RootElement.GetProperty("custom").GetProperty(group).GetProperty(name).GetString()!;
    }
}
