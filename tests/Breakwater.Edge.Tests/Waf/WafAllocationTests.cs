using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Tests.Forwarding;

namespace Breakwater.Edge.Tests.Waf;

/// <summary>What a request may allocate that the firewall's own rules look at, in steady state, over the whole process.</summary>
[Collection(AloneCollection.Name)]
public sealed class WafAllocationTests(ITestOutputHelper output)
{
    /// <summary>The gate, in bytes per request.</summary>
    private const double Limit = 1024;

    [Theory]
    [InlineData("GET", 0)]
    [InlineData("POST", 1024)]
    [InlineData("POST", 10 * 1024)]
    public async Task ARequestStaysUnderTheLimit(string method, int bodyBytes)
    {
        using BlockingOrigin origin = new();
        await using Edge edge = await Edge.StartAsync(
            new BreakwaterConfig
            {
                Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],
                Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
                Zones =
                [
                    new ZoneConfig
                    {
                        Name = "shop",
                        Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", origin.EndPoint.Port) }],
                        Waf = new WafConfig(),
                    },
                ],
            },
            new EdgeOptions(),
            TestContext.Current.CancellationToken);
        double bytes = AllocationTests.Measure((IPEndPoint)edge.EndPoints[0], method == "GET" ? BrowserRequest.Get() : BrowserRequest.With(method, bodyBytes));
        output.WriteLine($"{bytes:F1} bytes per request");
        Assert.InRange(bytes, 0, Limit);
    }
}
