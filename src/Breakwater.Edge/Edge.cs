using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Http2;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge;

/// <summary>What an edge is started with besides its configuration. Immutable.</summary>
public sealed record EdgeOptions
{
    /// <summary>Where the edge's own log goes; nowhere by default.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The time; tests move it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

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

    private Edge(WebApplication host, IServer server, DataPlane plane, OriginRegistry origins)
    {
        _host = host;
        _server = server;
        _plane = plane;
        _origins = origins;
    }

    /// <summary>The addresses that it listens on, in configured order; ports that the system chose are filled in.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>Starts an edge. Returns when it listens.</summary>
    /// <param name="config">A configuration without errors.</param>
    /// <param name="options">The rest.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="IOException">A listener's address is in use or not allowed.</exception>
    public static async Task<Edge> StartAsync(BreakwaterConfig config, EdgeOptions options, CancellationToken cancellation = default)
    {
        var clock = new EdgeClock(options.Time);
        var heartbeat = new Heartbeat(clock);
        var metrics = new EdgeMetrics();
        var origins = new OriginRegistry(clock, heartbeat, options.Loggers.CreateLogger<OriginRegistry>());
        var compiler = new GenerationCompiler(origins, clock);
        CompileResult first = compiler.Compile(config, 1);
        if (first.Generation is null)
        {
            throw new ConfigurationException(first.Diagnostics);
        }

        origins.Adopt([.. first.Generation.Zones.All.Select(zone => zone.Origins)]);
        var plane = new DataPlane(clock, heartbeat, options.Loggers, metrics, null, first.Generation);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(options.Loggers);
        builder.WebHost.UseKestrelCore().UseSockets(Transport.Configure).ConfigureKestrel(kestrel => ListenerSet.Configure(kestrel, config, plane));
        WebApplication host = builder.Build();
        IServer server = host.Services.GetRequiredService<IServer>();
        var edge = new Edge(host, server, plane, origins);
        await server.StartAsync(new Http2Application(plane), cancellation).ConfigureAwait(false);
        return edge;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await _server.StopAsync(now.Token).ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _origins.Dispose();
        _plane.Heartbeat.Dispose();
        _plane.Metrics.Dispose();
    }
}
