using Breakwater.Edge.Events;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Breakwater.Edge.Tests.Rules;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>Requests before the firewall: what is refused, how, and what is told of it. Over the real listener.</summary>
public sealed class WafRequestTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData("/?q=hello", 200)]
    [InlineData("/?q=an+attack", 403)]
    [InlineData("/?q=%61%74tack", 403)]
    [InlineData("/?q=odd", 200)]
    [InlineData("/?q=odd&r=odd&s=odd", 403)]
    [InlineData("/?teapot=1", 418)]
    public async Task WhatStandsInTheTarget(string target, int status)
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(status, await lab.Lab.StatusAsync(target));
        Assert.Equal(status == 200 ? 1 : 0, lab.Asked);
    }

    public static TheoryData<string, string, int> Bodies => new()
    {
        { Form, "a=1&b=an+attack", 403 },
        { Form, "a=1&b=harmless", 200 },
        { Form + "; charset=utf-8", "b=attack", 403 },
        { "application/json", """{"items":[{"body":"an attack"}]}""", 403 },
        { "application/json", """{"items":[{"body":"peace"}]}""", 200 },
        { "application/problem+json", """{"a":"attack"}""", 403 },
        { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nattack\r\n--b--\r\n", 403 },
        { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"attack.txt\"\r\n\r\nx\r\n--b--\r\n", 403 },
        { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nattack\r\n--b--\r\n", 200 },
        { "application/octet-stream", "attack", 200 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task WhatStandsInTheBody(string type, string body, int status)
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(status, (await lab.PostAsync("/", type, body)).Status);
        if (status == 200)
        {
            Assert.Equal(body, lab.Lab.LastRequest.Body);
        }
        else
        {
            Assert.Equal(0, lab.Asked);
        }
    }

    [Fact]
    public async Task WhatStandsInTheHeader()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(403, await lab.Lab.StatusAsync("/", "User-Agent: an evilbot"));
        Assert.Equal(403, await lab.Lab.StatusAsync("/", "Cookie: a=1; b=attack"));
        Assert.Equal(200, await lab.Lab.StatusAsync("/", "User-Agent: a browser", "Cookie: a=1"));
    }

    [Fact]
    public async Task ARefusalShowsTheRayAndLeavesTheConnectionOpen()
    {
        await using WafLab lab = await WafLab.StartAsync();
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        await client.SendAsync($"GET /?q=attack HTTP/1.1\r\nHost: {RulesLab.Host}\r\n\r\n", lab.Lab.Limit);
        Http1Message refused = (await client.ReadResponseAsync(bodyless: false, lab.Lab.Limit))!;
        Assert.Equal(403, refused.Status);
        Assert.Contains(Assert.Single(refused.Values("Breakwater-Ray")), refused.Body, StringComparison.Ordinal);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {RulesLab.Host}\r\n\r\n", lab.Lab.Limit);
        Assert.Equal(200, (await client.ReadResponseAsync(bodyless: false, lab.Lab.Limit))!.Status);
    }

    [Fact]
    public async Task ThePageSaysTheStatusThatTheRuleSays()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Http1Message answer = await lab.Lab.GetAsync("/?teapot=1", "Accept: application/json");
        Assert.Equal(418, answer.Status);
        Assert.Contains("\"status\":418", answer.Body.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("blocked", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARuleRedirectsOrDrops()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Http1Message away = await lab.Lab.GetAsync("/a?go=away");
        Assert.Equal((302, "https://elsewhere.example/?from=/a"), (away.Status, Assert.Single(away.Values("Location"))));
        Assert.Equal("", await lab.Lab.ExchangeAsync("GET", "/?go=drop"));
        Assert.Equal(0, lab.Asked);
    }

    [Fact]
    public async Task AnEventTellsWhichRulesMatchedOnWhat()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Http1Message refused = await lab.PostAsync("/login?debug=odd", Form, "user=bob&password=my+attack", "Cookie: sid=s3cret");
        SecurityEvent told = await lab.EventAsync();
        Assert.Equal(
            ("waf", "ended", "http_request_firewall_managed", "waf", "900", 403, "blocked", "/login"),
            (told.Action, told.Effect, told.Phase, told.Ruleset, told.Rule, told.Status, told.End, told.Path));
        Assert.Equal(Assert.Single(refused.Values("Breakwater-Ray")), told.Ray);
        Assert.Equal("Too many points: 7", told.Description);
        WafFacts facts = told.Waf!;
        Assert.Equal(("waf", 7, 5, 0), (facts.Rules, facts.Score, facts.Threshold, facts.Omitted));
        Assert.Equal(
            [
                new WafMatchFacts(201, "An attack", "critical", 5, "ARGS:password", Redaction.Mark),
                new WafMatchFacts(202, "Something odd", "notice", 2, "ARGS:debug", "odd"),
                new WafMatchFacts(900, "Too many points: 7", null, 0, "TX:blocking_inbound_anomaly_score", "7"),
            ],
            facts.Matches);
    }

    [Fact]
    public async Task WhatStaysBelowTheThresholdIsNoted()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(200, await lab.Lab.StatusAsync("/?q=odd"));
        SecurityEvent told = await lab.EventAsync();
        Assert.Equal(("noted", "202", "completed", 2), (told.Effect, told.Rule, told.End, told.Waf!.Score));
        Assert.Equal(200, await lab.Lab.StatusAsync("/?q=ordinary"));
        Assert.Single(lab.Events);
    }

    [Fact]
    public async Task DetectionTellsAndLetsPass()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: detect");
        Assert.Equal(200, await lab.FormAsync("q=attack"));
        Assert.Equal("q=attack", lab.Lab.LastRequest.Body);
        SecurityEvent told = await lab.EventAsync();
        Assert.Equal(("would_have_ended", "900", 200), (told.Effect, told.Rule, told.Status));
        WafReportLine line = Assert.Single(lab.Report.Lines);
        Assert.Equal(("shop", 201, "/form", "ARGS:q", 0, 1, told.Ray), (line.Zone, line.Rule, line.Path, line.Where, line.Refused, line.Detected, line.LastRay));
    }

    [Theory]
    [InlineData("mode: off", "crs_path: .", 200)]
    [InlineData("mode: block", "protection: off", 200)]
    [InlineData("mode: block", "protection: detect", 200)]
    [InlineData("mode: block", "protection: on", 403)]
    public async Task TheMasterSwitchIsAboveTheZones(string waf, string top, int status)
    {
        await using WafLab lab = await WafLab.StartAsync(waf, top: top);
        Assert.Equal(status, await lab.Lab.StatusAsync("/?q=attack"));
        Assert.Equal(waf != "mode: off" && top != "protection: off", lab.Events.Count == 1);
    }

    [Fact]
    public async Task PathsOfOneKindAreOneLineOfTheReport()
    {
        await using WafLab lab = await WafLab.StartAsync();
        await lab.Lab.StatusAsync("/orders/17?q=attack");
        await lab.Lab.StatusAsync("/orders/18?q=attack");
        await lab.Lab.StatusAsync("/orders/0123456789abcdef0123?q=attack");
        await lab.Lab.StatusAsync("/?teapot=1");
        Assert.Equal(
            [(201L, "/orders/*", 3L), (301L, "/", 1L)], lab.Report.Lines.Select(line => (line.Rule, line.Path, line.Refused)));
    }

    [Theory]
    [InlineData("threshold: 3", "/?q=odd&r=odd", 403)]
    [InlineData("threshold: 6", "/?q=attack", 200)]
    [InlineData("paranoia: 1", "/?q=suspicious", 200)]
    [InlineData("paranoia: 2", "/?q=suspicious", 403)]
    [InlineData("detection_paranoia: 2", "/?q=suspicious", 403)]
    public async Task AZoneSetsLevelsAndThresholds(string waf, string target, int status)
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block, " + waf);
        Assert.Equal(status, await lab.Lab.StatusAsync(target));
    }

    [Theory]
    [InlineData("products: [waf]")]
    [InlineData("phases: [http_request_firewall_managed]")]
    public async Task ARuleOfTheOperatorsSparesARequestTheFirewall(string skips)
    {
        await using WafLab lab = await WafLab.StartAsync(
            "mode: block", $"rules: [{{when: 'http.request.uri.path eq \"/free\"', do: skip, {skips}}}]");
        Assert.Equal(200, await lab.Lab.StatusAsync("/free?q=attack"));
        Assert.Equal(403, await lab.Lab.StatusAsync("/other?q=attack"));
        Assert.DoesNotContain(lab.Events, told => told.Waf is not null && told.Path == "/free");
    }

    /// <summary>Rules that ask for the score make the firewall look before they run; its verdict still comes after them.</summary>
    [Theory]
    [InlineData("cf.waf.score lt 21", "/?q=attack", 429)]
    [InlineData("cf.waf.score lt 21", "/?q=odd", 200)]
    [InlineData("cf.waf.score in {21..50}", "/?q=odd", 429)]
    [InlineData("cf.waf.score eq 99", "/?q=hello", 429)]
    [InlineData("cf.waf.score.sqli lt 21", "/?q=attack", 429)]
    [InlineData("cf.waf.score.xss lt 99", "/?q=attack", 403)]
    [InlineData("cf.waf.score.class eq \"attack\"", "/?q=attack", 429)]
    public async Task RulesOfTheOperatorsSeeTheScore(string when, string target, int status)
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block", $$"""rules: [{when: '{{when}}', do: block, status: 429, content: no}]""");
        Assert.Equal(status, await lab.Lab.StatusAsync(target));
    }

    [Fact]
    public async Task TheScoreSeesTheBodyToo()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: block", """rules: [{when: 'cf.waf.score lt 21', do: block, status: 429, content: no}]""");
        Assert.Equal(429, await lab.FormAsync("q=attack"));
        Assert.Equal(200, await lab.FormAsync("q=peace"));
    }

    [Fact]
    public async Task WithoutAFirewallNothingIsScored()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: off", """rules: [{when: 'cf.waf.score eq 100', do: block, status: 429, content: no}]""");
        Assert.Equal(429, await lab.Lab.StatusAsync("/"));
    }

    /// <summary>Client and origin take turns on such a stream: it goes through from its first byte.</summary>
    [Theory]
    [InlineData("application/grpc", "PRI * HTTP/2.0")]
    [InlineData("application/grpc+proto", "PRI * HTTP/2.0")]
    [InlineData("application/connect+json", "abc\r\n")]
    public async Task StreamsOfCallsAreNotWaitedFor(string type, string begins)
    {
        await using WafLab lab = await WafLab.StartPlayedAsync();
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        await client.SendAsync($"POST /call HTTP/1.1\r\nHost: {RulesLab.Host}\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", lab.Lab.Limit);
        using PlayedConnection origin = await lab.Lab.AcceptAsync();
        await origin.ReadThroughAsync(begins, lab.Lab.Limit);
    }
}
