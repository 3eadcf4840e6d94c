using System.Text;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Time;
using Breakwater.Http;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>What each field of the rules language is, for requests written out. A pilcrow in a head is CRLF.</summary>
public sealed class ExchangeValuesTests
{
    [Theory]
    [InlineData("GET /a/b.HTML?x=1&y=%20+&x=2 HTTP/1.1¶Host: Shop.Example:8080¶¶", """
        http.request.method                        GET
        http.request.version                       HTTP/1.1
        http.request.uri                           /a/b.HTML?x=1&y=%20+&x=2
        http.request.uri.path                      /a/b.HTML
        http.request.uri.path.extension            html
        raw.http.request.uri.path.extension        HTML
        http.request.uri.query                     x=1&y=%20+&x=2
        http.request.uri.args                      x:1|y:%20+|x:2
        http.request.uri.args[x]                   1|2
        http.request.uri.args[z]                   missing
        http.request.uri.args.names                x|y|x
        http.request.uri.args.values               1|%20+|2
        raw.http.request.uri.args                  x:1|y:%20+|x:2
        http.host                                  shop.example
        http.request.full_uri                      http://shop.example:8080/a/b.HTML?x=1&y=%20+&x=2
        raw.http.request.full_uri                  http://Shop.Example:8080/a/b.HTML?x=1&y=%20+&x=2
        ssl                                        false
        http.request.body.size                     0
        """)]
    [InlineData("GET //a/.././%41%2f\\c?%41=// HTTP/1.1¶Host: shop.example:80¶¶", """
        http.request.uri                           /A%2F/c?%41=//
        http.request.uri.path                      /A%2F/c
        http.request.full_uri                      http://shop.example/A%2F/c?%41=//
        raw.http.request.uri                       //a/.././%41%2f\c?%41=//
        raw.http.request.uri.path                  //a/.././%41%2f\c
        raw.http.request.uri.query                 %41=//
        raw.http.request.full_uri                  http://shop.example//a/.././%41%2f\c?%41=//
        """)]
    [InlineData("GET http://SHOP.example./?& HTTP/1.1¶Host: SHOP.example.¶¶", """
        http.host                                  shop.example
        http.request.uri                           /?&
        http.request.uri.path.extension            ?
        http.request.uri.args                      ?
        http.request.full_uri                      http://shop.example/?&
        raw.http.request.full_uri                  http://SHOP.example./?&
        """)]
    [InlineData("GET http://shop.example? HTTP/1.1¶Host: shop.example¶¶", """
        http.request.uri                           /?
        http.request.uri.path                      /
        http.request.uri.query                     ?
        """)]
    [InlineData("OPTIONS * HTTP/1.1¶Host: [::1]:8080¶¶", """
        http.request.uri                           *
        http.host                                  [::1]
        """)]
    [InlineData("GET / HTTP/1.0¶¶", """
        http.request.version                       HTTP/1.0
        http.host                                  ?
        http.user_agent                            ?
        http.referer                               ?
        http.cookie                                ?
        http.x_forwarded_for                       ?
        http.request.headers                       ?
        http.request.cookies                       ?
        http.request.accepted_languages            ?
        """)]
    [InlineData("POST / HTTP/1.1¶Host: a¶User-Agent:  Mozilla/5.0 ¶X-Odd-Name: 1¶x-odd-name: 2¶Referer: https://b/¶Content-Length: 17¶¶", """
        http.user_agent                            Mozilla/5.0
        http.referer                               https://b/
        http.request.headers                       host:a|user-agent:Mozilla/5.0|x-odd-name:1|x-odd-name:2|referer:https://b/|content-length:17
        http.request.headers[x-odd-name]           1|2
        http.request.headers[X-Odd-Name]           missing
        http.request.headers[user-agent]           Mozilla/5.0
        http.request.headers[User-Agent]           missing
        http.request.headers.names                 Host|User-Agent|X-Odd-Name|x-odd-name|Referer|Content-Length
        http.request.headers.values                a|Mozilla/5.0|1|2|https://b/|17
        http.request.headers.truncated             false
        http.request.body.size                     17
        http.request.body.raw                      missing
        http.request.body.truncated                missing
        http.request.body.mime                     missing
        http.request.body.form                     missing
        http.request.body.form.names               missing
        http.request.body.form.values              missing
        http.request.body.multipart                missing
        http.request.body.multipart.names          missing
        http.request.body.multipart.values         missing
        http.request.body.multipart.filenames      missing
        http.request.body.multipart.content_types  missing
        http.request.body.multipart.content_dispositions missing
        http.request.body.multipart.content_transfer_encodings missing
        """)]
    [InlineData("GET / HTTP/1.1¶Host: a¶User-Agent: one¶User-Agent: two¶X-Forwarded-For: 1¶X-Forwarded-For: 2, 3¶¶", """
        http.user_agent                            one, two
        http.x_forwarded_for                       1, 2, 3
        """)]
    [InlineData("GET / HTTP/1.1¶Host: a¶Cookie: a=1; %62c=%20x; a=2; d¶Cookie: e=\"5\"¶¶", """
        http.cookie                                a=1; %62c=%20x; a=2; d; e="5"
        http.request.cookies                       a:1|bc:%20x|a:2|:d|e:"5"
        http.request.cookies[a]                    1|2
        http.request.cookies[bc]                   %20x
        http.request.cookies[%62c]                 missing
        """)]
    [InlineData("GET / HTTP/1.1¶Host: a¶Accept-Language: fr-CH, fr;q=0.8¶Accept-Language: en;q=0.9, *;q=0.5¶¶", """
        http.request.accepted_languages            fr-CH|en|fr
        """)]
    [InlineData("POST / HTTP/1.1¶Host: a¶Transfer-Encoding: chunked¶¶", """
        http.request.body.size                     missing
        """)]
    [InlineData("GET / HTTP/1.1¶Host: a¶¶", """
        ip.src                                     v4 c0000207
        cf.edge.server_ip                          v4 7f000001
        cf.edge.server_port                        8080
        cf.edge.client_port                        50123
        cf.edge.client_tcp                         true
        cf.ray_id                                  00000000000000ff
        cf.zone.name                               shop
        cf.threat_score                            0
        cf.tls_version                             missing
        cf.tls_cipher                              missing
        cf.bot_management.ja4                      missing
        cf.bot_management.score                    missing
        cf.waf.score                               100
        cf.waf.score.class                         missing
        cf.tls_client_hello_length                 missing
        ip.src.country                             missing
        ip.src.asnum                               missing
        ip.src.is_in_european_union                missing
        http.request.body.raw                      missing
        http.request.body.form                     missing
        """)]
    public void FieldsOfARequest(string head, string expected) => Compare(Exchange(head), expected);

    [Fact]
    public void FieldsOfTls()
    {
        Exchange exchange = new(HeadLimits.Default) { Connection = TestExchange.TlsConnection(), IsHttps = true };
        exchange.ClientAddress = exchange.Connection.Peer.Address;
        exchange.Request.Read(Bytes("GET /?a HTTP/1.1¶Host: a:443¶¶"), out _);
        Compare(exchange, """
            ssl                       true
            http.request.full_uri     https://a/?a
            cf.tls_version            TLSv1.3
            cf.tls_cipher             AEAD-AES128-GCM-SHA256
            cf.bot_management.ja4     t13d1516h2_8daaf6152771_02713d6af862
            ip.src                    v6 20010db8000000000000000000000007
            cf.zone.name              missing
            """);
    }

    [Fact]
    public void FieldsOfHttp2()
    {
        Exchange exchange = TestExchange.Get();
        exchange.Request.Clear();
        exchange.Request.Begin("GET"u8, "/x?y"u8, HttpVersion.Http2, "Shop.example"u8, "https"u8);
        exchange.Request.Add("x-a"u8, "1"u8);
        exchange.Request.Add("cookie"u8, "a=1"u8);
        exchange.Request.Add("cookie"u8, "b=2"u8);
        Assert.Equal(ReadStatus.Complete, exchange.Request.End(endOfStream: true));
        Compare(exchange, """
            http.request.version      HTTP/2
            http.request.uri          /x?y
            http.host                 shop.example
            http.request.headers      host:Shop.example|x-a:1|cookie:a=1; b=2
            http.request.cookies      a:1|b:2
            """);
    }

    [Fact]
    public void FieldsOfAResponse()
    {
        Exchange exchange = Exchange("GET / HTTP/1.1¶Host: a¶¶");
        exchange.Record = default;
        Compare(exchange, """
            http.response.code                        missing
            http.response.headers                     missing
            raw.http.response.headers.names           missing
            http.response.content_type.media_type     missing
            """);
        exchange.Response.Read(Bytes("HTTP/1.1 404 Not Found¶Content-Type: Text/HTML; charset=x¶X-A: 1¶Content-Length: 0¶¶"), MethodKind.Get, out _);
        exchange.Record.Status = 404;
        exchange.Values.OnResponseChanged();
        exchange.ResponseEdits.Set("x-a"u8, "2"u8);
        Compare(exchange, """
            http.response.code                        404
            http.response.headers                     content-type:Text/HTML; charset=x|content-length:0|x-a:2
            http.response.headers[x-a]                2
            raw.http.response.headers                 content-type:Text/HTML; charset=x|x-a:1|content-length:0
            raw.http.response.headers[x-a]            1
            raw.http.response.headers.names           Content-Type|X-A|Content-Length
            http.response.content_type.media_type     text/html
            """);
        exchange.AnswerWith(new LocalResponse { Status = 403, Fields = Bytes("Content-Type: text/plain¶X-B: ¶X-A: 0¶") });
        Compare(exchange, """
            http.response.code                        403
            http.response.headers                     content-type:text/plain|x-b:|x-a:2
            raw.http.response.headers                 content-type:text/plain|x-b:|x-a:0
            http.response.content_type.media_type     text/plain
            """);
    }

    [Fact]
    public void EditsThatOtherModulesMakeAreSeenToo()
    {
        Exchange exchange = Exchange("GET / HTTP/1.1¶Host: a¶X-A: 1¶¶");
        exchange.RequestEdits.Add("x-b"u8, "2"u8);
        exchange.RequestEdits.Add("x-c"u8, "3"u8);
        Assert.Equal("host:a|x-a:1|x-b:2|x-c:3", FieldTexts.Of(exchange, "http.request.headers"));
        exchange.RequestEdits.Remove("x-b"u8);
        Assert.Equal("host:a|x-a:1|x-c:3", FieldTexts.Of(exchange, "http.request.headers"));
    }

    [Fact]
    public void TheTimeIsThatOfTheRequestHoweverLateItIsAsked()
    {
        FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123));
        EdgeClock clock = new(time);
        Exchange exchange = new(HeadLimits.Default) { Clock = clock, Connection = TestExchange.PlainConnection() };
        exchange.Record.StartMicros = clock.Micros;
        time.Advance(TimeSpan.FromSeconds(5));
        Compare(exchange, """
            http.request.timestamp.sec     1800000000
            http.request.timestamp.msec    123
            """);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("1800000000", FieldTexts.Of(exchange, "http.request.timestamp.sec"));
    }

    [Fact]
    public void TheRandomSeedStaysTheSameForOneExchangeAndNoOther()
    {
        Exchange exchange = Exchange("GET / HTTP/1.1¶Host: a¶¶");
        string first = FieldTexts.Of(exchange, "cf.random_seed");
        Assert.Equal((32, first), (first.Length, FieldTexts.Of(exchange, "cf.random_seed")));
        exchange.Clear();
        Assert.NotEqual(first, FieldTexts.Of(exchange, "cf.random_seed"));
    }

    [Fact]
    public void TheNextExchangeSeesNothingOfTheLast()
    {
        Exchange exchange = Exchange("GET /a/../b?x=1 HTTP/1.1¶Host: A¶User-Agent: a¶User-Agent: b¶Cookie: a=1¶X-Odd: 1¶¶");
        exchange.Changes.SetPath("/c"u8);
        exchange.Changes.AddRequestField("x-new"u8, "1"u8);
        exchange.Changes.SetHost("z"u8);
        exchange.Changes.Commit();
        exchange.Changes.SetQuery("never committed"u8);
        Compare(exchange, """
            http.request.uri          /c?x=1
            http.user_agent           a, b
            http.request.cookies      a:1
            http.request.headers      host:A|user-agent:a|user-agent:b|cookie:a=1|x-odd:1|x-new:1
            http.request.full_uri     http://a/c?x=1
            """);
        ClientAddress address = exchange.ClientAddress;
        exchange.Clear();
        exchange.ClientAddress = address;
        exchange.Request.Read(Bytes("GET /d HTTP/1.1¶Host: b¶¶"), out _);
        Compare(exchange, """
            http.request.uri          /d
            http.user_agent           ?
            http.request.cookies      ?
            http.request.headers      host:b
            http.request.full_uri     http://b/d
            http.request.uri.args     ?
            """);
        Assert.True(exchange.HostOverride.IsEmpty);
        Assert.Null(exchange.Rewritten);
    }

    [Theory]
    [InlineData(PathNormalisation.Off, "/a//b/../%41")]
    [InlineData(PathNormalisation.Rfc3986, "/a//A")]
    [InlineData(PathNormalisation.Merging, "/a/A")]
    public void AZoneSaysHowFarPathsAreNormalised(PathNormalisation how, string expected)
    {
        Exchange exchange = Exchange("GET /a//b/../%41 HTTP/1.1¶Host: a¶¶");
        exchange.Zone = TestExchange.NewZone("shop", how);
        Assert.Equal(expected, FieldTexts.Of(exchange, "http.request.uri.path"));
        Assert.Equal("/a//b/../%41", FieldTexts.Of(exchange, "raw.http.request.uri.path"));
    }

    /// <summary>One exchange object, many requests: no view may keep a byte of what came before, nor allocate once it is warm.</summary>
    [Fact]
    public void LookingAllocatesNothing()
    {
        Exchange exchange = new(HeadLimits.Default) { Connection = TestExchange.TlsConnection(), Zone = TestExchange.Shop };
        byte[] head = Bytes("GET /a/%2e%2e/b.JPG?x=1&y=2 HTTP/1.1¶Host: Shop.Example¶User-Agent: a¶User-Agent: b¶Cookie: %61=1; b=2¶"
            + "X-Odd-Name: 1¶Accept-Language: de, en;q=0.5¶¶");
        Breakwater.Rules.FieldId[] fields = Enum.GetValues<Breakwater.Rules.FieldId>();
        long Bytes1000()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                exchange.Request.Read(head, out _);
                exchange.Changes.SetPath("/c d"u8);
                exchange.Changes.SetRequestField("X-A"u8, "1"u8);
                exchange.Changes.Commit();
                foreach (Breakwater.Rules.FieldId field in fields)
                {
                    exchange.Values.TryGetBytes(field, out _);
                    exchange.Values.TryGetBool(field, out _);
                    exchange.Values.TryGetIp(field, out _);
                    if (field is not (Breakwater.Rules.FieldId.HttpRequestTimestampSec or Breakwater.Rules.FieldId.HttpRequestTimestampMsec))
                    {
                        exchange.Values.TryGetInt(field, out _);
                    }

                    for (int element = 0; element < exchange.Values.GetCount(field); element++)
                    {
                        exchange.Values.GetElement(field, element);
                        exchange.Values.GetEntry(field, element, out _, out _);
                    }

                    exchange.Values.FindEntry(field, "x-odd-name"u8, 0);
                }

                exchange.Clear();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Bytes1000();
        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => Bytes1000()));
    }

    private static Exchange Exchange(string head)
    {
        Exchange exchange = TestExchange.Over(Bytes(head));
        Assert.Equal(HttpViolation.None, exchange.Request.Violation);
        return exchange;
    }

    /// <summary>Each line is a field and its value; a question mark alone is an empty value.</summary>
    private static void Compare(Exchange exchange, string expected)
    {
        foreach (string line in expected.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            Assert.Equal((parts[0], parts[1] == "?" ? "" : parts[1]), (parts[0], FieldTexts.Of(exchange, parts[0])));
        }
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace("¶", "\r\n", StringComparison.Ordinal));
}
