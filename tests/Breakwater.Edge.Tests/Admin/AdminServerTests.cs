using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Lifecycle;
using Breakwater.Edge.Waf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge.Tests.Admin;

public sealed class AdminServerTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-admin-").FullName;
    private readonly FakeEdge _edge = new();
    private AdminServer _server = null!;

    private string SocketPath => Path.Combine(_directory, "admin.sock");

    public async ValueTask InitializeAsync() =>
        _server = await AdminServer.StartAsync(SocketPath, ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)), _edge, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.False(File.Exists(SocketPath));
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void The_socket_is_for_its_owner_only() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));

    [Fact]
    public void The_address_has_its_real_port()
    {
        Assert.NotNull(_server.Address);
        Assert.NotEqual(0, _server.Address.Port);
    }

    [Theory]
    [InlineData(EdgeState.Starting, 503, "starting\n")]
    [InlineData(EdgeState.Ready, 200, "ready\n")]
    [InlineData(EdgeState.Draining, 503, "draining\n")]
    [InlineData(EdgeState.Stopped, 503, "stopped\n")]
    public async Task Readiness_follows_the_edge_and_health_does_not(EdgeState state, int status, string text)
    {
        _edge.State = state;
        foreach (HttpClient client in new[] { OverSocket(), OverNetwork() })
        {
            using HttpResponseMessage ready = await client.GetAsync("/readyz");
            Assert.Equal(status, (int)ready.StatusCode);
            Assert.Equal(text, await ready.Content.ReadAsStringAsync());
            Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
            client.Dispose();
        }
    }

    [Fact]
    public async Task Status_is_json_with_snake_case_names()
    {
        using HttpClient client = OverNetwork();
        using JsonDocument status = JsonDocument.Parse(await client.GetStringAsync("/status"));
        Assert.Equal("ready", status.RootElement.GetProperty("state").GetString());
        Assert.Equal(3, status.RootElement.GetProperty("generation").GetProperty("number").GetInt64());
        JsonElement origin = status.RootElement.GetProperty("zones")[0].GetProperty("origins")[0];
        Assert.Equal("down", origin.GetProperty("health").GetString());
        Assert.Equal(7, origin.GetProperty("in_flight").GetInt32());
    }

    [Fact]
    public async Task Metrics_are_what_the_edge_writes()
    {
        using HttpClient client = OverNetwork();
        using HttpResponseMessage response = await client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("breakwater_up 1\n", await response.Content.ReadAsStringAsync());

        _edge.Metrics = null;
        using HttpResponseMessage off = await client.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
    }

    [Fact]
    public async Task A_refused_reload_is_422_with_its_diagnostics()
    {
        _edge.Reloaded = new ReloadResult(
            FakeEdge.Generation, Changed: false, [ConfigDiagnostic.Error(new SourcePosition("b.yaml", 3, 5), "unknown key 'lisen'", "did you mean 'listeners'?")]);
        using HttpClient client = OverSocket();

        using HttpResponseMessage response = await client.PostAsync("/reload", null);
        ReloadAnswer answer = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), AdminJson.Default.ReloadAnswer)!;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.False(answer.Reloaded);
        Assert.Equal("b.yaml:3:5: unknown key 'lisen'; did you mean 'listeners'?", answer.Diagnostics.Single().ToDiagnostic().ToString());
    }

    [Fact]
    public async Task A_reload_with_warnings_only_succeeds()
    {
        _edge.Reloaded = new ReloadResult(
            FakeEdge.Generation, Changed: true, [ConfigDiagnostic.Warning(new SourcePosition("b.yaml", 3, 5), "the weight is 0", "remove the origin")]);
        using HttpClient client = OverSocket();
        using HttpResponseMessage response = await client.PostAsync("/reload", null);
        ReloadAnswer answer = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), AdminJson.Default.ReloadAnswer)!;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(answer is { Reloaded: true, Changed: true, Diagnostics: [{ Severity: "warning" }] });
    }

    [Theory]
    [InlineData("/stop", false, 30)]
    [InlineData("/stop?now=true", true, 0)]
    public async Task Stop_answers_before_it_stops(string path, bool now, double seconds)
    {
        using HttpClient client = OverSocket();
        using HttpResponseMessage response = await client.PostAsync(path, null);
        StopAnswer answer = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), AdminJson.Default.StopAnswer)!;
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(new StopAnswer(Environment.ProcessId, seconds), answer);
        Assert.Equal(now, Assert.Single(_edge.Stops));
    }

    [Theory]
    [InlineData("/reload")]
    [InlineData("/stop")]
    [InlineData("/stop?now=true")]
    [InlineData("/rollback")]
    [InlineData("/pin?what=all")]
    [InlineData("/unpin?what=all")]
    public async Task Over_a_network_nothing_can_be_changed(string path)
    {
        using HttpClient client = OverNetwork();
        using HttpResponseMessage response = await client.PostAsync(path, null);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("looking only", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, _edge.Reloads);
        Assert.Empty(_edge.Stops);
        Assert.Empty(_edge.Rollbacks);
        Assert.Empty(_edge.Pins);
    }

    /// <summary>D17: what is empty or not understood means nothing, least of all everything.</summary>
    [Theory]
    [InlineData("/reload?expected=")]
    [InlineData("/reload?expected=all")]
    [InlineData("/reload?expected=-1")]
    [InlineData("/reload?confirm=")]
    [InlineData("/reload?urgent=yes")]
    [InlineData("/rollback?to=")]
    [InlineData("/rollback?to=last")]
    [InlineData("/rollback?confirm")]
    public async Task Values_that_are_empty_or_unknown_are_refused(string path)
    {
        using HttpClient client = OverSocket();
        using HttpResponseMessage response = await client.PostAsync(path, null);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(0, _edge.Reloads);
        Assert.Empty(_edge.Rollbacks);
    }

    [Fact]
    public async Task Rollbacks_and_pins_say_what_they_are_for()
    {
        using HttpClient client = OverSocket();
        foreach (string path in (string[])["/rollback", "/rollback?to=7&confirm=true", "/pin?what=bad%20list", "/unpin?what=all"])
        {
            using HttpResponseMessage response = await client.PostAsync(path, null);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal([(null, false), (7L, true)], _edge.Rollbacks);
        Assert.Equal([("bad list", true), ("all", false)], _edge.Pins);
        using HttpResponseMessage none = await client.PostAsync("/pin?what=none", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);
        Assert.Contains("there is no feed", await none.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/reload", 405, "POST")]
    [InlineData("GET", "/rollback", 405, "POST")]
    [InlineData("GET", "/unpin", 405, "POST")]
    [InlineData("GET", "/stop", 405, "POST")]
    [InlineData("POST", "/status", 405, "GET, HEAD")]
    [InlineData("DELETE", "/metrics", 405, "GET, HEAD")]
    [InlineData("GET", "/", 404, null)]
    [InlineData("GET", "/status/", 404, null)]
    [InlineData("GET", "/../status2", 404, null)]
    [InlineData("HEAD", "/healthz", 200, null)]
    [InlineData("HEAD", "/metrics", 200, null)]
    [InlineData("HEAD", "/status", 200, null)]
    public async Task Methods_and_paths_are_what_is_documented(string method, string path, int status, string? allow)
    {
        using HttpClient client = OverSocket();
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(allow, response.Content.Headers.Allow.Count == 0 ? null : string.Join(", ", response.Content.Headers.Allow));
        Assert.Equal(0, _edge.Reloads);
    }

    [Fact]
    public async Task An_address_in_use_is_explained_and_leaves_nothing_behind()
    {
        string other = Path.Combine(_directory, "other.sock");
        CannotStartException e = await Assert.ThrowsAsync<CannotStartException>(
            () => AdminServer.StartAsync(other, ListenAddress.Of(_server.Address!), _edge, NullLoggerFactory.Instance));
        Assert.Equal($"the admin address {_server.Address} is in use", e.Problem);
        Assert.Contains("--admin", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_explained()
    {
        CannotStartException e = await Assert.ThrowsAsync<CannotStartException>(
            () => AdminServer.StartAsync(Path.Combine(_directory, "no", "admin.sock"), null, _edge, NullLoggerFactory.Instance));
        Assert.Contains("admin.sock", e.Problem, StringComparison.Ordinal);
        Assert.Contains("--data", e.Remedy, StringComparison.Ordinal);
    }

    private HttpClient OverNetwork() => new() { BaseAddress = new Uri($"http://{_server.Address}") };

    private HttpClient OverSocket() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://admin") };

    private sealed class FakeEdge : IAdministered
    {
        public static readonly GenerationStatus Generation = new(3, "0123456789ab", DateTimeOffset.UnixEpoch);

        public EdgeState State { get; set; } = EdgeState.Ready;

        public string? Metrics { get; set; } = "breakwater_up 1\n";

        public ReloadResult Reloaded { get; set; } = new(Generation, Changed: true, []);

        public int Reloads { get; private set; }

        public List<bool> Stops { get; } = [];

        public EdgeStatus GetStatus() => new()
        {
            Version = "0.1.0",
            ProcessId = 1,
            State = State,
            StartedAt = DateTimeOffset.UnixEpoch,
            UptimeSeconds = 5,
            Protection = "on",
            Generation = Generation,
            Listeners = [new ListenerStatus("http://127.0.0.1:8080", ["h1", "h2"])],
            Zones = [new ZoneStatus("shop", ["*"], [new ZoneOriginStatus("http://10.0.0.5:3000", 1, "down") { Reason = "connection refused", InFlight = 7 }])],
            Connections = new ConnectionsStatus(1, 2, 0),
            Requests = new RequestsStatus(0, 2),
        };

        public List<SecurityEvent> Events { get; } = [];

        public EventPage GetEvents(long after, int max) => new(Events.Count, [.. Events.Where(one => one.Number > after).Take(max)]);

        public RayExplanation? ExplainRay(string ray) => null;

        public WafReportPage GetWafReport(int max) => new(default, [], 0);

        public WafTopPage GetWafTop(int max) => new(0, 1, 0, []);

        public WafExclusionAnswer? FindWafExclusion(string ray) => null;

        public bool TryWriteMetrics(IBufferWriter<byte> output)
        {
            if (Metrics is null) return false;
            output.Write(Encoding.UTF8.GetBytes(Metrics));
            return true;
        }

        public GenerationsReport? GetGenerations() => Report;

        public GenerationsReport? Report { get; set; }

        public List<ReloadOrder> Orders { get; } = [];

        public Task<ReloadResult> ReloadAsync(ReloadOrder order)
        {
            Orders.Add(order);
            Reloads++;
            return Task.FromResult(Reloaded);
        }

        public List<(long? Number, bool Confirmed)> Rollbacks { get; } = [];

        public Task<ReloadResult> RollBackAsync(long? number, bool confirmed)
        {
            Rollbacks.Add((number, confirmed));
            return Task.FromResult(Reloaded);
        }

        public List<(string What, bool Pins)> Pins { get; } = [];

        public Task<PinAnswer> PinAsync(string what, bool pins)
        {
            Pins.Add((what, pins));
            return Task.FromResult(what == "none" ? new PinAnswer(false, "there is no feed 'none'", "write all", null) : new PinAnswer(true, what, "", null));
        }

        public TimeSpan RequestStop(bool now)
        {
            Stops.Add(now);
            return now ? TimeSpan.Zero : TimeSpan.FromSeconds(30);
        }
    }
}
