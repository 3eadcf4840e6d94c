using System.Globalization;
using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Forwarding;
using Breakwater.Edge.Tests.Http1;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Tests.Exchanges;

/// <summary>A request whose body is read before anything is forwarded, over real sockets.</summary>
[Collection(AloneCollection.Name)]
public sealed class ReadAheadTests(ITestOutputHelper output)
{
    private const int Limit = 40_000;
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>How a body of so many bytes is sent: at once, or in pieces of so many bytes.</summary>
    public static TheoryData<int, int, bool> Bodies => new()
    {
        { 5, 5, false }, { 5, 1, false }, { 5, 5, true }, { 5, 1, true },
        { 20_000, 20_000, false }, { 20_000, 3_000, false }, { 20_000, 3_000, true },
        { BodyMemory.ChunkBytes, 1_000, false }, { BodyMemory.ChunkBytes + 1, 1_000, false }, { 2 * BodyMemory.ChunkBytes, 5_000, true },
        { Limit, 10_000, false }, { Limit + 1, 10_000, false }, { 300_000, 10_000, false }, { 300_000, 10_000, true },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task WhatIsForwardedIsWhatCame(int bytes, int piece, bool chunked)
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        string body = Text(bytes);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {bytes}"), lab.Limit);
        Task sending = SendAsync(client, body, piece, chunked, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Http1Message request = await origin.ReadRequestAsync(lab.Limit);
        await sending;
        Assert.Equal(body, request.Body);
        string seen = Assert.Single(reader.Seen);
        Assert.StartsWith(seen, body, StringComparison.Ordinal);
        Assert.Equal(bytes <= Limit + 1, reader.WasWhole);
        Assert.True(seen.Length == bytes || seen.Length > Limit, $"only {seen.Length} bytes were seen");
        await origin.SendAsync(Ok, lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);

        // The connection is where a next request begins, and everything was given back.
        await client.SendAsync(Head("Content-Length: 2") + "hi", lab.Limit);
        Assert.Equal("hi", (await origin.ReadRequestAsync(lab.Limit)).Body);
        Assert.Equal(0, lab.Metric("breakwater_body_memory_bytes"));
    }

    [Fact]
    public async Task NothingIsForwardedBeforeTheBodyWasSeen()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Content-Length: 10") + "hello", lab.Limit);
        await reader.AskedAsync(1, lab.Limit);
        Assert.Empty(reader.Seen);
        Assert.Equal(0, lab.Origin.Accepted);
        await client.SendAsync("world", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal("helloworld", (await origin.ReadRequestAsync(lab.Limit)).Body);
    }

    [Fact]
    public async Task WhatIsBeyondTheLimitIsNotWaitedFor()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        string body = Text(Limit + 1);
        await client.SendAsync(Head($"Content-Length: {Limit + 6}") + body, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync(body, lab.Limit);
        Assert.False(reader.WasWhole);
        await client.SendAsync("later", lab.Limit);
        await origin.ReadThroughAsync("later", lab.Limit);
    }

    [Fact]
    public async Task TrailersOfAChunkedBodyAreForwarded()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Transfer-Encoding: chunked") + "3\r\nabc\r\n", lab.Limit);
        await reader.AskedAsync(1, lab.Limit);
        await client.SendAsync("2\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadHeadAsync(lab.Limit);
        string sent = await origin.ReadThroughAsync("X-Sum: 7\r\n\r\n", lab.Limit);
        Assert.EndsWith("\r\n0\r\nX-Sum: 7\r\n\r\n", sent, StringComparison.Ordinal);
        Assert.Equal("abcde", Assert.Single(reader.Seen));
    }

    /// <summary>The edge asks for the body itself, and the origin's leave is not passed on as a second one.</summary>
    [Fact]
    public async Task AClientThatWaitsIsToldToGoOnOnce()
    {
        (EdgeLab lab, BodyReader _) = await StartAsync();
        await using EdgeLab disposed = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Expect: 100-continue\r\nContent-Length: 5"), lab.Limit);
        Assert.Equal(100, (await lab.ResponseAsync(client)).Status);
        Assert.Equal(0, lab.Origin.Accepted);
        await client.SendAsync("hello", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal("hello", (await origin.ReadRequestAsync(lab.Limit)).Body);
        await origin.SendAsync("HTTP/1.1 100 Continue\r\n\r\n" + Ok, lab.Limit);
        Http1Message response = await lab.ResponseAsync(client);
        Assert.Equal(200, response.Status);
        Assert.Empty(response.Values("Connection"));
    }

    /// <summary>Where the body lies, in place or in chunks, the next request on the connection is found.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARefusalLeavesTheConnectionAtTheNextRequest(bool atOnce)
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Content-Length: 5") + (atOnce ? "oops!" : "oo"), lab.Limit);
        if (!atOnce)
        {
            await reader.AskedAsync(1, lab.Limit);
            await client.SendAsync("ps!", lab.Limit);
        }

        Http1Message refused = await lab.ResponseAsync(client);
        Assert.Equal(403, refused.Status);
        Assert.Empty(refused.Values("Connection"));
        lab.Serve(request => Ok);
        await client.SendAsync(Head("Content-Length: 2") + "hi", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        Assert.Equal(0, lab.Metric("breakwater_body_memory_bytes"));
    }

    [Fact]
    public async Task RequestsInOnePacketAreEachSeen()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        lab.Serve(request => Ok);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(
            Head("Content-Length: 3") + "one" + Head("Transfer-Encoding: chunked") + "4\r\nbad!\r\n0\r\n\r\n" + Head("Content-Length: 5") + "three", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        Assert.Equal(403, (await lab.ResponseAsync(client)).Status);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        Assert.Equal(["one", "bad!", "three"], reader.Seen);
    }

    [Fact]
    public async Task AClientThatGoesAwayLeavesNothingBehind()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Content-Length: 10") + "hello", lab.Limit);
        await reader.AskedAsync(1, lab.Limit);
        client.Dispose();
        await lab.EndedAsync("client_reset");
        Assert.Empty(reader.Seen);
        Assert.Equal(0, lab.Origin.Accepted);
        Assert.Equal(0, lab.Metric("breakwater_body_memory_bytes"));
    }

    [Fact]
    public async Task ABodyThatStallsIsAnswered408()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Content-Length: 10") + "hello", lab.Limit);
        await reader.AskedAsync(1, lab.Limit);
        Task<Http1Message> response = lab.ResponseAsync(client);
        await lab.AdvanceUntilAsync(response);
        Assert.Equal(408, (await response).Status);
        Assert.Equal(0, lab.Origin.Accepted);
    }

    [Fact]
    public async Task ABodyThatIsMalformedIsAnswered400()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Transfer-Encoding: chunked") + "3\r\nabc\r\n", lab.Limit);
        await reader.AskedAsync(1, lab.Limit);
        await client.SendAsync("nonsense\r\n", lab.Limit);
        Assert.Equal(400, (await lab.ResponseAsync(client)).Status);
        await lab.ClosesAsync(client);
        Assert.Equal(0, lab.Origin.Accepted);
    }

    [Fact]
    public async Task ABodyLargerThanTheZoneTakesIsAnswered413BeforeTheOriginHearsOfIt()
    {
        (EdgeLab lab, BodyReader _) = await StartAsync(zone => zone with { MaxBodySize = 1000 });
        await using EdgeLab disposed = lab;
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Transfer-Encoding: chunked") + $"3e9\r\n{Text(1001)}\r\n", lab.Limit);
        Assert.Equal(413, (await lab.ResponseAsync(client)).Status);
        Assert.Equal(0, lab.Origin.Accepted);
    }

    /// <summary>Without memory what was read is seen, the rest is not, and all of it is forwarded.</summary>
    [Fact]
    public async Task WithoutMemoryTheBeginningIsSeenAndAllIsForwarded()
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync(settings: settings => settings with { BodyMemory = BodyMemory.ChunkBytes });
        await using EdgeLab _ = lab;
        string body = Text(30_000);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head("Content-Length: 30000") + body[..1000], lab.Limit);
        await reader.AskedAsync(1, lab.Limit);
        Task sending = SendAsync(client, body[1000..], 1000, chunked: false, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        Assert.Equal(body, (await origin.ReadRequestAsync(lab.Limit)).Body);
        await sending;
        Assert.True(reader.WasOutOfMemory);
        Assert.InRange(Assert.Single(reader.Seen).Length, 1000, 30_000);
        Assert.Equal(1, lab.Metric("breakwater_body_memory_refused_total"));
        Assert.Equal(0, lab.Metric("breakwater_body_memory_bytes"));
    }

    /// <summary>A connection that fails has taken nothing of the body: the next origin gets all of it.</summary>
    [Fact]
    public async Task AnOriginThatCannotBeReachedCostsNothingOfTheBody()
    {
        (EdgeLab lab, BodyReader _) = await StartAsync(
            zone => zone with
            {
                Balance = BalancePolicy.RoundRobin,
                Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", 1) }, .. zone.Origins],
            });
        await using EdgeLab disposed = lab;
        lab.Serve(request => $"HTTP/1.1 200 OK\r\nContent-Length: {request.Body.Length}\r\n\r\n{request.Body}");
        for (int i = 0; i < 4; i++)
        {
            RawClient client = await lab.ConnectAsync();
            await client.SendAsync(Head("Content-Length: 5") + "hello", lab.Limit);
            Assert.Equal("hello", (await lab.ResponseAsync(client)).Body);
        }
    }

    /// <summary>Windows of HTTP/2 open as the body is read, so that one larger than a window comes through.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(Limit)]
    [InlineData(1_500_000)]
    public async Task OverHttp2(int bytes)
    {
        (EdgeLab lab, BodyReader reader) = await StartAsync();
        await using EdgeLab _ = lab;
        lab.Serve(request => $"HTTP/1.1 200 OK\r\nContent-Length: {bytes.ToString(CultureInfo.InvariantCulture).Length}\r\n\r\n{request.Body.Length}");
        string body = Text(bytes);
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{lab.Edge.EndPoints[0]}/upload")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent(body),
        };
        request.Headers.Host = EdgeLab.Host;
        using HttpResponseMessage response = await client.SendAsync(request, lab.Limit);
        Assert.Equal(bytes.ToString(CultureInfo.InvariantCulture), await response.Content.ReadAsStringAsync(lab.Limit));
        Assert.StartsWith(Assert.Single(reader.Seen), body, StringComparison.Ordinal);
        Assert.Equal(0, lab.Metric("breakwater_body_memory_bytes"));
    }

    /// <summary>The gate of every exchange holds for those whose body is read ahead too.</summary>
    [Theory]
    [InlineData(1024)]
    [InlineData(8 * 1024)]
    public async Task ReadingAheadAllocatesNothingInSteadyState(int bytes)
    {
        using BlockingOrigin origin = new();
        await using Edge edge = await Edge.StartAsync(
            new BreakwaterConfig
            {
                Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],
                Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
                Zones = [new ZoneConfig { Name = "shop", Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", origin.EndPoint.Port) }] }],
            },
            new EdgeOptions(),
            TestContext.Current.CancellationToken);
        RulesEdge.Use(edge, [new SilentBodyReader()], [], []);
        double least = AllocationTests.Measure((IPEndPoint)edge.EndPoints[0], BrowserRequest.With("POST", bytes));
        output.WriteLine($"{least:F1} bytes per request");
        Assert.InRange(least, 0, 512);
    }

    private static async Task<(EdgeLab Lab, BodyReader Reader)> StartAsync(
        Func<ZoneConfig, ZoneConfig>? zone = null, Func<EdgeSettings, EdgeSettings>? settings = null)
    {
        EdgeLab lab = await EdgeLab.StartAsync(zone, config => config with
        {
            Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)), Protocols = ListenerProtocols.H1 | ListenerProtocols.H2 }],
        });
        var reader = new BodyReader(Limit);
        RulesEdge.Use(lab.Edge, [reader], [], [], settings);
        return (lab, reader);
    }

    private static string Head(string fields) => $"POST /upload HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n{fields}\r\n\r\n";

    /// <summary>Text in which every place is told from its neighbours.</summary>
    private static string Text(int length) => string.Create(length, 0, static (text, _) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)('a' + (i + i / 26 + i / 16384) % 26);
        }
    });

    private static async Task SendAsync(RawClient client, string body, int piece, bool chunked, CancellationToken cancel)
    {
        for (int at = 0; at < body.Length; at += piece)
        {
            string part = body[at..Math.Min(at + piece, body.Length)];
            await client.SendAsync(chunked ? $"{part.Length:x}\r\n{part}\r\n" : part, cancel);
        }

        await client.SendAsync(chunked ? "0\r\n\r\n" : "", cancel);
    }
}
