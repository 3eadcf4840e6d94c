using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Time;

/// <summary>The machine's clock jumps: limits, deadlines and connections notice nothing, and the Date field goes with it.</summary>
public sealed class ClockJumpTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(-60 * 24 * 365)]
    [InlineData(60 * 24 * 30)]
    public async Task NobodyIsBannedOrLetInByAJumpAndNoConnectionEnds(int minutes)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var origin = new PlayedOrigin();
        _ = origin.ServeAsync(_ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", limit.Token);
        var time = new JumpingTime();
        ConfigResult read = ConfigReader.Read($$$"""
            listeners: [{address: "127.0.0.1:0"}]
            logging: {access: {to: "off"}}
            zones:
              - name: shop
                origins: [{url: "http://127.0.0.1:{{{origin.Port}}}"}]
                rules: [{when: true, limit: 2 per 1m, do: block}]
            """, "breakwater.yaml");
        Assert.NotNull(read.Config);
        await using Edge edge = await Edge.StartAsync(read.Config, new EdgeOptions { Time = time }, limit.Token);
        var client = new RawClient();
        await client.ConnectAsync((IPEndPoint)edge.EndPoints[0], limit.Token);

        Assert.Equal((200, 200), (await StatusAsync(), await StatusAsync()));
        int refused = await StatusAsync();
        Assert.Equal(429, refused);

        time.Jump = TimeSpan.FromMinutes(minutes);
        Http1Message still = await AskAsync();
        Assert.Equal(429, still.Status);
        Assert.Equal(time.GetUtcNow().ToString("r", System.Globalization.CultureInfo.InvariantCulture), Assert.Single(still.Values("Date")));

        // The limit's own time passes as ever; a fresh connection, since the first one was idle for too long by then.
        time.Advance(TimeSpan.FromMinutes(3));
        client = new RawClient();
        await client.ConnectAsync((IPEndPoint)edge.EndPoints[0], limit.Token);
        Assert.Equal(200, await StatusAsync());

        async Task<int> StatusAsync() => (await AskAsync()).Status;

        async Task<Http1Message> AskAsync()
        {
            await client.SendAsync(Get, limit.Token);
            Http1Message? response = await client.ReadResponseAsync(false, limit.Token);
            Assert.NotNull(response);
            return response;
        }
    }

    /// <summary>Monotonic time as it is moved; wall-clock time beside it by a jump.</summary>
    private sealed class JumpingTime() : FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero))
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

        // The base's follows GetUtcNow.
        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
