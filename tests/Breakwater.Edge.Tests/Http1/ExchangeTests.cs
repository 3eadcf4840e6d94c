using System.Net.Sockets;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>Requests and responses that overlap, break off or carry less than they seem to.</summary>
public sealed class ExchangeTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";

    private static readonly string Get = $"GET / HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n";

    [Fact]
    public async Task AnEarlyAnswerToASmallBodyKeepsTheConnection()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Post("Content-Length: 1000") + "first", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync("first", lab.Limit);
        await origin.SendAsync(Refusal, lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal((403, "no"), (response.Status, response.Body));

        // The origin's connection holds half a request and is done with; the client's goes on behind the rest of the body.
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
        await client.SendAsync(new string('x', 995) + Get, lab.Limit);
        using PlayedConnection next = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal("GET / HTTP/1.1", (await next.ReadRequestAsync(lab.Limit)).StartLine);
        await next.SendAsync(Ok, lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
    }

    [Fact]
    public async Task AnEarlyAnswerToALargeBodyIsDeliveredAndTheConnectionClosed()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Post("Content-Length: 100000000") + "first", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync("first", lab.Limit);
        await origin.SendAsync(Refusal, lab.Limit);
        Assert.Equal("no", (await lab.ResponseAsync(client)).Body);
        await lab.ClosesAsync(client);
        client.CloseSending();
        await lab.EndedAsync("body_unread");
    }

    [Fact]
    public async Task AnEarlyAnswerIsLoggedWithItsOwnTime()
    {
        using var directory = new TemporaryDirectory();
        await using (EdgeLab lab = await EdgeLab.StartAsync(config: config => config with
        {
            Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.File(directory["access.log"]) } },
        }))
        {
            RawClient client = await lab.ConnectAsync();
            await client.SendAsync(Post("Content-Length: 1000") + "first", lab.Limit);
            using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
            await origin.ReadThroughAsync("first", lab.Limit);
            lab.Time.Advance(TimeSpan.FromMilliseconds(1500));
            await origin.SendAsync(Refusal, lab.Limit);
            await lab.ResponseAsync(client);
        }

        JsonElement line = JsonDocument.Parse(await File.ReadAllTextAsync(directory["access.log"], TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(1500, line.GetProperty("origin_ms").GetDouble());
        Assert.Equal(403, line.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task BothDirectionsMayBeUnderWayAtOnce()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Post("Transfer-Encoding: chunked"), lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadHeadAsync(lab.Limit);
        // Whether the edge has noted that the body is out when the answer ends is a race; so the origin decides what becomes of its connection.
        await origin.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", lab.Limit);
        string expected = "";
        for (int i = 0; i < 20; i++)
        {
            string chunk = $"3\r\n{i:000}\r\n";
            expected += $"{i:000}";
            await client.SendAsync(chunk, lab.Limit);
            Assert.Equal(chunk, await origin.ReadThroughAsync(chunk, lab.Limit));
            await origin.SendAsync(chunk, lab.Limit);
        }

        await client.SendAsync("0\r\n\r\n", lab.Limit);
        await origin.ReadThroughAsync("0\r\n\r\n", lab.Limit);
        await origin.SendAsync("0\r\n\r\n", lab.Limit);
        Assert.Equal(expected, (await lab.ResponseAsync(client)).Body);
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection next = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.StartsWith("GET / ", await next.ReadHeadAsync(lab.Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyStatedToBeTooLargeIsRefusedUnread()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with { MaxBodySize = 1000 });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Post("Content-Length: 1001"), lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal(413, response.Status);
        Assert.Equal(["close"], response.Values("Connection"));
        await lab.ClosesAsync(client);
        Assert.Equal(0, lab.Origin.Accepted);
    }

    [Fact]
    public async Task ABodyThatBecomesTooLargeIsRefusedAndNotCompleted()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with { MaxBodySize = 1000 });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Post("Transfer-Encoding: chunked") + "3e8\r\n" + new string('x', 1000) + "\r\n", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync(new string('x', 1000), lab.Limit);
        await client.SendAsync("1\r\ny\r\n0\r\n\r\n", lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal(413, response.Status);
        Assert.Equal(["close"], response.Values("Connection"));
        Assert.DoesNotContain("0\r\n\r\n", await origin.ReadToEndAsync(lab.Limit), StringComparison.Ordinal);
        client.CloseSending();
        await lab.ClosesAsync(client);
    }

    [Fact]
    public async Task AClientThatLeavesFreesTheOrigin()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", lab.Limit);
        Task<bool> reading = client.ReadToEndAsync(lab.Limit);
        while (!client.Received.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            await Task.Delay(1, lab.Limit);
        }

        client.Dispose();
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await origin.SendAsync("3e8\r\n" + new string('x', 1000) + "\r\n", lab.Limit);
            }
        });
        await lab.EndedAsync("client_reset");
        await reading;
    }

    /// <summary>A client that has said all and closes its side still gets its answer (RFC 9112 §9.6 lets it).</summary>
    [Fact]
    public async Task AClientMayCloseItsSideAfterItsRequest()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        client.CloseSending();
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync(Ok, lab.Limit);
        Assert.Equal("ok", (await lab.ResponseAsync(client)).Body);
        await lab.ClosesAsync(client);
        await lab.EndedAsync("client_closed");
    }

    [Fact]
    public async Task InterimResponsesArePassedOn()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n", lab.Limit);
        Assert.Equal(102, (await lab.ResponseAsync(client)).Status);
        Http1Message hints = await lab.ResponseAsync(client);
        Assert.Equal((103, "</a.css>; rel=preload"), (hints.Status, Assert.Single(hints.Values("Link"))));
        Assert.Empty(hints.Values("X-Hop"));

        // Nobody asked for leave to send a body.
        await origin.SendAsync("HTTP/1.1 100 Continue\r\n\r\n" + Ok, lab.Limit);
        Assert.Equal((200, "ok"), ((await lab.ResponseAsync(client)) is var final ? final.Status : 0, final.Body));
    }

    [Fact]
    public async Task AClientOfHttp10GetsNone()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal), lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + Ok, lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        await lab.ClosesAsync(client);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "Content-Length", "1000")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nETag: x\r\n\r\n", "ETag", "x")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n", "Content-Length", "1000")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n", "ETag", "x")]
    public async Task WhatHasNoBodyIsOverWithItsHead(string method, string answer, string field, string value)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get.Replace("GET", method, StringComparison.Ordinal), lab.Limit);
        using PlayedConnection connection = await lab.Origin.AcceptAsync(lab.Limit);
        await connection.ReadRequestAsync(lab.Limit);
        await connection.SendAsync(answer, lab.Limit);
        Http1Message response = await lab.ResponseAsync(client, bodyless: true);
        Assert.Equal([value], response.Values(field));
        Assert.Empty(response.Values("Transfer-Encoding"));

        // Both connections are where a next exchange begins.
        await client.SendAsync(Get, lab.Limit);
        await connection.ReadRequestAsync(lab.Limit);
        await connection.SendAsync(Ok, lab.Limit);
        Assert.Equal("ok", (await lab.ResponseAsync(client)).Body);
    }

    /// <summary>An answer of the edge to HEAD says how long the page is, and leaves it out.</summary>
    [Fact]
    public async Task AnErrorPageForHeadHasNoBody()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: other.test\r\n\r\n", lab.Limit);
        Http1Message response = await lab.ResponseAsync(client, bodyless: true);
        Assert.Equal(421, response.Status);
        Assert.NotEqual("0", Assert.Single(response.Values("Content-Length")));
        Assert.Equal("", client.Rest);
    }

    private static string Post(string framing) => $"POST /upload HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n{framing}\r\n\r\n";
}
