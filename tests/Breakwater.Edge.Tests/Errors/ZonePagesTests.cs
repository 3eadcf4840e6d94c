using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Files;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Http;

namespace Breakwater.Edge.Tests.Errors;

public sealed class ZonePagesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("breakwater-pages").FullName;
    private readonly List<ConfigDiagnostic> _diagnostics = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Placeholders_are_filled_in_and_escaped()
    {
        ErrorPages pages = Compile((0, "<h1>{{status}} {{ reason }}</h1>{{ray}} {{time}} {{host}} { {{status}}"));
        Exchange exchange = TestExchange.Over("GET / HTTP/1.1\r\nHost: a&b\r\nAccept: text/html\r\n\r\n"u8.ToArray());
        LocalResponse response = pages.Create(exchange, ExchangeEnd.OriginRefused, HttpViolation.None, false);
        Assert.Matches(
            "^<h1>502 The site&#39;s server refused the connection</h1>00000000000000ff [0-9-]+T[0-9:]+Z a&amp;b { 502$",
            Encoding.UTF8.GetString(response.Body.Span));
        string fields = Encoding.ASCII.GetString(response.Fields.Span);
        Assert.Contains("Cache-Control: no-store\r\n", fields);
        Assert.DoesNotContain("Content-Security-Policy", fields);
    }

    [Theory]
    [InlineData(ExchangeEnd.OriginRefused, "exact")]
    [InlineData(ExchangeEnd.OriginConnectTimeout, "extended")]
    [InlineData(ExchangeEnd.NoOrigin, "class")]
    [InlineData(ExchangeEnd.UnknownHost, "all")]
    public void The_page_that_fits_best_is_shown(ExchangeEnd end, string expected)
    {
        ErrorPages pages = Compile((0, "all"), (5, "class"), (502, "exact"), (522, "extended"));
        Assert.Equal(expected, Show(pages, end, "text/html"));
    }

    [Fact]
    public void Where_no_page_fits_the_built_in_one_is_shown() =>
        Assert.StartsWith("<!doctype html>", Show(Compile((404, "mine")), ExchangeEnd.NoOrigin, "text/html"));

    [Fact]
    public void Who_does_not_ask_for_html_gets_the_built_in_forms()
    {
        ErrorPages pages = Compile((0, "mine"));
        Assert.StartsWith("503 ", Show(pages, ExchangeEnd.NoOrigin, "*/*"));
        Assert.StartsWith("{\"type\"", Show(pages, ExchangeEnd.NoOrigin, "application/json"));
    }

    [Fact]
    public void A_page_without_placeholders_is_not_copied()
    {
        ErrorPages pages = Compile((0, "mine"));
        Exchange exchange = TestExchange.Get("/", "Accept: text/html");
        Assert.True(pages.Create(exchange, ExchangeEnd.NoOrigin, HttpViolation.None, false).Body.Equals(
            pages.Create(exchange, ExchangeEnd.NoOrigin, HttpViolation.None, false).Body));
    }

    [Theory]
    [InlineData("fine\nthen {{rai}}", "line 2 of the error page")]
    [InlineData("{{visitor}}", "line 1 of the error page")]
    [InlineData("{{ray", "line 1 of the error page")]
    [InlineData("{{}}", "line 1 of the error page")]
    [InlineData("{{status,ray}}", "line 1 of the error page")]
    public void An_unknown_placeholder_is_an_error_with_its_line(string text, string problem)
    {
        Compile((0, text));
        ConfigDiagnostic diagnostic = Assert.Single(_diagnostics);
        Assert.StartsWith(problem, diagnostic.Problem);
        Assert.Equal("use one of {{status}}, {{reason}}, {{ray}}, {{time}}, {{host}}", diagnostic.Remedy);
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        ErrorsConfig config = new() { Pages = [new ErrorPage { Status = 0, File = "/nonexistent.html" }] };
        ErrorPages.Compile(config, TimeProvider.System, new ConfigurationFiles(), _diagnostics);
        Assert.Contains("/nonexistent.html", Assert.Single(_diagnostics).Problem);
    }

    [Fact]
    public void A_file_that_is_too_large_or_no_utf8_is_an_error()
    {
        string large = Path.Combine(_directory, "large.html");
        File.WriteAllBytes(large, new byte[ZonePages.MaxBytes + 1]);
        string latin1 = Path.Combine(_directory, "latin1.html");
        File.WriteAllBytes(latin1, [0xE9]);
        ErrorPages.Compile(
            new ErrorsConfig { Pages = [new ErrorPage { Status = 0, File = large }, new ErrorPage { Status = 5, File = latin1 }] },
            TimeProvider.System, new ConfigurationFiles(), _diagnostics);
        Assert.Equal(
            [$"the error page {large} is larger than 256 KiB", $"the error page {latin1} is not UTF-8"], _diagnostics.Select(d => d.Problem));
    }

    [Fact]
    public void A_byte_order_mark_is_left_out() =>
        Assert.Equal("mine", Show(Compile((0, "\uFEFFmine")), ExchangeEnd.NoOrigin, "text/html"));

    private static string Show(ErrorPages pages, ExchangeEnd end, string accept) =>
        Encoding.UTF8.GetString(pages.Create(TestExchange.Get("/", $"Accept: {accept}"), end, HttpViolation.None, false).Body.Span);

    private ErrorPages Compile(params (int Status, string Text)[] pages)
    {
        List<ErrorPage> config = [];
        foreach ((int status, string text) in pages)
        {
            string file = Path.Combine(_directory, $"{status}.html");
            File.WriteAllText(file, text);
            config.Add(new ErrorPage { Status = status, File = file });
        }

        return ErrorPages.Compile(new ErrorsConfig { Pages = [.. config] }, TimeProvider.System, new ConfigurationFiles(), _diagnostics);
    }
}
