using Breakwater.Rules.Formatting;
using Breakwater.Rules.Tests.Conformance;

namespace Breakwater.Rules.Tests.Formatting;

/// <summary>One spelling for what means the same.</summary>
public sealed class ExpressionFormatterTests
{
    private static readonly ExpressionScheme Scheme = new(ExpressionFeatures.Rewrite, ConformanceRequests.Lists);

    [Theory]
    [InlineData("http.host==\"a\"&&ssl", "http.host eq \"a\" and ssl")]
    [InlineData("( ( ssl ) )", "ssl")]
    [InlineData("ssl or ssl and !ssl", "ssl or (ssl and not ssl)")]
    [InlineData("(ssl and ssl) and ssl", "ssl and ssl and ssl")]
    [InlineData("!(ssl||cf.client.bot)", "not (ssl or cf.client.bot)")]
    [InlineData("ssl^^ssl", "ssl xor ssl")]
    [InlineData("any( http.request.headers[ \"a\" ] [*]==\"b\" )", null)]
    [InlineData("any( http.request.headers[ \"a\" ][ * ]==\"b\" )", "any(http.request.headers[\"a\"][*] eq \"b\")")]
    [InlineData("ip.geoip.country eq \"GB\"", "ip.src.country eq \"GB\"")]
    [InlineData("http.host ~ \"^a\"", "http.host matches \"^a\"")]
    [InlineData("http.host matches \"a\\.b\"", "http.host matches r\"a\\.b\"")]
    [InlineData("http.host matches r#\"a\"b\"#", "http.host matches r#\"a\"b\"#")]
    [InlineData("http.host matches \"[\"]x\"", "http.host matches r#\"[\"]x\"#")]
    [InlineData("http.host eq \"a\\\"#b\"", "http.host eq r##\"a\"#b\"##")]
    [InlineData("http.host eq \"a\\\\b\"", "http.host eq r\"a\\b\"")]
    [InlineData("http.host eq \"\\x41\\x0a\\xff\"", "http.host eq \"A\\x0a\\xff\"")]
    [InlineData("http.host eq \"\\xc3\\xa9\"", "http.host eq \"é\"")]
    [InlineData("http.host eq 2E-0a.FF", "http.host eq 2e:0a:ff")]
    [InlineData("cf.waf.score in { 0x10 010..20 7..7 }", "cf.waf.score in {16 8..20 7}")]
    [InlineData("cf.waf.score&1", "cf.waf.score bitwise_and 1")]
    [InlineData("ip.src in {10.0.0.1/32 10.0.0.0/8 1.1.1.1..1.1.1.9 2001:DB8:0:0::/32}", "ip.src in {10.0.0.1 10.0.0.0/8 1.1.1.1..1.1.1.9 2001:db8::/32}")]
    [InlineData("ip.src in$office", "ip.src in $office")]
    [InlineData("http.host strict wildcard \"a*\"", "http.host strict wildcard \"a*\"")]
    [InlineData("substring(http.host ,-1 , 0x10) eq \"\"", "substring(http.host, -1, 16) eq \"\"")]
    public void It_is_written_so(string text, string? expected)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        if (Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics)) Assert.Equal(expected,
            ExpressionFormatter.Format(expression));
        else Assert.Null(expected);
    }

    [Fact]
    public void A_long_expression_is_broken_at_its_operators()
    {
        const string text = """(http.host eq "api.example.com" and http.request.uri.path eq "/api/v2/auth") or (http.host matches "^(www|store|blog)\.example\.com" and http.request.uri.path contains "wp-login.php") or ip.geoip.country in {"CN" "TH" "US" "ID" "KR" "MY" "IT" "SG" "GB"} or (ssl and not (ip.src in {11.22.33.0/24} or cf.client.bot or http.user_agent contains "a long name of a robot" or http.referer contains "x"))""";
        Assert.Equal("""
            (http.host eq "api.example.com" and http.request.uri.path eq "/api/v2/auth")
            or (
              http.host matches r"^(www|store|blog)\.example\.com"
              and http.request.uri.path contains "wp-login.php"
            )
            or ip.src.country in {"CN" "TH" "US" "ID" "KR" "MY" "IT" "SG" "GB"}
            or (
              ssl
              and not (
                ip.src in {11.22.33.0/24}
                or cf.client.bot
                or http.user_agent contains "a long name of a robot"
                or http.referer contains "x"
              )
            )
            """, Format(text));
    }

    [Fact]
    public void A_long_set_is_broken_between_its_items()
    {
        string formatted = Format($"ip.src in {{{string.Join(' ', Enumerable.Range(1, 40).Select(i => $"192.0.2.{i}"))}}}");
        string[] lines = formatted.Split('\n');
        Assert.Equal(("ip.src in {", "}"), (lines[0], lines[^1]));
        Assert.All(lines, l => Assert.True(l.Length <= ExpressionFormatter.DefaultWidth));
        Assert.Equal(formatted, Format(formatted));
    }

    [Fact]
    public void Every_good_line_of_the_tables_keeps_its_answer()
    {
        foreach (ConformanceCase test in ConformanceTable.All.Where(t => !t.Expected.StartsWith("error", StringComparison.Ordinal)))
        {
            List<ExpressionDiagnostic> diagnostics = [];
            string formatted = test.IsValue
                ? ValueExpression.TryCompile(test.Text, test.Scheme, out ValueExpression? value, diagnostics)
                    ? ExpressionFormatter.Format(value) : ""
                : Expression.TryCompile(test.Text, test.Scheme, out Expression? filter, diagnostics) ? ExpressionFormatter.Format(filter)
                    : "";
            Assert.Equal(test.Expected, ConformanceTable.Outcome(test with { Text = formatted }));
        }
    }

    private static string Format(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics),
            diagnostics.FirstOrDefault()?.Render(text));
        return ExpressionFormatter.Format(expression);
    }
}
