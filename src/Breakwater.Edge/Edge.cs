using System.Buffers;
using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Http2;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Listeners.Sockets;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Edge.Waf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge;

/// <summary>A running edge: listeners in front, origins behind. Thread-safe.</summary>
/// <remarks>
/// For the cheapest request, the process should set <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1</c> before it uses its first socket;
/// everything works without it, on the thread pool.
/// </remarks>
public sealed class Edge : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly IServer _server;
    private readonly DataPlane _plane;
    private readonly OriginRegistry _origins;
    private readonly ListenerSet _listeners;
    private readonly BreakwaterConfig _started;
    private readonly GenerationRoad _road;
    private FuseGuards? _guards;
    private OtlpExport? _otlp;
    private int _stopped;

    private Edge(WebApplication host, DataPlane plane, OriginRegistry origins, RuleStores stores, ListenerSet listeners, GenerationRoad road)
    {
        _host = host;
        _server = host.Services.GetRequiredService<IServer>();
        _plane = plane;
        _origins = origins;
        Stores = stores;
        _listeners = listeners;
        _road = road;
        _started = plane.Live.Config;
    }

    /// <summary>The addresses that it listens on, in configured order; ports that the system chose are filled in.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _listeners.EndPoints;

    /// <summary>The number of the generation in force.</summary>
    public long GenerationNumber => _plane.Live.Number;

    internal DataPlane Plane => _plane;

    internal OriginRegistry Origins => _origins;

    internal RuleStores Stores { get; }

    internal ListenerSet Listeners => _listeners;

    /// <summary>What guards its modules; null where nothing does.</summary>
    internal FuseGuards? Guards => _guards;

    /// <summary>The way of every change.</summary>
    internal GenerationRoad Road => _road;

    /// <summary>Starts an edge. Returns when it listens.</summary>
    /// <param name="config">A configuration without errors.</param>
    /// <param name="options">The rest.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="ConfigurationException">The configuration can't be compiled; all the reasons are in it.</exception>
    /// <exception cref="IOException">A listener's address is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A listener's address is not allowed, or not this machine's.</exception>
    public static Task<Edge> StartAsync(BreakwaterConfig config, EdgeOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        return StartAsync(GenerationDocument.Of(config), options, cancellation);
    }

    /// <summary>Starts an edge with a document as it was read.</summary>
    /// <inheritdoc cref="StartAsync(BreakwaterConfig, EdgeOptions, CancellationToken)"/>
    internal static async Task<Edge> StartAsync(GenerationDocument document, EdgeOptions options, CancellationToken cancellation = default)
    {
        var clock = new EdgeClock(options.Time);
        var heartbeat = new Heartbeat(clock);
        FuseGuards? guards = FuseGuards.Create(options, clock);
        var stores = new RuleStores(clock) { Fuses = guards?.Box };
        var origins = new OriginRegistry(clock, heartbeat, options.Loggers.CreateLogger<OriginRegistry>());
        GenerationRoad? road = null;
        try
        {
            var compiler = new GenerationCompiler(origins, stores, clock);
            string? dataDirectory = options.DataDirectory ?? document.Config?.DataDirectory;
            var parts = new RoadParts(origins, compiler)
            {
                Store = options.Store,
                Taster = options.Taster,
                DataDirectory = dataDirectory,
                CanaryTime = options.CanaryTime,
            };
            RoadStart start = await new GenerationStart(parts, clock, options.Loggers.CreateLogger("Breakwater.Generations")).ChooseAsync(document, options.StartsWithPrevious).ConfigureAwait(false);
            BreakwaterConfig config = start.Generation.Config;
            origins.Adopt(start.Generation.OriginGroups);
            var metrics = new EdgeMetrics();
            OriginReadings.AddTo(metrics, origins);
            ILogger logger = options.Loggers.CreateLogger("Breakwater.Edge");
            List<ConfigDiagnostic> problems = [];
            AccessLog? accessLog = AccessLog.Open(config.Logging.Access, clock, logger, problems);
            EventLog? eventLog = EventLog.Open(config.Logging.Events, clock, logger, problems);
            if (problems.Count > 0)
            {
                throw new ConfigurationException(problems);
            }

            accessLog?.AddTo(metrics);
            var plane = new DataPlane(clock, heartbeat, options.Loggers, metrics, accessLog, start.Generation, eventLog) { Fuses = guards?.Box };
            plane.Events.AddTo(metrics);
            plane.BodyMemory.AddTo(metrics);
            stores.Events.AddTo(metrics);
            metrics.Observe(Instruments.GeoFaults, sink => sink.Value(stores.GeoFaults.Count));
            road = new GenerationRoad(plane, parts, start);
            stores.Waf.AddTo(metrics);
            stores.Waf.Bodies = plane.BodyMemory;
            stores.Waf.Log = options.Loggers.CreateLogger("Breakwater.Waf");
            stores.Waf.Geography.Source = () => plane.Live.Geography;
            var listeners = new ListenerSet(config, plane);
            WebApplication host = BuildHost(options, listeners);
            var edge = new Edge(host, plane, origins, stores, listeners, road) { _guards = guards };
            guards?.Start(metrics, () => plane.Live.Number);
            await edge._server.StartAsync(new Http2Application(plane), cancellation).ConfigureAwait(false);
            edge._otlp = config.Metrics.Otlp is { } otlp ? OtlpExport.Start(otlp, metrics, logger) : null;
            return edge;
        }
        catch
        {
            guards?.Dispose();
            road?.Dispose();
            origins.Dispose();
            heartbeat.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes another configuration down the road of every change. No connection and no exchange in progress is touched. Listeners, and what
    /// else belongs to the process rather than to a generation, stay as they are; a change of those is answered by a warning.
    /// </summary>
    /// <returns>What was found; with an error among it nothing has changed.</returns>
    public async Task<IReadOnlyList<ConfigDiagnostic>> ReloadAsync(BreakwaterConfig config, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        var request = new RoadRequest(new ChangeOrigin(ChangeSource.Command)) { Read = () => GenerationDocument.Of(config) };
        return (await TakeAsync(request, cancellation).ConfigureAwait(false)).Diagnostics;
    }

    /// <summary>Takes a change down the road, and warns of what it would take a restart for.</summary>
    internal async Task<RoadResult> TakeAsync(RoadRequest request, CancellationToken cancellation = default) =>
        Warn(await _road.TakeAsync(request, cancellation).ConfigureAwait(false));

    /// <summary>Goes back to an earlier generation, and warns of what it would take a restart for.</summary>
    internal async Task<RoadResult> RollBackAsync(long? number, bool confirmed) => Warn(await _road.RollBackAsync(number, confirmed).ConfigureAwait(false));

    private RoadResult Warn(RoadResult result) =>
        result.Succeeded ? result with { Diagnostics = [.. result.Diagnostics, .. FixedAtStart.Compare(_started, _plane.Live.Config)] } : result;

    /// <summary>
    /// Ends gracefully: accepts nothing new, tells kept-alive connections to go, lets exchanges finish, and cuts what is left after
    /// <paramref name="bound"/>.
    /// </summary>
    /// <returns>How many connections had to be cut.</returns>
    public async Task<int> DrainAsync(TimeSpan bound, CancellationToken now = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return 0;
        }

        // Kestrel stops listening first and then waits for its connections, ours among them, until the token ends its patience.
        using var patience = new CancellationTokenSource(bound, _plane.Clock.Provider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, now);
        int cut = 0;
        using CancellationTokenRegistration over = either.Token.UnsafeRegister(_ => cut = _plane.Connections.AbortAll(ConnectionEnd.Drained), null);
        _plane.Connections.DrainAll();
        await _server.StopAsync(either.Token).ConfigureAwait(false);
        return cut;
    }

    /// <summary>
    /// Sends clients elsewhere, where another process has the listening sockets: each connection ends with its next answer. Idle ones are left
    /// alone, since a client may be about to send.
    /// </summary>
    /// <param name="bound">How long to wait for that.</param>
    /// <param name="now">Ends the wait.</param>
    internal async Task LeaveAsync(TimeSpan bound, CancellationToken now)
    {
        _plane.Connections.LeaveAll();
        long begun = _plane.Clock.Provider.GetTimestamp();
        while (_plane.Connections.Count > 0 && !now.IsCancellationRequested && _plane.Clock.Provider.GetElapsedTime(begun) < bound)
        {
            await Task.Delay(Heartbeat.Interval, _plane.Clock.Provider, now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Opens the files of access log and event log again, after a rotation.</summary>
    public void ReopenLogs()
    {
        _plane.AccessLog?.Reopen();
        _plane.Events.Log?.Reopen();
    }

    /// <summary>The security events that are kept and that came after a certain one.</summary>
    /// <param name="after">The number of the last one that is known; 0 = none.</param>
    /// <param name="max">How many at most, the oldest first.</param>
    public EventPage EventsAfter(long after, int max) => _plane.Events.Store.After(after, max);

    /// <summary>What is known of an exchange that had events; null when they are not kept, or not any more.</summary>
    public RayExplanation? Explain(string ray) => RayExplainer.Explain(ray, _plane);

    /// <summary>What the firewall refused, or would have refused, by rule and path.</summary>
    /// <param name="max">Lines at most.</param>
    public WafReportPage GetWafReport(int max) => Stores.Waf.Report.Read(max);

    /// <summary>The time that the firewall's rules take.</summary>
    /// <param name="max">Rules at most.</param>
    public WafTopPage GetWafTop(int max) =>
        Stores.Waf.Times.Read(_plane.Live.Zones.All.Select(zone => zone.Waf?.Rules).OfType<WafRules>().Distinct(), max);

    /// <summary>What would have let a request pass that the firewall refused; null when it is not kept, or not any more.</summary>
    public WafExclusionAnswer? FindWafExclusion(string ray)
    {
        Generation live = _plane.Live;
        return Stores.Waf.Samples.Find(ray) is { } sample && live.Zones.All.FirstOrDefault(zone => zone.Name == sample.Zone) is { Waf: not null } zone
            ? new WafExclusionFinder(sample, zone, live, _plane.Clock, Stores.Waf).Find()
            : null;
    }

    /// <summary>Writes the metrics in the Prometheus text format.</summary>
    public void WriteMetrics(IBufferWriter<byte> output) => _plane.Metrics.WritePrometheus(output);

    /// <summary>Ends at once, unless it has been drained.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(TimeSpan.Zero).ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _guards?.Dispose();
        _road.Dispose();
        _origins.Dispose();
        _plane.Heartbeat.Dispose();
        _otlp?.Dispose();
        _plane.AccessLog?.Dispose();
        _plane.Events.Dispose();
        _plane.Metrics.Dispose();
    }

    private static WebApplication BuildHost(EdgeOptions options, ListenerSet listeners)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(options.Loggers);
        builder.Services.AddSingleton<IConnectionListenerFactory>(services =>
            new SocketTransport(services.GetRequiredService<IMemoryPoolFactory<byte>>(), options.Time, options.Loggers.CreateLogger<SocketTransport>(), options.Gate, options.Sockets));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(listeners.Configure);
        if (listeners.NeedQuic())
        {
            builder.WebHost.UseQuic();
        }

        return builder.Build();
    }
}
