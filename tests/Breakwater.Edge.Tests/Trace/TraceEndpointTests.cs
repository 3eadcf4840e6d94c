using System.Text;
using System.Text.Json;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Trace;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Trace;

public sealed class TraceEndpointTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero));

    [Fact]
    public void Lines_tell_what_the_edge_sees()
    {
        Exchange exchange = TestExchange.Get("/.well-known/breakwater/trace");
        exchange.Connection = TestExchange.TlsConnection();
        exchange.IsHttps = true;
        exchange.Zone = null;
        LocalResponse response = TraceEndpoint.Create(exchange, Time);
        Assert.Equal(200, response.Status);
        Assert.Equal(
            $"""
            ray=00000000000000ff
            time=2026-03-04T05:06:07.089Z
            host=shop.example
            zone=shop
            client=192.0.2.7
            peer=2001:db8::7
            scheme=https
            http=HTTP/1.1
            tls=TLSv1.3
            cipher=TLS_AES_128_GCM_SHA256
            sni=shop.example
            ja4=t13d1516h2_8daaf6152771_02713d6af862
            generation=3
            configuration=0123456789ab
            version={EdgeVersion.Text}

            """,
            Encoding.ASCII.GetString(response.Body.Span));
        string fields = Encoding.ASCII.GetString(response.Fields.Span);
        Assert.StartsWith("Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n", fields);
    }

    [Fact]
    public void Json_tells_the_same_with_null_for_what_does_not_apply()
    {
        Exchange exchange = TestExchange.Get("/", "Accept: application/json");
        exchange.Zone = null;
        exchange.Generation = TestExchange.NewGeneration();
        LocalResponse response = TraceEndpoint.Create(exchange, Time);
        using JsonDocument trace = JsonDocument.Parse(response.Body);
        Assert.Equal(JsonValueKind.Null, trace.RootElement.GetProperty("zone").ValueKind);
        Assert.Equal(JsonValueKind.Null, trace.RootElement.GetProperty("tls").ValueKind);
        Assert.Equal("192.0.2.7", trace.RootElement.GetProperty("client").GetString());
        Assert.StartsWith("Content-Type: application/json\r\n", Encoding.ASCII.GetString(response.Fields.Span));
    }

    [Fact]
    public void A_browser_gets_the_lines()
    {
        LocalResponse response = TraceEndpoint.Create(TestExchange.Get("/", "Accept: text/html,*/*;q=0.8"), Time);
        Assert.StartsWith("ray=", Encoding.ASCII.GetString(response.Body.Span));
    }

    [Fact]
    public void A_value_never_makes_a_second_line()
    {
        Exchange exchange = TestExchange.Get();
        exchange.Connection = new ClientConnection
        {
            Id = 1,
            Listener = "l",
            Peer = TestExchange.PlainConnection().Peer,
            Local = TestExchange.PlainConnection().Local,
            Sni = "a\nclient=203.0.113.1\u00e9",
        };
        string[] lines = Encoding.ASCII.GetString(TraceEndpoint.Create(exchange, Time).Body.Span).Split('\n');
        Assert.Contains("sni=a?client=203.0.113.1?", lines);
        Assert.Single(lines, line => line.StartsWith("client=", StringComparison.Ordinal));
    }
}
