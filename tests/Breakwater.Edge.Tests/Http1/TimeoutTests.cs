using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>How long the edge waits for whom, and what happens then. Time moves only when the test moves it.</summary>
public sealed class TimeoutTests
{
    private static readonly string Get = $"GET / HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n";
    private static readonly string Head = $"POST /upload HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nContent-Length: 1000\r\n\r\n";

    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    public static TheoryData<LimitsConfig> SlowBodies =>
    [
        new LimitsConfig { BodyTimeout = TimeSpan.FromSeconds(7), MinReadRate = 0 },
        new LimitsConfig { BodyTimeout = Never, MinReadRate = 100 },
    ];

    [Fact]
    public async Task AConnectionOnWhichNothingComesIsClosedInSilence()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await lab.AdvanceUntilAsync(lab.ClosesAsync(client));
        await lab.EndedAsync("header_timeout");
    }

    [Fact]
    public async Task AHeadThatIsNotCompletedIsAnsweredWith408()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Ok);
        RawClient client = await lab.ConnectAsync();

        // The beginning of the second head comes along with the first request, so that it is there once that is answered.
        await client.SendAsync(Get + "GET /slow HTT", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        Task<Http1Message> late = lab.ResponseAsync(client);
        await lab.AdvanceUntilAsync(late);
        Assert.Equal(408, (await late).Status);
        Assert.Equal(["close"], (await late).Values("Connection"));
        client.CloseSending();
        await lab.ClosesAsync(client);
        await lab.EndedAsync("header_timeout");
    }

    [Fact]
    public async Task AHeadGainsNoTimeByComingInDrops()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(config: config => config with { Limits = new LimitsConfig { HeaderTimeout = TimeSpan.FromSeconds(10) } });
        lab.Serve(Ok);
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get + "GET /", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
        Task<Http1Message> late = lab.ResponseAsync(client);
        for (int second = 0; second < 30 && !late.IsCompleted; second++)
        {
            await client.SendAsync("x", lab.Limit);
            lab.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(late, Task.Delay(10));
        }

        Assert.True(late.IsCompleted, "Each drop bought more time.");
        Assert.Equal(408, (await late).Status);
    }

    [Fact]
    public async Task AnIdleConnectionIsClosedInSilenceButNotEarly()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        lab.Serve(Ok);
        RawClient client = await lab.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(Get, lab.Limit);
            Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
            lab.Time.Advance(TimeSpan.FromSeconds(74));
        }

        await lab.AdvanceUntilAsync(lab.ClosesAsync(client));
        await lab.EndedAsync("idle_timeout");
    }

    [Theory]
    [MemberData(nameof(SlowBodies))]
    public async Task ABodyThatStopsIsAnsweredWith408(LimitsConfig limits)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(config: config => config with { Limits = limits });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head + "abc", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync("\r\n\r\nabc", lab.Limit);
        Task<Http1Message> late = lab.ResponseAsync(client);
        await lab.AdvanceUntilAsync(late);
        Assert.Equal(408, (await late).Status);
        Assert.Equal(["close"], (await late).Values("Connection"));
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
        client.CloseSending();
        await lab.ClosesAsync(client);
        await lab.EndedAsync("body_timeout");
    }

    [Fact]
    public async Task ABodyInDropsIsTooSlowInAll()
    {
        var limits = new LimitsConfig { BodyTimeout = Never, MinReadRate = 100, RateGrace = TimeSpan.FromSeconds(5) };
        await using EdgeLab lab = await EdgeLab.StartAsync(config: config => config with { Limits = limits });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadHeadAsync(lab.Limit);
        Task<Http1Message> late = lab.ResponseAsync(client);
        for (int second = 0; second < 60 && !late.IsCompleted; second++)
        {
            await client.SendAsync("x", lab.Limit);
            lab.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(late, Task.Delay(10));
        }

        Assert.True(late.IsCompleted, "A byte a second was enough.");
        Assert.Equal(408, (await late).Status);
    }

    [Fact]
    public async Task ABodyThatStopsUnderAResponseCutsIt()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head + "abc", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync("\r\n\r\nabc", lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", lab.Limit);
        Task<bool> end = client.ReadToEndAsync(lab.Limit);
        await lab.AdvanceUntilAsync(end);
        Assert.EndsWith("\r\n\r\npart", client.Received, StringComparison.Ordinal);
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
        await lab.EndedAsync("body_timeout");
    }

    [Fact]
    public async Task AClientThatDoesNotReadIsCut()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(config: config => config with { Limits = new LimitsConfig { MinWriteRate = 100_000 } });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", lab.Limit);
        Task sending = FloodAsync(origin, lab.Limit);
        await lab.AdvanceUntilAsync(lab.EndedAsync("write_timeout"));

        // Nor is the origin kept waiting.
        await sending;
    }

    [Fact]
    public async Task AnOriginThatDoesNotAnswerIsGivenUp()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with { Timeouts = new TimeoutsConfig { FirstByte = TimeSpan.FromSeconds(3) } });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        Task<Http1Message> late = lab.ResponseAsync(client);
        await lab.AdvanceUntilAsync(late);
        Assert.Equal(504, (await late).Status);
        Assert.Contains("origin_first_byte_timeout", (await late).Body, StringComparison.Ordinal);
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));

        // That was the origin's fault: the client may go on.
        Assert.Empty((await late).Values("Connection"));
    }

    /// <summary>The time for the first byte begins when the request has been sent, not while the client takes its time with the body.</summary>
    [Fact]
    public async Task AnOriginIsNotBlamedForASlowClient()
    {
        var limits = new LimitsConfig { BodyTimeout = Never, MinReadRate = 0 };
        await using EdgeLab lab = await EdgeLab.StartAsync(
            zone => zone with { Timeouts = new TimeoutsConfig { FirstByte = TimeSpan.FromSeconds(3), BetweenBytes = TimeSpan.FromSeconds(3) } },
            config => config with { Limits = limits });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Head + "abc", lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadThroughAsync("\r\n\r\nabc", lab.Limit);

        // What was sent before may still be under the deadline of its sending; the next piece begins after that.
        for (int i = 0; i < 5; i++)
        {
            lab.Time.Advance(TimeSpan.FromSeconds(2));
            await client.SendAsync("d", lab.Limit);
            await origin.ReadThroughAsync("d", lab.Limit);
        }

        await client.SendAsync(new string('e', 992), lab.Limit);
        await origin.ReadThroughAsync(new string('e', 992), lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", lab.Limit);
        Assert.Equal(200, (await lab.ResponseAsync(client)).Status);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(600, 5)]
    public async Task AResponseThatStopsIsCut(int betweenBytes, int total)
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with
        {
            Timeouts = new TimeoutsConfig { BetweenBytes = TimeSpan.FromSeconds(betweenBytes), Total = TimeSpan.FromSeconds(total) },
        });
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Get, lab.Limit);
        using PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadRequestAsync(lab.Limit);
        await origin.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", lab.Limit);
        await lab.AdvanceUntilAsync(client.ReadToEndAsync(lab.Limit));

        // The last chunk is missing, so that the client can tell.
        Assert.EndsWith("4\r\npart\r\n", client.Received, StringComparison.Ordinal);
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
        await lab.EndedAsync("response_aborted");
    }

    private static string Ok(Http1Message request) => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static async Task FloodAsync(PlayedConnection origin, CancellationToken cancel)
    {
        string bytes = new('x', 100_000);
        try
        {
            while (true)
            {
                await origin.SendAsync(bytes, cancel);
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The edge has closed.
        }
    }
}
