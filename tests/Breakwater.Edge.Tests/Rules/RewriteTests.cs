using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Rules that change what the origin and the client get, redirect, and route: byte by byte, over real sockets.</summary>
public sealed class RewriteTests
{
    [Theory]
    [InlineData("path: /store", "/shop?a=1", "/store?a=1")]
    [InlineData("query: 'x=2'", "/shop?a=1", "/shop?x=2")]
    [InlineData("query: ''", "/shop?a=1", "/shop")]
    [InlineData("path: /store, query: 'x=2'", "/shop", "/store?x=2")]
    [InlineData("path_expression: 'concat(\"/v2\", http.request.uri.path)'", "/shop?a=1", "/v2/shop?a=1")]
    [InlineData("path_expression: 'regex_replace(http.request.uri.path, \"^/(.)hop\", \"/${1}tore\")'", "/shop", "/store")]
    [InlineData("path_expression: 'http.request.uri.args[\"to\"][0]'", "/shop?to=a%20b%0D%0AX-Evil:1", "/a%20b%0D%0AX-Evil:1?to=a%20b%0D%0AX-Evil:1")]
    [InlineData("query_expression: 'concat(\"q=\", http.request.uri.args[\"term\"][0])'", "/shop?term=lamp", "/shop?q=lamp")]
    [InlineData("path_expression: 'http.request.headers[\"x-missing\"][0]'", "/shop?a=1", "/shop?a=1")]
    public async Task PathAndQueryAreRewritten(string change, string target, string expected)
    {
        await using RulesLab lab = await RulesLab.StartAsync($"rules: [{{when: 'starts_with(http.request.uri.path, \"/shop\")', do: rewrite, {change}}}]");
        Assert.Equal(200, await lab.StatusAsync(target));
        Assert.Equal($"GET {expected} HTTP/1.1", lab.LastRequest.StartLine);
        Assert.Equal(200, await lab.StatusAsync("/%41//x/../y?b"));
        Assert.Equal("GET /%41//x/../y?b HTTP/1.1", lab.LastRequest.StartLine);
    }

    [Fact]
    public async Task LaterPhasesSeeTheRewrittenPathAndTheRawOne()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - {when: 'http.request.uri.path eq "/old"', do: rewrite, path: /new}
              - {when: 'http.request.uri.path eq "/new" and raw.http.request.uri.path eq "/old"', do: block, status: 410}
              - {when: 'http.request.uri.path eq "/old"', do: block, status: 411}
            """);
        Assert.Equal((410, 200), (await lab.StatusAsync("/old"), await lab.StatusAsync("/new")));
    }

    [Fact]
    public async Task OneRuleChangesPathAndFieldsByWhatItSaw()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - when: 'http.request.uri.path eq "/shop" and not has_key(http.request.headers, "x-from")'
                do: rewrite
                path: /store
                set_headers: {X-From: {expression: http.request.uri.path}, X-Agent: {expression: http.user_agent}}
                add_headers: {X-Tag: one}
                set_response_headers: {X-Moved: 'yes'}
              - {when: 'http.request.uri.path eq "/store"', do: rewrite, set_headers: {X-Seen: {expression: 'http.request.headers["x-from"][0]'}, X-Tag: two}}
              - {when: 'http.request.headers["x-from"][0] eq "/shop"', do: block}
            """);
        Http1Message response = await lab.GetAsync("/shop", "User-Agent: me");
        Http1Message got = lab.LastRequest;
        Assert.Equal(("GET /store HTTP/1.1", 200), (got.StartLine, response.Status));
        Assert.Equal(("/shop", "me", "two"), (got.Values("X-From").Single(), got.Values("X-Agent").Single(), got.Values("X-Tag").Single()));
        Assert.Equal(["yes"], response.Values("X-Moved"));

        // Changes take effect in their phase: the rule behind it, in the same phase, does not see the field.
        Assert.Empty(got.Values("X-Seen"));

        response = await lab.GetAsync("/store");
        Assert.Empty(lab.LastRequest.Values("X-From").Concat(response.Values("X-Moved")));
        Assert.Equal(["two"], lab.LastRequest.Values("X-Tag"));
    }

    [Fact]
    public async Task APartDecidesForItselfWhereTheFirstWasNotReached()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - {when: true, do: rewrite, set_headers: {X-Edge: 'yes'}, set_response_headers: {X-Frame-Options: DENY}}
              - {when: 'http.request.uri.path eq "/admin"', do: block}
            """);
        Http1Message blocked = await lab.GetAsync("/admin");
        Assert.Equal((403, "DENY"), (blocked.Status, blocked.Values("X-Frame-Options").Single()));
        Http1Message passed = await lab.GetAsync("/");
        Assert.Equal(("yes", "DENY"), (lab.LastRequest.Values("X-Edge").Single(), passed.Values("X-Frame-Options").Single()));
    }

    [Fact]
    public async Task RequestFieldsAreSetAddedAndRemoved()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - when: true
                do: rewrite
                set_headers:
                  X-Edge: breakwater
                  X-Address: {expression: to_string(ip.src)}
                  X-Country: {expression: ip.src.country}
                  X-Copy: {expression: 'url_decode(http.request.uri.query)'}
                add_headers: {X-Tag: two}
                remove_headers: [X-Debug]
            """);
        await lab.GetAsync(
            "/?a%0D%0AX-Evil:%201", "X-Forwarded-For: 192.0.2.7", "X-Edge: me", "X-Country: US", "x-copy: mine", "X-Tag: one", "x-debug: 1", "X-Debug: 2");
        Http1Message got = lab.LastRequest;
        Assert.Equal(["breakwater"], got.Values("X-Edge"));
        Assert.Equal(["192.0.2.7"], got.Values("X-Address"));
        Assert.Equal(["one", "two"], got.Values("X-Tag"));
        Assert.Empty(got.Values("X-Debug"));

        // A value that nobody knows, or that can't stand in a head, is not what the client says it is.
        Assert.Empty(got.Values("X-Country"));
        Assert.Empty(got.Values("X-Copy"));
        Assert.Empty(got.Values("X-Evil"));
        await lab.GetAsync("/?plain", "X-Copy: mine");
        Assert.Equal(["plain"], lab.LastRequest.Values("X-Copy"));
    }

    [Fact]
    public async Task ResponseFieldsAreSetAddedAndRemoved()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""
            rules:
              - when: 'http.response.code eq 200'
                do: rewrite
                set_response_headers: {X-Content-Type-Options: nosniff, X-Ray: {expression: cf.ray_id}}
                add_response_headers: {Set-Cookie: seen=1}
                remove_response_headers: [Server, X-Powered-By]
              - {when: 'http.request.uri.path eq "/blocked"', do: block}
              - {when: 'http.response.code eq 403', do: rewrite, set_response_headers: {X-Refused: by-the-edge}}
            """);
        lab.Answer = _ => RulesLab.Response("200 OK", "hi", "Server: nginx", "x-powered-by: PHP", "Set-Cookie: a=1");
        Http1Message response = await lab.GetAsync("/");
        Assert.Equal(["nosniff"], response.Values("X-Content-Type-Options"));
        Assert.Equal(response.Values("Breakwater-Ray"), response.Values("X-Ray"));
        Assert.Equal(["a=1", "seen=1"], response.Values("Set-Cookie"));
        Assert.Empty(response.Values("Server").Concat(response.Values("X-Powered-By")));
        Http1Message blocked = await lab.GetAsync("/blocked");
        Assert.Equal(["by-the-edge"], blocked.Values("X-Refused"));
        Assert.Empty(blocked.Values("Set-Cookie"));
    }

    [Fact]
    public async Task FieldsThatAreNotForRulesAreRefusedWhenTheyAreLoaded()
    {
        await using RulesLab lab = await RulesLab.StartAsync("");
        foreach (string field in (string[])["Host", "Content-Length", "Transfer-Encoding", "Connection", "Breakwater-Ray", "Expect"])
        {
            string rules = $"rules: [{{when: true, do: rewrite, set_headers: {{{field}: x}}}}]";
            Assert.Contains(lab.Reload(rules), said => said.Contains($"'{field}'", StringComparison.OrdinalIgnoreCase) && !said.Contains("warning:", StringComparison.Ordinal));
            Assert.Contains(lab.Reload("", rules), said => said.Contains($"'{field}'", StringComparison.OrdinalIgnoreCase) && !said.Contains("warning:", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("to: 'https://new.example.com/a'", "/old?x=1", 302, "https://new.example.com/a")]
    [InlineData("to: /new, status: 308", "/old?x=1", 308, "/new")]
    [InlineData("to: 'https://new.example.com/', status: 301, keep_query: true", "/old?x=1", 301, "https://new.example.com/?x=1")]
    [InlineData("to: 'https://new.example.com/?y=2#part', keep_query: true", "/old?x=1", 302, "https://new.example.com/?y=2&x=1#part")]
    [InlineData("to: 'https://new.example.com/', keep_query: true", "/old", 302, "https://new.example.com/")]
    [InlineData("to_expression: 'concat(\"https://\", http.host, http.request.uri)'", "/old?x=1", 302, "https://shop.example.com/old?x=1")]
    [InlineData("to_expression: 'concat(\"https://a.example/\", url_decode(http.request.uri.query))'", "/old?%C3%A4%20b", 302, "https://a.example/%C3%A4%20b")]
    public async Task ARedirectLeadsWhereItSays(string where, string target, int status, string location)
    {
        await using RulesLab lab = await RulesLab.StartAsync($"rules: [{{when: 'http.request.uri.path eq \"/old\"', do: redirect, {where}}}]");
        Http1Message response = await lab.GetAsync(target);
        Assert.Equal((status, location), (response.Status, Assert.Single(response.Values("Location"))));
        Assert.Empty(response.Values("Set-Cookie"));
        Assert.Equal(0, lab.Asked);
        Assert.Equal(200, await lab.StatusAsync("/other"));
    }

    [Fact]
    public async Task ARedirectWithoutATargetDoesNotHappen()
    {
        await using RulesLab lab = await RulesLab.StartAsync("""rules: [{when: true, do: redirect, to_expression: 'http.request.headers["x-to"][0]'}]""");
        Assert.Equal(200, await lab.StatusAsync("/"));
        Assert.Equal(302, await lab.StatusAsync("/", "X-To: /a"));
        Assert.Equal(200, await lab.StatusAsync("/", $"X-To: /{new string('a', 9000)}"));
    }

    [Theory]
    [InlineData("%0D%0ASet-Cookie:%20evil=1")]
    [InlineData("%0ASet-Cookie:%20evil=1")]
    [InlineData("%00")]
    public async Task NobodyPutsALineIntoAHeadByARedirect(string query)
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            """rules: [{when: 'http.request.uri.path eq "/old"', do: redirect, to_expression: 'concat("https://a.example/", url_decode(http.request.uri.query))'}]""");
        Http1Message response = await lab.GetAsync($"/old?{query}");
        Assert.Equal((200, 0, 0), (response.Status, response.Values("Location").Count(), response.Values("Set-Cookie").Count()));
    }

    [Fact]
    public async Task AListOfRedirectsIsLookedUpByTheFullUrl()
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            """rules: [{when: 'http.request.full_uri in $moved', do: redirect, to_list: moved}]""",
            """
            lists:
              moved:
                kind: redirect
                items:
                  - {from: shop.example.com/a, to: "https://new.example.com/b"}
                  - {from: shop.example.com/keep, to: "https://new.example.com/k?z=1", status: 307, preserve_query: true}
                  - {from: shop.example.com/tree, to: "https://docs.example.com/", subpath_matching: true}
            """);
        Assert.Equal((301, "https://new.example.com/b"), await RedirectAsync("/a"));
        Assert.Equal((301, "https://new.example.com/b"), await RedirectAsync("/a?x=1"));
        Assert.Equal((307, "https://new.example.com/k?z=1&x=1"), await RedirectAsync("/keep?x=1"));
        Assert.Equal((301, "https://docs.example.com/one/two%20three"), await RedirectAsync("/tree/one/two%20three"));
        Assert.Equal(200, await lab.StatusAsync("/b"));

        async Task<(int, string)> RedirectAsync(string target)
        {
            Http1Message response = await lab.GetAsync(target);
            return (response.Status, string.Join('|', response.Values("Location")));
        }
    }

    [Fact]
    public async Task ARouteLeadsToAnotherPortAndHost()
    {
        await using RulesLab other = await RulesLab.StartAsync("");
        other.Answer = request => RulesLab.Response("200 OK", $"other, for {request.Values("Host").Single()}");
        await using RulesLab lab = await RulesLab.StartAsync($$"""
            rules:
              - {when: 'starts_with(http.request.uri.path, "/port/")', do: route, origin_port: {{other.OriginPort}}}
              - {when: 'starts_with(http.request.uri.path, "/host/")', do: route, host_header: inner.example.com}
              - {when: 'starts_with(http.request.uri.path, "/both/")', do: route, host_header: inner.example.com, origin_host: localhost, origin_port: {{other.OriginPort}}}
            """);
        Assert.Equal("other, for shop.example.com", (await lab.GetAsync("/port/a")).Body);
        Assert.Equal("other, for inner.example.com", (await lab.GetAsync("/both/a")).Body);
        Assert.Equal(0, lab.Asked);
        Assert.Equal("from the origin", (await lab.GetAsync("/host/a")).Body);
        Assert.Equal(["inner.example.com"], lab.LastRequest.Values("Host"));
        Assert.Equal([RulesLab.Host], lab.LastRequest.Values("X-Forwarded-Host"));
        Assert.Equal("from the origin", (await lab.GetAsync("/own")).Body);
        Assert.Equal(RulesLab.Host, Assert.Single(lab.LastRequest.Values("Host")));
    }

    [Fact]
    public async Task SettingsWithoutEffectAreNamedAndHarmless()
    {
        const string Zone = """rules: [{when: true, do: set_config, settings: {rocket_loader: false, polish: "off"}}]""";
        await using RulesLab lab = await RulesLab.StartAsync(Zone);
        Assert.Equal(200, await lab.StatusAsync("/"));
        Assert.Equal(2, lab.Reload(Zone).Count(said => said.Contains("has no effect here", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("true", "/x/../admin", 403)]
    [InlineData("true", "//admin", 403)]
    [InlineData("true", "/%61dmin", 403)]
    [InlineData("false", "/x/../admin", 200)]
    [InlineData("false", "/%61dmin", 200)]
    [InlineData("false", "/admin", 403)]
    public async Task RulesSeeNormalisedPathsAndTheOriginTheRawOne(string normalises, string target, int status)
    {
        await using RulesLab lab = await RulesLab.StartAsync($$"""
            normalize_urls: {{normalises}}
            rules: [{when: 'http.request.uri.path eq "/admin"', do: block}]
            """);
        Assert.Equal(status, await lab.StatusAsync(target));
        Assert.Equal(status == 200 ? $"GET {target} HTTP/1.1" : "", lab.Asked == 0 ? "" : lab.LastRequest.StartLine);
        Assert.Equal(200, await lab.StatusAsync("/y/../other//z"));
        Assert.Equal("GET /y/../other//z HTTP/1.1", lab.LastRequest.StartLine);
    }

    [Fact]
    public async Task AListThatChangesOnDiskTakesEffect()
    {
        await using RulesLab lab = await RulesLab.StartAsync(
            "rules: [{when: 'ip.src in $bad', do: block}]", "lists: {bad: {file: bad.txt}}", ("bad.txt", "192.0.2.0/24\n"));
        Assert.Equal((403, 200), (await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.7"), await lab.StatusAsync("/", "X-Forwarded-For: 198.51.100.7")));
        lab.Files.Write("bad.txt", "# others now\n198.51.100.0/24\n");
        while (await lab.StatusAsync("/", "X-Forwarded-For: 198.51.100.7") != 403)
        {
            lab.Limit.ThrowIfCancellationRequested();
            lab.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(200, await lab.StatusAsync("/", "X-Forwarded-For: 192.0.2.7"));
    }
}
