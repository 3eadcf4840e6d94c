using Breakwater.Config;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Http1;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>Upgraded connections: bytes both ways, ends, and what they say of their origin.</summary>
public sealed class TunnelTests
{
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private static readonly string Upgrade =
        $"GET /ws HTTP/1.1\r\nHost: {EdgeLab.Host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    [Fact]
    public async Task BytesGoBothWaysUntilOneSideEnds()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync();
        (RawClient client, PlayedConnection origin) = await OpenAsync(lab);
        await client.SendAsync("up \0\u00ff", lab.Limit);
        Assert.Equal("up \0\u00ff", await origin.ReadThroughAsync("\u00ff", lab.Limit));
        await origin.SendAsync("down \0\u00ff", lab.Limit);
        origin.CloseSending();
        Assert.True(await client.ReadToEndAsync(lab.Limit));
        Assert.Equal("down \0\u00ff", client.Rest);
        await lab.EndedAsync("tunnel_closed");
    }

    [Fact]
    public async Task OneOnWhichNothingMovesEnds()
    {
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with { Timeouts = new TimeoutsConfig { TunnelIdle = TimeSpan.FromSeconds(20) } });
        (RawClient client, PlayedConnection origin) = await OpenAsync(lab);
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(".", lab.Limit);
            await origin.ReadThroughAsync(".", lab.Limit);
            lab.Time.Advance(TimeSpan.FromSeconds(15));
        }

        await lab.AdvanceUntilAsync(lab.ClosesAsync(client));
        Assert.Equal("", await origin.ReadToEndAsync(lab.Limit));
    }

    /// <summary>An origin that takes a tunnel is well, however long that lasts: failures before it and failures after it are not in a row.</summary>
    [Fact]
    public async Task AnAcceptedTunnelCountsAsASuccessAtOnce()
    {
        // A zone's only origin is never ejected, so there is a second one; paths decide who is asked.
        using var other = new PlayedOrigin();
        await using EdgeLab lab = await EdgeLab.StartAsync(zone => zone with
        {
            Origins = [zone.Origins[0], new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", other.Port) }],
            Balance = BalancePolicy.Hash,
            HashBy = HashKey.Path,
            Outlier = new OutlierConfig { ConsecutiveFailures = 3 },
        });
        bool failing = false;
        lab.Serve(request => request.Values("Upgrade").Any() ? Accepted : $"HTTP/1.1 {(failing ? 502 : 200)} x\r\nContent-Length: 3\r\n\r\none");
        _ = other.ServeAsync(_ => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother", lab.Limit);
        RawClient client = await lab.ConnectAsync();
        string path = "/";
        while (await GetAsync(lab, client, path) != "one")
        {
            path += "x";
        }

        Origin origin = lab.Edge.Origins.Origins.Single(origin => origin.Url.Port == lab.Origin.Port);
        failing = true;
        await FailAsync(lab, client, path, times: 2);
        RawClient tunnel = await lab.ConnectAsync();
        await tunnel.SendAsync(Upgrade.Replace("/ws", path, StringComparison.Ordinal), lab.Limit);
        Assert.Equal(101, (await lab.ResponseAsync(tunnel)).Status);
        await FailAsync(lab, client, path, times: 2);
        Assert.Equal(OriginState.Up, origin.GetStatus().State);
        await FailAsync(lab, client, path, times: 1);
        Assert.Equal(OriginState.Ejected, origin.GetStatus().State);
    }

    private static async Task<(RawClient Client, PlayedConnection Origin)> OpenAsync(EdgeLab lab)
    {
        RawClient client = await lab.ConnectAsync();
        await client.SendAsync(Upgrade, lab.Limit);
        PlayedConnection origin = await lab.Origin.AcceptAsync(lab.Limit);
        await origin.ReadHeadAsync(lab.Limit);
        await origin.SendAsync(Accepted, lab.Limit);
        Assert.Equal(101, (await lab.ResponseAsync(client)).Status);
        return (client, origin);
    }

    private static async Task<string> GetAsync(EdgeLab lab, RawClient client, string path)
    {
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {EdgeLab.Host}\r\n\r\n", lab.Limit);
        return (await lab.ResponseAsync(client)).Body;
    }

    private static async Task FailAsync(EdgeLab lab, RawClient client, string path, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.Equal("one", await GetAsync(lab, client, path));
        }

        // The outcome is taken note of after the answer, and the next request on the connection is read after that.
        await client.SendAsync("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n", lab.Limit);
        Assert.Equal(421, (await lab.ResponseAsync(client)).Status);
    }
}
