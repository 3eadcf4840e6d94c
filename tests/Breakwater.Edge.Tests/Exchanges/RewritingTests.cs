using System.Net;
using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Tests.Desync;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Exchanges;

/// <summary>What reaches the origin and the client, byte by byte, when modules change an exchange. Over real sockets.</summary>
public sealed class RewritingTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RecordingOrigin _origin = new();
    private RulesEdge _edge = null!;

    public async ValueTask InitializeAsync() => _edge = await RulesEdge.StartAsync(_origin.Endpoint);

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Theory]
    [InlineData("/a?b=1", null, null, "/a?b=1")]
    [InlineData("/%41//x/../y\\?b", null, null, "/%41//x/../y\\?b")]
    [InlineData("/a?b=1", "/c", null, "/c?b=1")]
    [InlineData("/a", "/c", null, "/c")]
    [InlineData("/a?b=1", null, "x=2", "/a?x=2")]
    [InlineData("/a?b=1", null, "", "/a")]
    [InlineData("/a", "/c", "x=2", "/c?x=2")]
    [InlineData("/a?", "c d\r\n", null, "/c%20d%0D%0A?")]
    [InlineData("http://shop.example/a?b", "/c", null, "/c?b")]
    [InlineData("/a", "/c HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /d", "e f", "/c%20HTTP/1.1%0D%0AX-Evil:%201%0D%0A%0D%0AGET%20/d?e%20f")]
    public async Task TheOriginGetsTheRawTargetUnlessItWasRewritten(string target, string? path, string? query, string expected)
    {
        _edge.OnRequest(exchange =>
        {
            _ = exchange.Values.Target.Uri.Length;
            if (path is not null)
            {
                exchange.Changes.SetPath(Encoding.Latin1.GetBytes(path));
            }

            if (query is not null)
            {
                exchange.Changes.SetQuery(Encoding.Latin1.GetBytes(query));
            }

            exchange.Changes.Commit();
        });
        string sent = await ForwardAsync($"GET {target} HTTP/1.1¶Host: shop.example¶¶");
        Assert.StartsWith($"GET {expected} HTTP/1.1\r\nHost: shop.example\r\n", sent);
    }

    [Theory]
    [InlineData("OPTIONS *", null, "OPTIONS *")]
    [InlineData("OPTIONS *", "/c", "OPTIONS /c?x")]
    [InlineData("OPTIONS http://shop.example", null, "OPTIONS /?x")]
    public async Task ARequestForTheWholeServerHasNoQueryToRewrite(string line, string? path, string expected)
    {
        _edge.OnRequest(exchange =>
        {
            if (path is not null)
            {
                exchange.Changes.SetPath(Encoding.Latin1.GetBytes(path));
            }

            exchange.Changes.SetQuery("x"u8);
            exchange.Changes.Commit();
        });
        Assert.StartsWith($"{expected} HTTP/1.1\r\nHost: shop.example\r\n", await ForwardAsync($"{line} HTTP/1.1¶Host: shop.example¶¶"));
    }

    [Fact]
    public async Task LaterModulesSeeWhatEarlierOnesChanged()
    {
        string seen = "";
        _edge.Use(
            [
                new RulesEdge.Module(exchange =>
                {
                    exchange.Changes.SetPath("/new"u8);
                    exchange.Changes.SetRequestField("x-a"u8, "2"u8);
                    exchange.Changes.Commit();
                    return Verdict.Continue;
                }),
                new RulesEdge.Module(exchange =>
                {
                    seen = string.Join(' ', FieldTexts.Of(exchange, "http.request.uri.path"), FieldTexts.Of(exchange, "raw.http.request.uri.path"),
                        FieldTexts.Of(exchange, "http.request.headers[x-a]"));
                    return Verdict.Continue;
                }),
            ],
            []);
        await ForwardAsync("GET /old HTTP/1.1¶Host: a¶X-A: 1¶¶");
        Assert.Equal("/new /old 2", seen);
    }

    [Fact]
    public async Task RequestFieldsAreEditedAndTheRestPassesByteForByte()
    {
        _edge.OnRequest(exchange =>
        {
            ExchangeChanges changes = exchange.Changes;
            changes.SetRequestField("X-Set"u8, "new"u8);
            changes.RemoveRequestField("x-REMOVE"u8);
            changes.AddRequestField("X-Add"u8, "2"u8);
            Assert.Equal(ChangeResult.BadValue, changes.SetRequestField("X-Evil"u8, "1\r\nX-Worse: 1"u8));
            Assert.Equal(ChangeResult.Reserved, changes.SetRequestField("Content-Length"u8, "5"u8));
            changes.Commit();
        });
        string sent = await ForwardAsync("GET / HTTP/1.1¶Host: a¶x-KEEP:  odd  ¶X-Set: old¶X-Remove: 1¶X-Add: 1¶x-set: older¶¶");
        Assert.Contains("\r\nx-KEEP:  odd  \r\nX-Add: 1\r\nX-Set: new\r\nX-Add: 2\r\nX-Forwarded-For: ", sent);
        Assert.DoesNotContain("old", sent);
        Assert.DoesNotContain("emove", sent);
        Assert.DoesNotContain("Evil", sent);
        Assert.DoesNotContain("Content-Length", sent);
    }

    [Fact]
    public async Task ARuleHasTheLastWordOnWhatTellsTheOriginAboutTheClient()
    {
        _edge.OnRequest(exchange =>
        {
            exchange.Changes.SetRequestField("X-Forwarded-For"u8, "192.0.2.99"u8);
            exchange.Changes.RemoveRequestField("X-Real-IP"u8);
            exchange.Changes.Commit();
        });
        string sent = await ForwardAsync("GET / HTTP/1.1¶Host: a¶X-Forwarded-For: 10.0.0.1¶X-Real-IP: 10.0.0.1¶¶");
        Assert.Single(sent.Split("\r\n"), line => line.StartsWith("X-Forwarded-For:", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\r\nX-Forwarded-For: 192.0.2.99\r\n", sent);
        Assert.DoesNotContain("X-Real-IP", sent);
        Assert.Contains("\r\nX-Forwarded-Proto: http\r\n", sent);
    }

    [Fact]
    public async Task TheHostFieldIsReplacedAndTheClientsOwnStaysKnown()
    {
        string seen = "";
        _edge.OnRequest(exchange =>
        {
            exchange.Changes.SetHost("inner.example:81"u8);
            exchange.Changes.Commit();
            seen = FieldTexts.Of(exchange, "http.host");
        });
        string sent = await ForwardAsync("GET / HTTP/1.1¶Host: shop.example¶¶");
        Assert.StartsWith("GET / HTTP/1.1\r\nHost: inner.example:81\r\n", sent);
        Assert.Single(sent.Split("\r\n"), line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\r\nX-Forwarded-Host: shop.example\r\n", sent);
        Assert.Equal("shop.example", seen);
    }

    [Fact]
    public async Task ARouteLeadsToAnotherOrigin()
    {
        await using RecordingOrigin other = new();
        OriginRoute route = OriginRoute.Compose(_edge.Origins, _edge.Zone.Origins, host: null, other.Endpoint.Port, serverName: null);
        _edge.Use(
            [
                new RulesEdge.Module(exchange =>
                {
                    exchange.Route = exchange.Values.Target.Path.StartsWith("/other"u8) ? route : null;
                    return Verdict.Continue;
                }),
            ],
            [],
            route.Origins);
        _origin.Begin();
        other.Begin();
        Assert.EndsWith("answer to /other", await _edge.SendAsync("GET /other HTTP/1.1¶Host: a¶¶"));
        Assert.EndsWith("answer to /own", await _edge.SendAsync("GET /own HTTP/1.1¶Host: a¶¶"));
        Assert.StartsWith("GET /other ", Assert.Single((await other.RecordedAsync(Patience)).Texts));
        Assert.StartsWith("GET /own ", Assert.Single((await _origin.RecordedAsync(Patience)).Texts));
    }

    [Fact]
    public async Task ResponseFieldsAreEdited()
    {
        string seen = "", raw = "";
        _edge.OnResponse(exchange =>
        {
            exchange.Changes.SetResponseField("Server"u8, "none"u8);
            exchange.Changes.RemoveResponseField("x-powered-by"u8);
            exchange.Changes.AddResponseField("Link"u8, "</b>"u8);
            Assert.Equal(ChangeResult.Reserved, exchange.Changes.SetResponseField("Transfer-Encoding"u8, "gzip"u8));
            exchange.Changes.Commit();
            seen = FieldTexts.Of(exchange, "http.response.headers[server]");
            raw = FieldTexts.Of(exchange, "raw.http.response.headers[server]");
        });
        _origin.Begin(new ResponseCase(
            "edited", "", "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Powered-By: PHP\r\nLink: </a>\r\nContent-Length: 2\r\n\r\nhi", ResponseVerdict.Relayed(200, "hi")));
        string response = await _edge.SendAsync($"GET {RecordingOrigin.ScriptedTarget} HTTP/1.1¶Host: a¶¶");
        Assert.Contains("\r\nLink: </a>\r\nContent-Length: 2\r\nServer: none\r\nLink: </b>\r\n", response);
        Assert.DoesNotContain("nginx", response);
        Assert.DoesNotContain("PHP", response);
        Assert.EndsWith("\r\n\r\nhi", response);
        Assert.Equal(("none", "nginx"), (seen, raw));
    }

    [Fact]
    public async Task FieldsOfTheEdgesOwnAnswersAreEditedToo()
    {
        string code = "";
        _edge.OnResponse(
            exchange =>
            {
                exchange.Changes.SetResponseField("content-type"u8, "text/html"u8);
                exchange.Changes.Commit();
                code = FieldTexts.Of(exchange, "http.response.code") + " " + FieldTexts.Of(exchange, "http.response.content_type.media_type");
            },
            new LocalResponse { Status = 403, Fields = "Content-Type: text/plain\r\nX-Own: 1\r\n"u8.ToArray(), Body = "no"u8.ToArray() });
        string response = await _edge.SendAsync("GET / HTTP/1.1¶Host: a¶¶");
        Assert.StartsWith("HTTP/1.1 403 ", response);
        Assert.Single(response.Split("\r\n"), line => line.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\r\ncontent-type: text/html\r\n", response);
        Assert.Contains("\r\nX-Own: 1\r\n", response);
        Assert.Equal("403 text/html", code);
    }

    [Fact]
    public async Task OverHttp2TheSameIsChanged()
    {
        _edge.Use(
            [
                new RulesEdge.Module(exchange =>
                {
                    if (exchange.Values.Target.Path.SequenceEqual("/blocked"u8))
                    {
                        return Verdict.Answer(new LocalResponse { Status = 403, Fields = "Content-Type: text/plain\r\nX-Own: 1\r\n"u8.ToArray() });
                    }

                    exchange.Changes.SetPath("/new"u8);
                    exchange.Changes.SetRequestField("x-a"u8, "2"u8);
                    exchange.Changes.Commit();
                    return Verdict.Continue;
                }),
            ],
            [
                new RulesEdge.ResponseModule(exchange =>
                {
                    exchange.Changes.SetResponseField("x-own"u8, "2"u8);
                    exchange.Changes.RemoveResponseField("content-type"u8);
                    exchange.Changes.Commit();
                }),
            ]);
        using HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        client.DefaultRequestHeaders.Add("X-A", "1");
        _origin.Begin();
        using HttpResponseMessage passed = await client.GetAsync(new Uri($"http://{_edge.EndPoint}/old?q"), TestContext.Current.CancellationToken);
        Assert.Equal("answer to /new?q", await passed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("2", Assert.Single(passed.Headers.GetValues("X-Own")));
        string sent = Assert.Single((await _origin.RecordedAsync(Patience)).Texts);
        Assert.StartsWith("GET /new?q HTTP/1.1\r\n", sent);
        Assert.Equal(["x-a: 2"], sent.Split("\r\n").Where(line => line.StartsWith("x-a:", StringComparison.OrdinalIgnoreCase)));
        using HttpResponseMessage blocked = await client.GetAsync(new Uri($"http://{_edge.EndPoint}/blocked"), TestContext.Current.CancellationToken);
        Assert.Equal((403, "2", false), ((int)blocked.StatusCode, Assert.Single(blocked.Headers.GetValues("X-Own")), blocked.Content.Headers.Contains("Content-Type")));
    }

    /// <summary>What the origin got for one request.</summary>
    private async Task<string> ForwardAsync(string request)
    {
        _origin.Begin();
        Assert.StartsWith("HTTP/1.1 200 ", await _edge.SendAsync(request));
        return Assert.Single((await _origin.RecordedAsync(Patience)).Texts);
    }
}
