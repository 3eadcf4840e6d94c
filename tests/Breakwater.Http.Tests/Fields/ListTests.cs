namespace Breakwater.Http.Tests.Fields;

/// <summary>Lists, cookies and query arguments.</summary>
public sealed class ListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a,b", "a|b")]
    [InlineData(" a , b\t,\tc ", "a|b|c")]
    [InlineData(",, a,,b, ,", "a|b")]
    [InlineData("a b, c", "a b|c")]
    [InlineData("a;q=\"x,y\", b", "a;q=\"x,y\"|b")]
    [InlineData("\"a\\\",b\", c", "\"a\\\",b\"|c")]
    [InlineData("\"a, b", "\"a, b")]
    [InlineData("\"a\\", "\"a\\")]
    public void ElementsAreSeparatedByCommas(string list, string expected)
    {
        List<string> elements = [];
        foreach (ReadOnlySpan<byte> element in HeaderTokens.Enumerate(Wire.Bytes(list)))
        {
            elements.Add(Wire.Text(element));
        }

        Assert.Equal(expected, string.Join('|', elements));
    }

    [Theory]
    [InlineData("close", true)]
    [InlineData("keep-alive, CLOSE", true)]
    [InlineData(",\tclose ,x", true)]
    [InlineData("closed", false)]
    [InlineData("not-close", false)]
    [InlineData("clo se", false)]
    [InlineData("", false)]
    [InlineData("\"close\"", false)]
    public void ATokenIsFoundInAnyCase(string list, bool expected) =>
        Assert.Equal(expected, HeaderTokens.Contains(Wire.Bytes(list), "close"u8));

    [Theory]
    [InlineData("", "")]
    [InlineData("a=1", "a:1")]
    [InlineData("a=1; b=2;c=3", "a:1|b:2|c:3")]
    [InlineData(" a = 1 ;; ; b=", "a:1|b:")]
    [InlineData("a=b=c", "a:b=c")]
    [InlineData("a", ":a")]
    [InlineData("=a", ":a")]
    [InlineData("a=\"x y\"", "a:\"x y\"")]
    public void CookiesArePairs(string field, string expected)
    {
        List<string> pairs = [];
        CookiePairs cookies = new(Wire.Bytes(field));
        while (cookies.MoveNext())
        {
            pairs.Add(Wire.Text(cookies.Name) + ":" + Wire.Text(cookies.Value));
        }

        Assert.Equal(expected, string.Join('|', pairs));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a=1", "a:1")]
    [InlineData("a=1&b=2&&c", "a:1|b:2|c:")]
    [InlineData("=1&a=", ":1|a:")]
    [InlineData("a=b=c&%41=+%20", "a:b=c|%41:+%20")]
    [InlineData("a;b=1", "a;b:1")]
    public void QueriesAreArguments(string query, string expected)
    {
        List<string> pairs = [];
        QueryArguments arguments = new(Wire.Bytes(query));
        while (arguments.MoveNext())
        {
            pairs.Add(Wire.Text(arguments.Name) + ":" + Wire.Text(arguments.Value));
        }

        Assert.Equal(expected, string.Join('|', pairs));
    }
}
