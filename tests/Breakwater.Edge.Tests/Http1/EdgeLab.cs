using System.Buffers;
using System.Net;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Http1;

/// <summary>
/// An edge on a real listener before an origin that the test plays. Its clock stands still unless the test moves it; real time only bounds
/// the test. Owned by one test.
/// </summary>
internal sealed class EdgeLab : IAsyncDisposable
{
    public const string Host = "shop.test";

    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<RawClient> _clients = [];

    private EdgeLab(PlayedOrigin origin) => Origin = origin;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    public PlayedOrigin Origin { get; }

    public Edge Edge { get; private set; } = null!;

    /// <summary>Cancelled when the test takes too long.</summary>
    public CancellationToken Limit => _limit.Token;

    public static Task<EdgeLab> StartAsync(Func<ZoneConfig, ZoneConfig>? zone = null, Func<BreakwaterConfig, BreakwaterConfig>? config = null)
    {
        var origin = new PlayedOrigin();
        return StartAsync(origin, new OriginAddress(IsTls: false, "127.0.0.1", origin.Port), zone, config);
    }

    public static async Task<EdgeLab> StartAsync(
        PlayedOrigin origin, OriginAddress address, Func<ZoneConfig, ZoneConfig>? zone = null, Func<BreakwaterConfig, BreakwaterConfig>? config = null)
    {
        var lab = new EdgeLab(origin);
        lab._limit.CancelAfter(TimeSpan.FromSeconds(30));
        var standard = new ZoneConfig { Name = "shop", Hosts = [HostPattern.Exact(Host)], Origins = [new OriginConfig { Url = address }] };
        var whole = new BreakwaterConfig
        {
            Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],
            Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
            Zones = [zone is null ? standard : zone(standard)],
        };
        lab.Edge = await Edge.StartAsync(config is null ? whole : config(whole), new EdgeOptions { Time = lab.Time }, lab.Limit);
        return lab;
    }

    /// <summary>A client that is connected.</summary>
    public async Task<RawClient> ConnectAsync()
    {
        var client = new RawClient();
        _clients.Add(client);
        await client.ConnectAsync((IPEndPoint)Edge.EndPoints[0], Limit);
        return client;
    }

    /// <summary>Lets the origin answer every request without the test's help.</summary>
    public void Serve(Func<Http1Message, string> answer) => _ = Origin.ServeAsync(answer, Limit);

    /// <summary>The next response, which must come.</summary>
    public async Task<Http1Message> ResponseAsync(RawClient client, bool bodyless = false)
    {
        Http1Message? response = await client.ReadResponseAsync(bodyless, Limit);
        Assert.True(response is not null, $"There is no whole response; received: {client.Received}");
        return response;
    }

    /// <summary>Nothing more comes, and the edge closes.</summary>
    public async Task ClosesAsync(RawClient client)
    {
        Assert.True(await client.ReadToEndAsync(Limit), "The connection stays open.");
        Assert.Equal("", client.Rest);
    }

    /// <summary>
    /// Moves the clock beat by beat until the task is over. How many beats that takes depends on when the edge began to wait, which is not
    /// to be seen from outside; so this bounds the time from above only.
    /// </summary>
    public async Task AdvanceUntilAsync(Task over)
    {
        while (!over.IsCompleted && !Limit.IsCancellationRequested)
        {
            Time.Advance(Heartbeat.Interval);
            await Task.WhenAny(over, Task.Delay(1));
        }

        await over;
    }

    /// <summary>The sum of a metric over its labels.</summary>
    public long Metric(string name)
    {
        var text = new ArrayBufferWriter<byte>();
        Edge.WriteMetrics(text);
        return Encoding.UTF8.GetString(text.WrittenSpan).Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until the edge has counted a connection that ended for this reason.</summary>
    public async Task EndedAsync(string end)
    {
        while (Ended(end) == 0)
        {
            Limit.ThrowIfCancellationRequested();
            await Task.Delay(2);
        }
    }

    /// <summary>How many connections ended for this reason.</summary>
    public long Ended(string end)
    {
        var text = new ArrayBufferWriter<byte>();
        Edge.WriteMetrics(text);
        return Encoding.UTF8.GetString(text.WrittenSpan).Split('\n')
            .Where(line => line.StartsWith("breakwater_connections_ended_total", StringComparison.Ordinal) && line.Contains($"end=\"{end}\"", StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        _clients.ForEach(client => client.Dispose());
        await Edge.DisposeAsync();
        Origin.Dispose();
        _limit.Dispose();
    }
}
