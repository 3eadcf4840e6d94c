using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Lists;
using Breakwater.Edge.Tests.Geography;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Zones;
using Breakwater.Rules;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>Rules as operators write them, over exchanges: the language, the fields, lists and databases together.</summary>
public sealed class ExpressionsOverExchangesTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly NamedLists _lists;
    private readonly Exchange _exchange;

    public ExpressionsOverExchangesTests()
    {
        _lists = NamedLists.Create(
            [
                new ListDefinition("office", ListKind.Ip) { Items = ["192.0.2.0/29"] },
                new ListDefinition("sites", ListKind.Hostname) { Items = ["*.example"] },
                new ListDefinition("hosters", ListKind.Asn) { Items = ["AS64500"] },
                new ListDefinition("moved", ListKind.Redirect) { Items = ["shop.example/old,https://shop.example/new"] },
            ],
            new ConfigurationFiles(), null, [])!;
        File.WriteAllBytes(_files["geo.mmdb"], new MaxMindDbWriter().Add("192.0.2.0/24", new()
        {
            ["country"] = new Dictionary<string, object> { ["iso_code"] = "AT" },
            ["autonomous_system_number"] = 64500u,
        }).Build());
        _exchange = TestExchange.Over(Encoding.Latin1.GetBytes(
            "GET /old/../old?id=1&id=2&q=%3Cb%3E HTTP/1.1\r\nHost: Shop.Example\r\nUser-Agent: curl/8\r\nCookie: session=abc; theme=dark\r\n"
            + "X-Api-Key: k1\r\nAccept-Language: de-AT, en;q=0.5\r\n\r\n"));
        _exchange.Generation = new Generation
        {
            Number = 1,
            ContentHash = "",
            Zones = new ZoneTable([]),
            Settings = new EdgeSettings(),
            Geography = GeoDatabases.Open([_files["geo.mmdb"]], new ConfigurationFiles(), null, new GeoFaults(), [])!,
        };
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("http.request.uri.path eq \"/old\" and raw.http.request.uri.path eq \"/old/../old\"", true)]
    [InlineData("any(http.request.uri.args[\"id\"][*] eq \"2\")", true)]
    [InlineData("all(http.request.uri.args[\"id\"][*] eq \"2\")", false)]
    [InlineData("any(http.request.headers[\"x-api-key\"][*] eq \"k1\")", true)]
    [InlineData("any(http.request.headers[\"X-Api-Key\"][*] eq \"k1\")", false)]
    [InlineData("any(lower(http.request.headers.names[*])[*] eq \"x-api-key\")", true)]
    [InlineData("any(http.request.cookies[\"session\"][*] eq \"abc\")", true)]
    [InlineData("http.request.accepted_languages[0] eq \"de-AT\"", true)]
    [InlineData("lower(http.user_agent) contains \"curl\"", true)]
    [InlineData("http.referer eq \"\"", true)]
    [InlineData("url_decode(http.request.uri.query) contains \"<b>\"", true)]
    [InlineData("ip.src in $office", true)]
    [InlineData("ip.src in {192.0.2.0/24} and not ip.src in {198.51.100.0/24}", true)]
    [InlineData("http.host in $sites", true)]
    [InlineData("ip.src.asnum in $hosters", true)]
    [InlineData("http.request.full_uri in $moved", true)]
    [InlineData("ip.src.country eq \"AT\" and ip.src.is_in_european_union", true)]
    [InlineData("ip.geoip.country eq \"AT\"", true)]
    [InlineData("ip.src.city ne \"Vienna\"", false)]
    [InlineData("not ip.src.city eq \"Vienna\"", true)]
    [InlineData("cf.bot_management.score lt 30", false)]
    [InlineData("not ssl and cf.edge.server_port eq 8080", true)]
    [InlineData("len(cf.ray_id) eq 16", true)]
    public void RulesMatchAndAllocateNothing(string text, bool expected)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, new ExpressionScheme(lists: _lists), out Expression? expression, diagnostics), string.Join('\n', diagnostics));
        Assert.Equal(expected, expression.Matches(_exchange.Evaluation));
        Matches();
        Assert.Equal(0, LeastAllocated.By(Matches));

        void Matches()
        {
            for (int i = 0; i < 500; i++)
            {
                expression.Matches(_exchange.Evaluation);
            }
        }
    }
}
