using Breakwater.Rules.Tests.Conformance;

namespace Breakwater.Rules.Tests.Syntax;

/// <summary>An error tells what is wrong, where, and what was probably meant.</summary>
public sealed class DiagnosticTests
{
    [Theory]
    [InlineData("http.hots eq \"a\"", "http.host")]
    [InlineData("HTTP.HOST eq \"a\"", "http.host")]
    [InlineData("http.request.uri.pth eq \"a\"", "http.request.uri.path")]
    [InlineData("ip.geoip.contry eq \"GB\"", "ip.geoip.country")]
    [InlineData("lowr(http.host) eq \"a\"", "lower")]
    [InlineData("startswith(http.host, \"a\")", "starts_with")]
    [InlineData("http.host EQ \"a\"", "eq")]
    [InlineData("http.host = \"a\"", "eq")]
    [InlineData("http.host contians \"a\"", "contains")]
    [InlineData("http.host mathces \"a\"", "matches")]
    [InlineData("ssl adn ssl", "and")]
    [InlineData("ssl AND ssl", "and")]
    [InlineData("http.host in $host", "$hosts")]
    public void A_near_name_is_suggested(string text, string suggestion) => Assert.Equal(suggestion, Error(text).Suggestion);

    [Theory]
    [InlineData("foo.bar.baz eq 1")]
    [InlineData("xyzzy(http.host)")]
    [InlineData("ssl ; ssl")]
    public void Nothing_is_suggested_that_is_far(string text) => Assert.Null(Error(text).Suggestion);

    [Theory]
    [InlineData("cf.waf.score contains \"1\"", "contains compares String, and cf.waf.score is Integer")]
    [InlineData("http.host bitwise_and 1", "bitwise_and compares Integer, and http.host is String")]
    [InlineData("http.request.headers[\"a\"] eq \"b\"", "eq compares single values, and http.request.headers[\"a\"] is Array<String>; use [*] in any() or all(), or one element such as [0]")]
    [InlineData("http.request.headers.names[*] eq \"b\"", "the expression yields Array<Boolean>, but a rule needs one Boolean; put it into any(...) or all(...)")]
    [InlineData("len(ssl) eq 1", "len() needs String or Array as value, and this is Boolean")]
    [InlineData("lower(http.request.headers.names) eq \"a\"", "lower() needs String as source, and this is Array<String>; use [*] to pass each element")]
    [InlineData("ssl eq true", "ssl is Boolean and stands alone: write it as it is, or not before it")]
    [InlineData("http.host not in {\"a\"}", "not stands before the whole comparison: not <field> in {...}")]
    [InlineData("http.host starts_with \"a\"", "starts_with is a function: starts_with(http.host, \"...\")")]
    [InlineData("http.host in {\"a\", \"b\"}", "values in braces are separated by spaces, not commas")]
    [InlineData("ip.src eq 10.0.0.0/8", "a network stands in braces: in {...}")]
    [InlineData("ip.src in {10.0.0.1/8}", "bits behind the prefix length are set; write the first address of the network")]
    [InlineData("http.host eq 'a'", "a string stands in double quotes")]
    [InlineData("http.host eq \"\\n\"", "\\n is no escape; there are \\\", \\\\, \\xHH and \\OOO, and in a raw string r\"...\" nothing is escaped")]
    [InlineData("cf.waf.score eq 09", "'9' is no octal digit; a number with a leading zero is octal")]
    [InlineData("http.host\teq \"a\"", "expected an operator after http.host instead of a tab; only spaces and line ends separate words")]
    [InlineData("cf.waf.score in {1..\n2}", "expected an integer instead of the end of the line")]
    [InlineData("ssl and \0", "expected a field, a function, not, or '(' instead of a control character (U+0000)")]
    [InlineData("http.response.code eq 200", "http.response.code is not available here, only where there is a response: in response phases and in counting expressions of rate limits")]
    [InlineData("to_string(ssl) eq \"true\"", "to_string() may be used only in the values of rewrites and redirects, not in a rule's filter")]
    [InlineData("ip.src in $hosts", "the list 'hosts' holds String, and the value is IP address")]
    public void The_message_says_what_and_how_to_mend_it(string text, string message) => Assert.Equal(message, Error(text).Message);

    [Fact]
    public void Lines_and_columns_count_from_one()
    {
        ExpressionDiagnostic error = Error("ssl\r\nand http.host eq \"a\"\n and  nope eq 1");
        Assert.Equal((3, 7, 4), (error.Line, error.Column, error.Length));
    }

    [Fact]
    public void It_is_shown_with_carets_under_the_place()
    {
        const string text = "ssl and\nhttp.hots eq \"a\"";
        Assert.Equal("2:1: there is no field http.hots; did you mean http.host?\n  http.hots eq \"a\"\n  ^^^^^^^^^",
            Error(text).Render(text));
    }

    [Fact]
    public void Of_a_long_line_only_the_part_around_the_place_is_shown()
    {
        string text = $"http.host eq \"{new string('a', 300)}\" and nope eq 1 and http.host eq \"{new string('b', 300)}\"";
        string[] lines = Error(text).Render(text).Split('\n');
        Assert.True(lines[1].Length <= 102);
        Assert.Equal("nope", lines[1].Substring(lines[2].IndexOf('^', StringComparison.Ordinal), lines[2].Count(c => c == '^')));
    }

    private static ExpressionDiagnostic Error(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.False(Expression.TryCompile(text, new ExpressionScheme(ExpressionFeatures.None, ConformanceRequests.Lists), out _,
            diagnostics));
        return Assert.Single(diagnostics);
    }
}
