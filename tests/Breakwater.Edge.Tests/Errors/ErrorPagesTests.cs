using System.Net;
using System.Text;
using System.Text.Json;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Http;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Errors;

public sealed class ErrorPagesTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero));
    private static readonly ErrorPages Pages = new(Time);

    [Fact]
    public void Plain_text_says_all_in_a_few_lines()
    {
        LocalResponse response = Create(ExchangeEnd.OriginRefused);
        Assert.Equal(502, response.Status);
        Assert.Equal(
            """
            502 The site's server refused the connection
            The edge works, but the site's own server refuses connections.
            Nothing is wrong at your end. Please try again in a few minutes.

            For the operator: Check that the origin runs and listens on the configured port, and that no firewall rejects this machine.
            Reason: origin_refused (521), failed: origin, ray: 00000000000000ff, time: 2026-03-04T05:06:07Z, host: shop.example

            """,
            Text(response));
        Assert.Equal(
            "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nVary: Accept\r\nX-Content-Type-Options: nosniff\r\n",
            Fields(response));
    }

    [Fact]
    public void Json_is_a_problem_document()
    {
        LocalResponse response = Create(ExchangeEnd.BadRequest, HttpViolation.BadTransferEncoding, "Accept: application/json");
        Assert.StartsWith("Content-Type: application/problem+json\r\n", Fields(response));
        using JsonDocument problem = JsonDocument.Parse(response.Body);
        Dictionary<string, string> members = problem.RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value.ToString());
        Assert.Equal("urn:breakwater:error:bad_request", members["type"]);
        Assert.Equal("The request is malformed", members["title"]);
        Assert.Equal("400", members["status"]);
        Assert.EndsWith("Transfer-Encoding is not exactly \"chunked\" (RFC 9112 §6.1).", members["detail"]);
        Assert.Equal("client", members["failed"]);
        Assert.Equal("bad_transfer_encoding", members["violation"]);
        Assert.Equal("00000000000000ff", members["ray"]);
        Assert.Equal("2026-03-04T05:06:07Z", members["time"]);
        Assert.Equal("shop.example", members["host"]);
    }

    [Theory]
    [InlineData(ExchangeEnd.OriginRefused, "works", "works", "failed")]
    [InlineData(ExchangeEnd.EdgeFault, "works", "failed", "not asked")]
    [InlineData(ExchangeEnd.BodyTooLarge, "failed", "works", "not asked")]
    public void Html_marks_who_failed(ExchangeEnd end, string client, string edge, string origin)
    {
        string page = Text(Create(end, HttpViolation.None, "Accept: text/html"));
        Assert.Contains($"<li class=\"{client}\"><i></i>You<p", page);
        Assert.Contains($"<li class=\"{edge}\"><i></i>Edge<p", page);
        Assert.Contains($"<li class=\"{origin}\"><i></i>Origin<p", page);
    }

    [Fact]
    public void Every_page_is_complete_small_and_loads_nothing()
    {
        foreach (ExchangeEnd end in Enum.GetValues<ExchangeEnd>().Where(Failures.HasPage))
        {
            foreach (HttpViolation violation in end == ExchangeEnd.BadRequest ? Enum.GetValues<HttpViolation>() : [HttpViolation.None])
            {
                LocalResponse response = Create(end, violation, "Accept: text/html");
                string page = Text(response);
                Assert.InRange(response.Body.Length, 1500, 4095);
                Assert.DoesNotContain("{{", page);
                Assert.DoesNotContain("://", page);
                Assert.DoesNotContain("<script", page);
                Assert.DoesNotContain("url(", page);
                Assert.Contains("00000000000000ff", page);
                Assert.Contains($"<title>{response.Status} ", page);

                using JsonDocument problem = JsonDocument.Parse(Create(end, violation, "Accept: application/json").Body);
                Assert.Equal(response.Status, problem.RootElement.GetProperty("status").GetInt32());
                Assert.InRange(Create(end, violation).Body.Length, 100, 1000);
            }
        }
    }

    [Fact]
    public void Every_response_forbids_to_store_it()
    {
        foreach (Failure failure in Failures.All)
        {
            foreach (string accept in new[] { "*/*", "text/html", "application/json" })
            {
                string fields = Fields(Create(failure.End, HttpViolation.None, $"Accept: {accept}"));
                Assert.Contains("Cache-Control: no-store\r\n", fields);
                Assert.Equal(failure.Status == 503, fields.Contains("Retry-After: ", StringComparison.Ordinal));
                Assert.EndsWith("\r\n", fields);
            }
        }
    }

    [Fact]
    public void A_refused_method_names_the_allowed_ones() =>
        Assert.Contains("Allow: GET, HEAD, ", Fields(Create(ExchangeEnd.BadRequest, HttpViolation.TraceRefused)));

    [Fact]
    public void The_extended_vocabulary_is_sent_where_it_was_asked_for()
    {
        ErrorPages extended = new(Time, extendedStatus: true);
        LocalResponse response = extended.Create(TestExchange.Get(), ExchangeEnd.OriginConnectTimeout, HttpViolation.None, false);
        Assert.Equal(522, response.Status);
        Assert.StartsWith("522 ", Text(response));
        Assert.Equal(421, extended.Create(TestExchange.Get(), ExchangeEnd.UnknownHost, HttpViolation.None, false).Status);
    }

    [Theory]
    [InlineData("Accept: text/html")]
    [InlineData("Accept: application/json")]
    [InlineData("Accept: */*")]
    public void A_hostile_host_is_text(string accept)
    {
        // The head parser lets through what RFC 3986 allows in a name; what it refuses leaves no host at all.
        const string host = "a'b&c=(d);e";
        Exchange exchange = TestExchange.Over(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n{accept}\r\n\r\n"));
        Assert.Equal(HttpViolation.None, exchange.Request.Violation);
        string page = Text(Pages.Create(exchange, ExchangeEnd.UnknownHost, HttpViolation.None, false));
        string shown = accept.EndsWith("html", StringComparison.Ordinal) ? WebUtility.HtmlEncode(host) : host;
        Assert.Contains(shown, page);
    }

    [Theory]
    [InlineData(nameof(PageFormat.Html), "<script>\"'&\u0000\u00FF", "&lt;script&gt;&quot;&#39;&amp;??")]
    [InlineData(nameof(PageFormat.Json), "<script>\"'\\\u0000\u00FF", "<script>\\\"'\\\\??")]
    [InlineData(nameof(PageFormat.Plain), "a\u001b[31m\r\nb", "a?[31m??b")]
    [InlineData(nameof(PageFormat.Plain), "", "-")]
    public void A_host_of_any_bytes_is_text(string format, string latin1, string expected)
    {
        byte[] buffer = new byte[PageValues.MaxHostLength];
        int length = PageValues.EscapeHost(Encoding.Latin1.GetBytes(latin1), Enum.Parse<PageFormat>(format), buffer);
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, length));
    }

    [Fact]
    public void The_longest_host_fits_and_is_cut()
    {
        byte[] buffer = new byte[PageValues.MaxHostLength];
        int length = PageValues.EscapeHost(Encoding.ASCII.GetBytes(new string('"', 5000)), PageFormat.Html, buffer);
        Assert.Equal(PageValues.MaxHostLength, length);
        Assert.EndsWith("&quot;...", Encoding.ASCII.GetString(buffer));
    }

    [Fact]
    public void A_request_that_was_never_read_has_a_page_too()
    {
        LocalResponse response = ErrorPages.Default.Create(
            TestExchange.Over([]), ExchangeEnd.HeaderTimeout, HttpViolation.None, closeConnection: true);
        Assert.Equal(408, response.Status);
        Assert.True(response.Close);
        Assert.Contains("host: -", Text(response));
    }

    [Theory]
    [InlineData("*/*", 1500)]
    [InlineData("text/html", 4500)]
    public void A_page_costs_the_response_and_its_body(string accept, int atMost)
    {
        Exchange exchange = TestExchange.Get("/", $"Accept: {accept}");
        Pages.Create(exchange, ExchangeEnd.NoOrigin, HttpViolation.None, false);
        long before = GC.GetAllocatedBytesForCurrentThread();
        LocalResponse response = Pages.Create(exchange, ExchangeEnd.NoOrigin, HttpViolation.None, false);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // An array's header and the response itself.
        Assert.InRange(allocated, response.Body.Length, response.Body.Length + 128);
        Assert.InRange(allocated, 1, atMost);
    }

    private static LocalResponse Create(ExchangeEnd end, HttpViolation violation = HttpViolation.None, params string[] fields) =>
        Pages.Create(TestExchange.Get("/", fields), end, violation, closeConnection: false);

    private static string Text(LocalResponse response) => Encoding.UTF8.GetString(response.Body.Span);

    private static string Fields(LocalResponse response) => Encoding.ASCII.GetString(response.Fields.Span);
}
