using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>Responses before the firewall: heads, and what is there of text bodies; and that nothing waits for the rest.</summary>
public sealed class WafResponseTests
{
    private const string Inspecting = "mode: block, inspect_responses: true";

    public static TheoryData<string, int> Responses => new()
    {
        { RulesLab.Response("200 OK", "peace", "Content-Type: text/html"), 200 },
        { RulesLab.Response("200 OK", "a stacktrace", "Content-Type: text/html"), 403 },
        { RulesLab.Response("500 Oops", "a stacktrace", "Content-Type: text/plain; charset=utf-8"), 403 },
        { RulesLab.Response("200 OK", "a stacktrace", "Content-Type: image/png"), 200 },
        { RulesLab.Response("200 OK", "peace", "Content-Type: text/html", "X-Leak: a secret"), 403 },
        { RulesLab.Response("200 OK", "", "X-Leak: a secret"), 403 },
        { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nc\r\na stacktrace\r\n0\r\n\r\n", 403 },
        { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\npeace\r\n0\r\n\r\n", 200 },
        { RulesLab.Response("200 OK", Encoding.Latin1.GetString(WafLab.Coded("gzip", "a stacktrace")), "Content-Type: text/html", "Content-Encoding: gzip"), 403 },
        { RulesLab.Response("200 OK", Encoding.Latin1.GetString(WafLab.Coded("gzip", "peace")), "Content-Type: text/html", "Content-Encoding: gzip"), 200 },
        { RulesLab.Response("200 OK", new string('x', 100_000) + "stacktrace", "Content-Type: text/html"), 403 },
        { RulesLab.Response("200 OK", new string('x', 100_000), "Content-Type: text/html"), 200 },
        { RulesLab.Response("200 OK", new string('x', 700_000) + "stacktrace", "Content-Type: text/html"), 200 },
    };

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task WhatLeaksIsKeptBack(string response, int status)
    {
        await using WafLab lab = await WafLab.StartAsync(Inspecting);
        lab.Lab.Answer = _ => response;
        Http1Message answer = await lab.Lab.GetAsync("/");
        Assert.Equal(status, answer.Status);
        if (status == 403)
        {
            Assert.DoesNotContain("stacktrace", answer.Body, StringComparison.Ordinal);
            Assert.Empty(answer.Values("X-Leak"));
            Assert.Equal(("ended", "http_response_firewall_managed", "blocked"), (lab.Events[0].Effect, lab.Events[0].Phase, lab.Events[0].End));
        }
        else
        {
            Assert.Equal(Http1Message.ReadResponse(response, bodyless: false, closed: true).Message!.Body, answer.Body);
            Assert.Empty(lab.Events);
        }
    }

    [Fact]
    public async Task NothingIsLookedAtUnlessTheZoneWantsIt()
    {
        await using WafLab lab = await WafLab.StartAsync();
        lab.Lab.Answer = _ => RulesLab.Response("200 OK", "a stacktrace", "Content-Type: text/html", "X-Leak: secret");
        Assert.Equal(200, await lab.Lab.StatusAsync("/"));
    }

    [Fact]
    public async Task InDetectionItPasses()
    {
        await using WafLab lab = await WafLab.StartAsync("mode: detect, inspect_responses: true");
        lab.Lab.Answer = _ => RulesLab.Response("200 OK", "a stacktrace", "Content-Type: text/html");
        Assert.Equal("a stacktrace", (await lab.Lab.GetAsync("/?q=attack")).Body);
        Assert.Equal("would_have_ended", (await lab.EventAsync()).Effect);
    }

    [Fact]
    public async Task ARequestThatIsRefusedAsksNoOrigin()
    {
        await using WafLab lab = await WafLab.StartAsync(Inspecting);
        Assert.Equal(403, await lab.Lab.StatusAsync("/?q=attack"));
        Assert.Equal(0, lab.Asked);
    }

    [Fact]
    public async Task AConnectionGoesOnAfterALeakWasKeptBack()
    {
        await using WafLab lab = await WafLab.StartAsync(Inspecting);
        lab.Lab.Answer = request => RulesLab.Response("200 OK", request.StartLine.Contains("/leak", StringComparison.Ordinal) ? "a stacktrace" : "peace", "Content-Type: text/html");
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        foreach ((string path, int status) in ((string, int)[])[("/", 200), ("/leak", 403), ("/", 200)])
        {
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {RulesLab.Host}\r\n\r\n", lab.Lab.Limit);
            Assert.Equal(status, (await client.ReadResponseAsync(bodyless: false, lab.Lab.Limit))!.Status);
        }
    }

    /// <summary>What streams goes out as it comes, the firewall having seen its beginning.</summary>
    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("text/html")]
    public async Task AStreamDoesNotWait(string type)
    {
        await using WafLab lab = await WafLab.StartPlayedAsync(Inspecting);
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {RulesLab.Host}\r\n\r\n", lab.Lab.Limit);
        using PlayedConnection origin = await lab.Lab.AcceptAsync();
        await origin.ReadHeadAsync(lab.Lab.Limit);
        await origin.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", lab.Lab.Limit);
        await ReadThroughAsync(client, "first", lab.Lab.Limit);
        await origin.SendAsync("6\r\nsecond\r\n", lab.Lab.Limit);
        await ReadThroughAsync(client, "second", lab.Lab.Limit);
    }

    /// <summary>A body of stated length that may be seen as a whole is seen as a whole, in whatever pieces it comes.</summary>
    [Fact]
    public async Task ABodyOfStatedLengthIsSeenAsAWhole()
    {
        await using WafLab lab = await WafLab.StartPlayedAsync(Inspecting);
        using RawClient client = new();
        await client.ConnectAsync(lab.Lab.EndPoint, lab.Lab.Limit);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {RulesLab.Host}\r\n\r\n", lab.Lab.Limit);
        using PlayedConnection origin = await lab.Lab.AcceptAsync();
        await origin.ReadHeadAsync(lab.Lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\na stack", lab.Lab.Limit);
        await origin.SendAsync("trace", lab.Lab.Limit);
        Assert.Equal(403, (await client.ReadResponseAsync(bodyless: false, lab.Lab.Limit))!.Status);
    }

    /// <summary>Where there is no memory to keep more back, what is there is judged, and the zone says what becomes of the rest.</summary>
    [Theory]
    [InlineData("fail: open", 20, "a stacktrace", 403, "refused")]
    [InlineData("fail: open", 100_000, "a stacktrace", 200, "failed_open")]
    [InlineData("fail: closed", 100_000, "a stacktrace", 503, "failed_closed")]
    [InlineData("fail: closed", 20, "peace", 200, "clean")]
    public async Task BodiesThatAreKeptBackCountAsMemory(string fail, int before, string ends, int status, string outcome)
    {
        await using WafLab lab = await WafLab.StartAsync($"{Inspecting}, {fail}");
        BodyMemory memory = lab.Lab.Edge.Plane.BodyMemory;
        int others = 128 * 1024 * 1024 - BodyMemory.ChunkBytes;
        Assert.True(memory.TryReserve(others, long.MaxValue, isFirst: true));
        string body = new string('x', before) + ends;
        lab.Lab.Answer = _ => RulesLab.Response("200 OK", body, "Content-Type: text/html");
        Http1Message answer = await lab.Lab.GetAsync("/");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, answer.Body == body);
        Assert.Equal([(outcome, 1L)], lab.Metric("breakwater_waf_transactions_total", "outcome"));
        Assert.Equal(outcome.StartsWith("failed", StringComparison.Ordinal) ? "no memory for the response's body" : null, (lab.Events is [var first, ..] ? first.Waf!.NotInspected : null));
        Assert.Equal(others, memory.Used);
    }

    [Fact]
    public async Task CompressionWorksOnWhatWasInspected()
    {
        await using WafLab lab = await WafLab.StartAsync(Inspecting, "rules: [{when: true, do: compress_response, algorithms: [gzip]}]");
        string body = new('x', 5000);
        lab.Lab.Answer = request => RulesLab.Response("200 OK", request.StartLine.Contains("/leak", StringComparison.Ordinal) ? body + "stacktrace" : body, "Content-Type: text/html");
        Http1Message answer = await lab.Lab.GetAsync("/", "Accept-Encoding: gzip");
        Assert.Equal((200, "gzip"), (answer.Status, Assert.Single(answer.Values("Content-Encoding"))));
        Http1Message refused = await lab.Lab.GetAsync("/leak", "Accept-Encoding: gzip");
        Assert.Equal(403, refused.Status);
        Assert.Empty(refused.Values("Content-Encoding"));
    }

    private static async Task ReadThroughAsync(RawClient client, string text, CancellationToken cancel)
    {
        while (!client.Received.Contains(text, StringComparison.Ordinal))
        {
            await client.ReceiveSomeAsync(cancel);
        }
    }
}
