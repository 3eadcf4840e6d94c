using System.Net;
using System.Security.Authentication;
using System.Text;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;
using Breakwater.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Observability;

/// <summary>Exchanges that never were on a network, as they look when they are over.</summary>
internal static class TestExchange
{
    public const string Ray = "00000000000000ff";

    public static readonly Zone Shop = NewZone("shop");

    /// <summary>An ordinary GET that an origin answered, with these further header lines.</summary>
    public static Exchange Get(string target = "/cart?item=7", params string[] fields)
    {
        string lines = string.Concat(fields.Select(field => field + "\r\n"));
        return Over(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: shop.example\r\n{lines}\r\n"));
    }

    /// <summary>An exchange with this request head, whether the head is valid or not.</summary>
    public static Exchange Over(byte[] head, EdgeClock? clock = null)
    {
        Exchange exchange = new(HeadLimits.Default) { Clock = clock ?? EdgeClock.System, Connection = PlainConnection() };
        exchange.Request.Read(head, out _);
        exchange.Zone = Shop;
        exchange.Generation = NewGeneration(Shop);
        exchange.Ray = new RayId(0xFF);
        exchange.ClientAddress = exchange.Connection.Peer.Address;
        exchange.Record = new ExchangeRecord
        {
            StartMicros = 1_000_000,
            OriginSentMicros = 1_000_200,
            OriginHeadMicros = 1_003_456,
            EndMicros = 1_004_321,
            Status = 200,
            OriginStatus = 200,
            End = ExchangeEnd.Completed,
            Attempts = 1,
            ResponseBodyBytes = 1024,
        };
        return exchange;
    }

    public static Generation NewGeneration(params Zone[] zones) => new()
    {
        Number = 3,
        ContentHash = "0123456789ab",
        Zones = new ZoneTable(zones.Select(zone => (zone, (IReadOnlyList<string>)[$"{zone.Name}.example"]))),
        Settings = new EdgeSettings(),
    };

    public static Zone NewZone(string name, PathNormalisation normalisation = PathNormalisation.Merging) => new()
    {
        Normalisation = normalisation,
        Name = name,
        Origins = NewGroup(name),
        RequestModules = [],
        ResponseModules = [],
        Errors = ErrorPages.Default,
        Timeouts = new OriginTimeouts(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue),
        OriginHeaders = new OriginHeaders(true, false, false),
    };

    public static ClientConnection PlainConnection(string peer = "192.0.2.7") => new()
    {
        Id = 42,
        Listener = "0.0.0.0:8080",
        Peer = new ConnectionPeer(new IPEndPoint(IPAddress.Parse(peer), 50_123)),
        PeerPort = 50_123,
        Local = new IPEndPoint(IPAddress.Loopback, 8080),
    };

    public static ClientConnection TlsConnection() => new()
    {
        Id = 43,
        Listener = "0.0.0.0:8443",
        Peer = new ConnectionPeer(new IPEndPoint(IPAddress.Parse("2001:db8::7"), 50_124)),
        PeerPort = 50_124,
        Local = new IPEndPoint(IPAddress.Loopback, 8443),
        IsTls = true,
        TlsProtocol = SslProtocols.Tls13,
        TlsCipher = "TLS_AES_128_GCM_SHA256",
        Sni = "shop.example",
        Ja4 = "t13d1516h2_8daaf6152771_02713d6af862",
    };

    /// <summary>An origin of the zone "shop" that nothing connects to.</summary>
    public static Origin NewOrigin(string url) => NewGroup("shop", url).Origins[0];

    private static OriginGroup NewGroup(string zone, params string[] urls)
    {
        EdgeClock clock = new(new FakeTimeProvider());
        OriginRegistry registry = new(clock, new Heartbeat(clock), NullLogger<OriginRegistry>.Instance, seed: 1);
        return registry.Compose(zone, new OriginGroupSettings(), [.. urls.Select(url => new OriginDefinition(new Uri(url)))]);
    }
}
