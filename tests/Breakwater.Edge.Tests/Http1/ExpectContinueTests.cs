using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>Clients that ask before they send a body (RFC 9110 §10.1.1). The origin decides; the edge only where it refuses by itself.</summary>
public sealed class ExpectContinueTests
{
    [Fact]
    public async Task TheOriginIsAskedAndItsLeavePassedOn()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Ask("Content-Length: 5"), lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Contains("\r\nExpect: 100-continue\r\n", await origin.ReadHeadAsync(lab.Limit), StringComparison.Ordinal);
        await origin.SendAsync("HTTP/1.1 100 Continue\r\n\r\n", lab.Limit);
        Assert.Equal(100, (await lab.ResponseAsync(client)).Status);
        await client.SendAsync("hello", lab.Limit);
        await origin.ReadThroughAsync("hello", lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal((200, "ok"), (response.Status, response.Body));
        Assert.Empty(response.Values("Connection"));

        // The connection is where a next request begins.
        await client.SendAsync($"GET /next HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n", lab.Limit);
        Assert.StartsWith("GET /next ", await NextHeadAsync(lab, origin), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task ARefusalOfTheOriginEndsTheConnectionForTheBodyMayOrMayNotCome(string framing)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Ask(framing), lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadHeadAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nwho", lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal((401, "who"), (response.Status, response.Body));
        Assert.Equal(["close"], response.Values("Connection"));
        await lab.ClosesAsync(client);

        // Half a request is left on the origin's connection: nobody must write behind it.
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
    }

    [Fact]
    public async Task ABodyThatComesUnaskedIsPassedOn()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Ask("Content-Length: 5") + "hello", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal("hello", (await origin.ReadRequestAsync(lab.Limit)).Body);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
    }

    /// <summary>What the edge refuses by itself, it refuses before a byte of the body is sent, and without asking the origin.</summary>
    [Theory]
    [InlineData(EdgeLab.Host, "Content-Length: 1001", 413)]
    [InlineData("other.test", "Content-Length: 5", 421)]
    public async Task ARefusalOfTheEdgeComesWithoutTheBody(string host, string framing, int status)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with { MaxBodySize = 1000 });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Ask(framing, host), lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal(status, response.Status);
        Assert.Equal(["close"], response.Values("Connection"));
        await lab.ClosesAsync(client);
        Assert.Equal(0, lab.Origin.Accepted);
    }

    /// <summary>HTTP/1.0 knows no interim responses: the field means nothing there, and nothing is waited for.</summary>
    [Fact]
    public async Task AClientOfHttp10GetsNoInterimResponse()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Ask("Content-Length: 5").Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal) + "hello", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal("hello", (await origin.ReadRequestAsync(lab.Limit)).Body);
        await origin.SendAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        await lab.ClosesAsync(client);
    }

    /// <summary>
    /// The next head, on this connection or on another one: an answer may come before the edge has noted that all of the body was sent, and then it does
    /// not use the connection again.
    /// </summary>
    private static async Task<string> NextHeadAsync(EdgeLab lab, PlayedConnection origin)
    {
        try
        {
            return await origin.ReadHeadAsync(lab.Limit);
        }
        catch (EndOfStreamException)
        {
            using PlayedConnection another = await lab.Origin.AcceptAsync(lab.Limit);
            return await another.ReadHeadAsync(lab.Limit);
        }
    }

    private static string Ask(string framing, string host = EdgeLab.Host) =>
        $"PUT /upload HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\n{framing}\r\n\r\n";
}
