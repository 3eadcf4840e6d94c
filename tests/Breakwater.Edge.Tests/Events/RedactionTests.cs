using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Rules;

namespace Breakwater.Edge.Tests.Events;

/// <summary>Secrets of a request never reach an event, whichever field of it a rule reads.</summary>
public sealed class RedactionTests
{
    private const string Secret = "s3cr3t";

    private static readonly Redaction Rules = Redaction.Of(new AccessLogConfig());

    private static readonly ExpressionScheme Anywhere = new(ExpressionFeatures.Response | ExpressionFeatures.Account | ExpressionFeatures.RateLimit);

    private static readonly byte[] Request = Encoding.Latin1.GetBytes(
        "GET /login?token=s3cr3t&item=7&user[password]=s3cr3t HTTP/1.1\r\n"
        + "Host: shop.example\r\nAuthorization: Bearer s3cr3t\r\nCookie: sid=s3cr3t; theme=s3cr3t\r\nX-Api-Key: s3cr3t\r\n"
        + "Referer: https://u:s3cr3t@a.example/?code=s3cr3t#s3cr3t\r\nUser-Agent: curl/8.5\r\nX-Trace: \u00e2\u0080\u00ae\u00ff\r\n\r\n");

    public static TheoryData<string> Expressions => [.. KnownFields.All.Select(ExpressionOver).OfType<string>()];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void No_field_shows_a_secret(string expression)
    {
        Assert.True(Expression.TryCompile(expression, Anywhere, out Expression? compiled, []), expression);
        string shown = string.Join(' ', SeenValues.Of(compiled, TestExchange.Over(Request).Values, Rules).Values);
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http.request.uri.query eq \"\"", "http.request.uri.query", "token=REDACTED&item=7&user[password]=REDACTED")]
    [InlineData("http.request.uri eq \"\"", "http.request.uri", "/login?token=REDACTED&item=7&user[password]=REDACTED")]
    [InlineData("http.request.uri.args[\"item\"][0] eq \"7\"", "http.request.uri.args[\"item\"]", "7")]
    [InlineData("http.request.uri.args[\"token\"][0] eq \"7\"", "http.request.uri.args[\"token\"]", "REDACTED")]
    [InlineData("http.request.headers[\"x-api-key\"][0] eq \"7\"", "http.request.headers[\"x-api-key\"]", "REDACTED")]
    [InlineData("http.request.headers[\"user-agent\"][0] eq \"7\"", "http.request.headers[\"user-agent\"]", "curl/8.5")]
    [InlineData("http.request.headers[\"x-other\"][0] eq \"7\"", "http.request.headers[\"x-other\"]", null)]
    [InlineData("http.request.headers[\"x-trace\"][0] eq \"7\"", "http.request.headers[\"x-trace\"]", "\\xe2\\x80\\xae\\xff")]
    [InlineData("any(http.request.cookies[\"sid\"][*] eq \"7\")", "http.request.cookies[\"sid\"]", "REDACTED")]
    [InlineData("any(http.request.uri.args.values[*] eq \"7\")", "http.request.uri.args.values", "[\"REDACTED\", \"7\", \"REDACTED\"]")]
    [InlineData("any(http.request.uri.args.names[*] eq \"7\")", "http.request.uri.args.names", "[\"token\", \"item\", \"user[password]\"]")]
    [InlineData("http.cookie contains \"x\"", "http.cookie", "REDACTED")]
    [InlineData("http.referer contains \"x\"", "http.referer", "https://a.example/?code=REDACTED")]
    [InlineData("ip.src eq 192.0.2.7", "ip.src", "192.0.2.7")]
    [InlineData("ip.src.asnum eq 1", "ip.src.asnum", null)]
    public void What_a_rule_saw_is_shown(string expression, string field, string? value)
    {
        Assert.True(Expression.TryCompile(expression, ExpressionScheme.Filter, out Expression? compiled, []), expression);
        KeyValuePair<string, string?> seen = Assert.Single(SeenValues.Of(compiled, TestExchange.Over(Request).Values, Rules));
        Assert.Equal((field, value), (seen.Key, seen.Value));
    }

    [Fact]
    public void A_head_is_kept_without_its_secrets()
    {
        string head = Rules.Head(TestExchange.Over(Request).Request, out bool truncated);
        Assert.False(truncated);
        Assert.DoesNotContain(Secret, head, StringComparison.Ordinal);
        Assert.Equal(
            """
            GET /login?token=REDACTED&item=7&user[password]=REDACTED HTTP/1.1
            Host: shop.example
            Authorization: REDACTED
            Cookie: REDACTED
            X-Api-Key: REDACTED
            Referer: https://a.example/?code=REDACTED
            User-Agent: curl/8.5
            X-Trace: \xe2\x80\xae\xff
            """, head);
    }

    [Fact]
    public void A_long_head_is_cut_between_fields()
    {
        Exchange exchange = TestExchange.Get("/", [.. Enumerable.Range(0, 20).Select(i => $"X-{i}: {new string('x', 900)}")]);
        string head = Rules.Head(exchange.Request, out bool truncated);
        Assert.True(truncated);
        Assert.InRange(head.Length, Redaction.MaxHead - 1000, Redaction.MaxHead);
        Assert.All(head.Split('\n').Skip(2), line => Assert.Equal(900, line.Count(letter => letter == 'x')));
    }

    [Fact]
    public void Values_are_bounded_however_long_the_request()
    {
        Exchange exchange = TestExchange.Get("/" + new string('a', 2000) + "?" + string.Join('&', Enumerable.Range(0, 40).Select(i => $"a{i}={new string('b', 100)}")));
        Assert.True(Expression.TryCompile(
            "http.request.uri eq \"\" or http.request.uri.query eq \"\" or any(http.request.uri.args.values[*] eq \"\") or any(http.request.uri.args.names[*] eq \"\")",
            ExpressionScheme.Filter, out Expression? expression, []));
        Assert.All(SeenValues.Of(expression, exchange.Values, Rules).Values, value => Assert.InRange(value!.Length, 2, 400));
    }

    /// <summary>An expression that reads this field; null for those of bodies and tokens that are not read yet, and that are nested deeper.</summary>
    private static string? ExpressionOver(FieldDefinition definition)
    {
        string name = definition.Name;
        string text = definition.Type switch
        {
            { Kind: TypeKind.Bool } => name,
            { Kind: TypeKind.Bytes } => $"{name} eq \"x\"",
            { Kind: TypeKind.Int } => $"{name} eq 1",
            { Kind: TypeKind.Ip } => $"{name} eq 192.0.2.1",
            { Kind: TypeKind.Array, Scalar: TypeKind.Bytes } => $"any({name}[*] eq \"x\")",
            { Kind: TypeKind.Array } => $"any({name}[*] eq 1)",
            _ => $"any({name}[*][*] eq \"x\")",
        };
        return Expression.TryCompile(text, Anywhere, out _, []) ? text : null;
    }
}
