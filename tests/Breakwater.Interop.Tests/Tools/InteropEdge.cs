using System.Net;
using Breakwater.Config;

namespace Breakwater.Interop.Tests.Tools;

/// <summary>An edge in this process: one plain listener on loopback, one zone, its defaults unless a test adjusts them.</summary>
internal sealed class InteropEdge : IAsyncDisposable
{
    private readonly Edge.Edge _edge;

    private InteropEdge(Edge.Edge edge) => _edge = edge;

    public IPEndPoint Endpoint => (IPEndPoint)_edge.EndPoints[0];

    /// <summary>Where clients find it, without a slash at the end.</summary>
    public string Url => $"http://{Endpoint}";

    public static Task<InteropEdge> StartAsync(Uri origin, Func<ZoneConfig, ZoneConfig>? zone = null, LimitsConfig? limits = null) =>
        StartAsync(new IPEndPoint(IPAddress.Parse(origin.Host), origin.Port), zone, limits);

    public static async Task<InteropEdge> StartAsync(IPEndPoint origin, Func<ZoneConfig, ZoneConfig>? zone = null, LimitsConfig? limits = null)
    {
        ZoneConfig standard = new()
        {
            Name = "interop",
            Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, origin.Address.ToString(), origin.Port) }],
        };
        return new InteropEdge(await Edge.Edge.StartAsync(
            new BreakwaterConfig
            {
                Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],
                Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
                Limits = limits ?? new LimitsConfig(),
                Zones = [zone is null ? standard : zone(standard)],
            },
            new Edge.EdgeOptions()));
    }

    public ValueTask DisposeAsync() => _edge.DisposeAsync();
}
