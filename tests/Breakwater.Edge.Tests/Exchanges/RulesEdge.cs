using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Tests.Exchanges;

/// <summary>An edge on a real listener with one zone, into which a test puts modules of its own. Owned by one test.</summary>
internal sealed class RulesEdge : IAsyncDisposable
{
    private readonly Edge _edge;

    private RulesEdge(Edge edge) => _edge = edge;

    public IPEndPoint EndPoint => (IPEndPoint)_edge.EndPoints[0];

    public Zone Zone => _edge.Plane.Live.Zones.All[0];

    public OriginRegistry Origins => _edge.Origins;

    public static async Task<RulesEdge> StartAsync(IPEndPoint origin) => new(await Edge.StartAsync(
        new BreakwaterConfig
        {
            Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)), Protocols = ListenerProtocols.H1 | ListenerProtocols.H2 }],
            Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
            Zones =
            [
                new ZoneConfig
                {
                    Name = "shop",
                    Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, origin.Address.ToString(), origin.Port) }],
                    Outlier = new OutlierConfig { ConsecutiveFailures = 0 },
                },
            ],
        },
        new EdgeOptions(),
        TestContext.Current.CancellationToken));

    /// <summary>Puts modules into the zone, as a new generation.</summary>
    public void Use(IRequestModule[] request, IResponseModule[] response, params OriginGroup[] routes) => Use(_edge, request, response, routes);

    /// <summary>Puts modules into the only zone of an edge, as a new generation.</summary>
    public static void Use(Edge edge, IRequestModule[] request, IResponseModule[] response, OriginGroup[] routes, Func<EdgeSettings, EdgeSettings>? settings = null)
    {
        Generation live = edge.Plane.Live;
        Zone old = live.Zones.All[0];
        var zone = new Zone
        {
            Name = old.Name,
            Origins = old.Origins,
            RouteOrigins = routes,
            RequestModules = request,
            ResponseModules = response,
            Errors = old.Errors,
            BodyLimit = old.BodyLimit,
            Timeouts = old.Timeouts,
            OriginHeaders = old.OriginHeaders,
        };
        var generation = new Generation
        {
            Number = live.Number + 1,
            ContentHash = live.ContentHash,
            Zones = new ZoneTable([(zone, ["*"])]),
            Settings = settings is null ? live.Settings : settings(live.Settings),
        };
        edge.Origins.Adopt(generation.OriginGroups);
        edge.Plane.InForce = new InForce(generation);
    }

    /// <summary>Uses one module that does this to a request.</summary>
    public void OnRequest(Action<Exchange> change) => Use([new Module(exchange =>
    {
        change(exchange);
        return Verdict.Continue;
    })], []);

    /// <summary>Uses one module that does this to a response, and one that answers a request where it wants to.</summary>
    public void OnResponse(Action<Exchange> change, LocalResponse? answer = null) =>
        Use(answer is null ? [] : [new Module(_ => Verdict.Answer(answer))], [new ResponseModule(change)]);

    /// <summary>Sends a request (pilcrows are CRLF) and returns the response; it ends the connection.</summary>
    public async Task<string> SendAsync(string request)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        using RawClient client = new();
        await client.ConnectAsync(EndPoint, patience.Token);
        await client.SendAsync(request.Replace("¶", "\r\n", StringComparison.Ordinal), patience.Token);
        client.CloseSending();
        Assert.True(await client.ReadToEndAsync(patience.Token), "The edge did not end the connection.");
        return client.Received;
    }

    public ValueTask DisposeAsync() => _edge.DisposeAsync();

    public sealed class Module(Func<Exchange, Verdict> onRequest) : IRequestModule
    {
        public string Name => "test";

        ModuleId IRequestModule.Module => ModuleId.CustomRules;

        public RequestPhase Phase => RequestPhase.Rewrite;

        public Verdict OnRequest(Exchange exchange) => onRequest(exchange);
    }

    public sealed class ResponseModule(Action<Exchange> onResponse) : IResponseModule
    {
        public string Name => "test";

        public ModuleId Module => ModuleId.ResponseRules;

        public LocalResponse? OnResponse(Exchange exchange)
        {
            onResponse(exchange);
            return null;
        }
    }
}
