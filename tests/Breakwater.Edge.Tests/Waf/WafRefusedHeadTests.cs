using System.Text;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>Heads that the edge refuses by itself: the firewall's rules see them, and the answer stays what it is.</summary>
public sealed class WafRefusedHeadTests
{
    private const string Outcomes = "breakwater_waf_transactions_total";

    public static TheoryData<string, int, string> Heads => new()
    {
        { "GET /?q=attack HTTP/1.1\r\nHost: shop.example.com\r\nX: a\0b\r\n\r\n", 400, "201 ARGS:q" },
        { "GET /?q=attack HTTP/4.0\r\nHost: shop.example.com\r\n\r\n", 505, "201 ARGS:q" },
        { "GET /?q=attack HTTP/2\r\nHost: shop.example.com\r\n\r\n", 400, "201 ARGS:q" },
        { "GET /?q=attack\r\nHost: shop.example.com\r\n\r\n", 400, "201 ARGS:q" },
        { "GET /?q=attack HTTP/1.1\r\n\r\n", 400, "201 ARGS:q" },
        { "GET /?q=attack HTTP/1.1\nHost: shop.example.com\n\n", 400, "201 ARGS:q" },
        { "\r\nGET /?q=attack#x HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 400, "201 ARGS:q" },
        { "GET / HTTP/1.1\r\nHost : shop.example.com\r\nCookie: a=attack\r\n\r\n", 400, "201 REQUEST_COOKIES:a" },
        { "GET / HTTP/1.1\r\nHost: a b\r\nUser-Agent: an evilbot\r\n\r\n", 400, "101 REQUEST_HEADERS:User-Agent" },
        { "CONNECT shop.example.com:80 HTTP/1.1\r\nHost: shop.example.com:80\r\nUser-Agent: evilbot\r\n\r\n", 405, "101 REQUEST_HEADERS:User-Agent" },
        { "G(T / HTTP/1.1\r\nUser-Agent: evilbot\r\n\r\n", 400, "101 REQUEST_HEADERS:User-Agent" },
        { "POST /?q=attack HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400, "201 ARGS:q" },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task RulesSeeWhatTheEdgeRefuses(string head, int status, string match)
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(status, await SendAsync(lab, head));
        SecurityEvent told = await lab.EventAsync();
        Assert.Equal(("shop", "noted", status, "bad_request"), (told.Zone, told.Effect, told.Status, told.End));
        WafMatchFacts first = told.Waf!.Matches[0];
        Assert.Equal(match, $"{first.Rule} {first.Where}");
        Assert.Equal([("matched", 1L)], lab.Metric(Outcomes, "outcome"));

        // The firewall refused nothing, so there is nothing to report or to leave out.
        Assert.Empty(lab.Report.Lines);
        Assert.Null(lab.Lab.Edge.FindWafExclusion(told.Ray));
        Assert.Equal(0, lab.Asked);

        AssertNoRehearsal(lab, told.Ray);
    }

    [Fact]
    public async Task OneThatComesInPiecesIsSeenAsAWhole()
    {
        await using WafLab lab = await WafLab.StartAsync();
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        foreach (string piece in (string[])["GET /?q=at", "tack HTTP/1.1\r\nHost: shop.exa", "mple.com\r\nX : y", "\r\nUser-Agent: never read\r\n\r\n"])
        {
            await client.SendAsync(piece, lab.Lab.Limit);
        }

        Assert.True(await client.ReadToEndAsync(lab.Lab.Limit));
        Assert.StartsWith("HTTP/1.1 400 ", client.Received, StringComparison.Ordinal);
        Assert.Equal("201", $"{(await lab.EventAsync()).Waf!.Matches[0].Rule}");
    }

    [Fact]
    public async Task WhatNoRuleMindsIsCounted()
    {
        await using WafLab lab = await WafLab.StartAsync();
        Assert.Equal(400, await SendAsync(lab, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"));
        Assert.Empty(lab.Events);
        Assert.Equal([("clean", 1L)], lab.Metric(Outcomes, "outcome"));
    }

    [Theory]
    [InlineData("mode: off", "")]
    [InlineData("mode: block", "hosts: [other.example.com]")]
    public async Task WithoutAFirewallNobodyLooks(string waf, string zone)
    {
        await using WafLab lab = await WafLab.StartAsync(waf, zone);
        Assert.Equal(400, await SendAsync(lab, "GET /?q=attack HTTP/1.1\r\nHost: shop.example.com\r\nX : y\r\n\r\n"));
        Assert.Empty(lab.Events);
        Assert.Empty(lab.Metric(Outcomes, "outcome"));
    }

    [Fact]
    public async Task AFloodOfThemIsNotSeenAsAWhole()
    {
        await using WafLab lab = await WafLab.StartAsync();
        for (int i = 1; i < RefusedHeads.Burst; i++)
        {
            Assert.True(lab.Lab.Edge.Stores.Waf.RefusedHeads.TryTake(lab.Lab.Edge.Plane.Clock.Micros));
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(400, await SendAsync(lab, "GET /?q=attack HTTP/1.1\r\n\r\n"));
        }

        Assert.Equal([("matched", 1L)], lab.Metric(Outcomes, "outcome"));
        lab.Lab.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(400, await SendAsync(lab, "GET /?q=attack HTTP/1.1\r\n\r\n"));
        Assert.Equal([("matched", 2L)], lab.Metric(Outcomes, "outcome"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example")]
    [InlineData("GET / HTTP/1.1\nX: y\nhOST\t:\ta.example:8080 \n\n", "a.example")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]:80\r\nHost: b\r\n\r\n", "[::1]")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]", "[::1]")]
    [InlineData("GET / HTTP/1.1\r\nX-Host: a\r\nHost\r\n\r\n", "")]
    [InlineData("", "")]
    public void TheFirstHostFieldNamesTheZone(string head, string host)
    {
        Assert.Equal(host, Encoding.Latin1.GetString(RefusedHeads.HostOf(Encoding.Latin1.GetBytes(head))));
    }

    /// <summary>What is kept of a head that could not be read is no request to rehearse.</summary>
    private static void AssertNoRehearsal(WafLab lab, string ray)
    {
        RayExplanation explanation = lab.Lab.Edge.Explain(ray)!;
        Assert.NotNull(explanation.Events[0].Waf);
        Assert.Null(explanation.Rehearsal);
    }

    private static async Task<int> SendAsync(WafLab lab, string head)
    {
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        await client.SendAsync(head, lab.Lab.Limit);
        Assert.True(await client.ReadToEndAsync(lab.Lab.Limit), "The edge did not end the connection.");
        Http1Message.Reading reading = Http1Message.ReadResponse(client.Received, bodyless: false, closed: true);
        Assert.True(reading.Message is not null, $"{reading.Invalid} There is no whole response; received: {client.Received}");
        return reading.Message.Status;
    }
}
