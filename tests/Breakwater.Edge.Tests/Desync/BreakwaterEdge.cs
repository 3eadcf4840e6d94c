using System.Net;
using Breakwater.Config;

namespace Breakwater.Edge.Tests.Desync;

/// <summary>The edge itself, on a real listener, with its defaults except that an origin full of faults is never left out.</summary>
internal sealed class BreakwaterEdge(Edge edge) : IEdgeUnderTest
{
    public IPEndPoint Endpoint => (IPEndPoint)edge.EndPoints[0];

    public static async Task<BreakwaterEdge> StartAsync(IPEndPoint origin) => new(await Edge.StartAsync(
        new BreakwaterConfig
        {
            Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],
            Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
            Zones =
            [
                new ZoneConfig
                {
                    Name = "desync",
                    Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, origin.Address.ToString(), origin.Port) }],
                    Outlier = new OutlierConfig { ConsecutiveFailures = 0 },
                },
            ],
        },
        new EdgeOptions()));

    public ValueTask DisposeAsync() => edge.DisposeAsync();
}
