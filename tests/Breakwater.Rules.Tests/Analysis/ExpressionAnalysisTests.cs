using Breakwater.Rules.Analysis;
using Breakwater.Rules.Tests.Conformance;
using Breakwater.Rules.Tests.Naive;
using CsCheck;

namespace Breakwater.Rules.Tests.Analysis;

/// <summary>What can be seen of a filter before any request: whether it ever, or always, matches, and whether another covers it.</summary>
public sealed class ExpressionAnalysisTests
{
    private static readonly ExpressionScheme Scheme = new(ExpressionFeatures.None, ConformanceRequests.Lists);

    [Theory]
    [InlineData("http.host eq \"a\" and http.host eq \"b\"")]
    [InlineData("http.host eq \"a\" and http.host in {\"b\" \"c\"}")]
    [InlineData("http.host eq \"a\" and http.host ne \"a\"")]
    [InlineData("http.host eq \"a\" and not http.host eq \"a\"")]
    [InlineData("http.host eq \"a\" and not http.host wildcard \"*\"")]
    [InlineData("http.host eq \"abc\" and http.host contains \"x\"")]
    [InlineData("http.host in {\"abc\" \"abd\"} and not http.host contains \"ab\"")]
    [InlineData("http.host contains \"abc\" and not http.host contains \"b\"")]
    [InlineData("http.host matches \"^a\" and not http.host matches \"^a\"")]
    [InlineData("http.host in {}")]
    [InlineData("cf.waf.score gt 10 and cf.waf.score lt 5")]
    [InlineData("cf.waf.score gt 10 and cf.waf.score lt 11")]
    [InlineData("cf.waf.score in {1..5} and cf.waf.score in {6..9}")]
    [InlineData("cf.waf.score eq 1 and not cf.waf.score in {0..5}")]
    [InlineData("cf.waf.score gt 9223372036854775807")]
    [InlineData("cf.waf.score bitwise_and 0")]
    [InlineData("ip.src in {10.0.0.0/8} and ip.src in {192.168.0.0/16}")]
    [InlineData("ip.src eq 10.0.0.1 and not ip.src in {10.0.0.0/8}")]
    [InlineData("ip.src eq 10.0.0.1 and ip.src eq ::1")]
    [InlineData("ip.src lt 10.0.0.1 and ip.src gt ::1")]
    [InlineData("ssl and not ssl")]
    [InlineData("(ssl or cf.client.bot) and not ssl and not cf.client.bot")]
    [InlineData("http.host eq \"a\" and (http.host eq \"b\" or http.host eq \"c\")")]
    [InlineData("lower(http.host) eq \"a\" and lower(http.host) eq \"b\"")]
    [InlineData("any(http.request.headers.names[*] eq \"a\") and not any(http.request.headers.names[*] == \"a\")")]
    [InlineData("starts_with(http.host, \"a\") and not starts_with(http.host, \"a\")")]
    [InlineData("http.host eq \"bc\" and starts_with(http.host, \"c\")")]
    [InlineData("http.host wildcard \"A*\" and starts_with(http.host, \"b\")")]
    [InlineData("http.host wildcard \"ab\" and not http.host wildcard \"*B\"")]
    [InlineData("ends_with(http.host, \"/\") and ends_with(http.host, \"x\")")]
    public void It_can_never_match(string text) => Assert.Equal(ExpressionCertainty.Never, ExpressionAnalysis.Certainty(Compile(text)));

    [Theory]
    [InlineData("ssl or not ssl")]
    [InlineData("not http.host in {}")]
    [InlineData("not (http.host eq \"a\" and http.host eq \"b\")")]
    [InlineData("http.host eq \"a\" or not http.host eq \"a\"")]
    [InlineData("http.host contains \"\" or not starts_with(http.host, \"a\")")]
    [InlineData("not cf.waf.score gt 5 or cf.waf.score gt 3")]
    [InlineData("not ip.src in {10.1.0.0/16} or ip.src in {10.0.0.0/8}")]
    public void It_always_matches(string text) => Assert.Equal(ExpressionCertainty.Always, ExpressionAnalysis.Certainty(Compile(text)));

    [Theory]
    [InlineData("http.host eq \"a\" or http.host ne \"a\"")] // neither, when it is missing
    [InlineData("cf.waf.score le 5 or cf.waf.score gt 5")]
    [InlineData("http.host eq \"a\" and http.user_agent eq \"b\"")]
    [InlineData("not http.host eq \"a\" and not http.host ne \"a\"")] // when it is missing
    [InlineData("not http.host contains \"a\" and not http.host wildcard \"*\"")]
    [InlineData("any(http.request.headers.names[*] eq \"a\") and any(http.request.headers.names[*] eq \"b\")")]
    [InlineData("ip.src ne 10.0.0.1 and ip.src in {::/0}")]
    [InlineData("starts_with(http.host, \"a\") and starts_with(http.host, \"ab\")")]
    [InlineData("http.host wildcard \"*\" or starts_with(http.host, \"a\")")] // not without a host
    [InlineData("starts_with(http.host, \"ab\") and ends_with(http.host, \"ba\")")] // aba
    [InlineData("http.host wildcard \"a*\" and not starts_with(http.host, \"a\")")] // A
    public void It_depends(string text) => Assert.Equal(ExpressionCertainty.Depends, ExpressionAnalysis.Certainty(Compile(text)));

    [Theory]
    [InlineData("http.host eq \"a\"", "http.host eq \"a\"")]
    [InlineData("http.host eq \"a\"", "(http.host == \"a\")")]
    [InlineData("http.host eq \"a\" and ssl", "http.host eq \"a\"")]
    [InlineData("http.host eq \"a\"", "http.host in {\"a\" \"b\"}")]
    [InlineData("http.host in {\"a\" \"b\"}", "http.host in {\"c\" \"b\" \"a\"}")]
    [InlineData("http.request.uri.path contains \"/wp-admin/\"", "http.request.uri.path contains \"/wp-\"")]
    [InlineData("http.request.uri.path eq \"/wp-admin/\"", "http.request.uri.path contains \"/wp-\"")]
    [InlineData("ip.src in {10.1.0.0/16 10.2.3.4}", "ip.src in {10.0.0.0/8}")]
    [InlineData("ip.src eq 2001:db8::1", "ip.src in {10.0.0.0/8 2001:db8::/32}")]
    [InlineData("cf.waf.score lt 10", "cf.waf.score le 20")]
    [InlineData("cf.waf.score in {5 7}", "cf.waf.score gt 4 and cf.waf.score lt 8")]
    [InlineData("ssl and http.host eq \"a\"", "http.host eq \"b\" or ssl")]
    [InlineData("ssl", "ssl or cf.client.bot")]
    [InlineData("ip.src in $office and ssl", "ip.src in $office")]
    [InlineData("ssl and not ssl", "http.host eq \"a\"")]
    public void Another_covers_it(string narrow, string wide) =>
        Assert.True(ExpressionAnalysis.IsImpliedBy(Compile(narrow), Compile(wide)));

    [Theory]
    [InlineData("http.host eq \"a\"", "http.host eq \"b\"")]
    [InlineData("http.host in {\"a\" \"b\"}", "http.host eq \"a\"")]
    [InlineData("not http.host eq \"a\"", "http.host ne \"a\"")] // a missing host
    [InlineData("ip.src in {10.0.0.0/8}", "ip.src in {10.1.0.0/16}")]
    [InlineData("cf.waf.score le 20", "cf.waf.score lt 20")]
    [InlineData("ssl or cf.client.bot", "ssl")]
    [InlineData("http.request.uri.path contains \"/wp-\"", "http.request.uri.path contains \"/wp-admin/\"")]
    public void Another_does_not_cover_it(string narrow, string wide) =>
        Assert.False(ExpressionAnalysis.IsImpliedBy(Compile(narrow), Compile(wide)));

    [Fact]
    public void What_is_certain_holds_for_every_request()
    {
        int certain = 0, covered = 0;
        Gen<string> filter = Gen.Frequency((1, ExpressionGenerator.Filter(2)), (3, ExpressionGenerator.Related));
        Seeded.Check(
            Gen.Select(filter, filter, Gen.Int[0, 3], ExpressionGenerator.Request.Array[12]),
            sample =>
            {
                (string one, string other, int form, SampleRequest[] requests) = sample;
                Expression a = Compile(one), b = Compile(form switch
                {
                    0 => other,
                    1 => $"({one}) and ({other})",
                    2 => $"({one}) or ({other})",
                    _ => $"not ({one}) or ({other})",
                });
                ExpressionCertainty certainty = ExpressionAnalysis.Certainty(b);
                (bool aInB, bool bInA) = (ExpressionAnalysis.IsImpliedBy(a, b), ExpressionAnalysis.IsImpliedBy(b, a));
                if (certainty != ExpressionCertainty.Depends) certain++;
                if (aInB) covered++;
                if (bInA) covered++;
                return requests.All(request =>
                {
                    var context = new EvaluationContext(request);
                    (bool inA, bool inB) = (a.Matches(context), b.Matches(context));
                    return (certainty == ExpressionCertainty.Depends || inB == (certainty == ExpressionCertainty.Always))
                        && (!aInB || !inA || inB) && (!bInA || !inB || inA);
                });
            },
            sample => $"{sample.Item1}   {sample.Item3}   {sample.Item2}",
            6_000);
        Assert.True(certain > 300 && covered > 2_000, $"{certain} certain, {covered} covered");
    }

    [Fact]
    public void The_plan_puts_cheap_tests_first_and_tells_their_cost()
    {
        Expression expression = Compile("http.request.uri.path matches \"^/api/\" and (http.host eq \"a\" or ip.src in {10.0.0.0/8}) "
            + "and not ssl and not http.host in {}");
        string[] lines = [.. ExpressionPlan.Print(expression).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l =>
            l[11..].TrimStart())];
        Assert.Equal(
            ["all of, until one fails", "not", "ssl", "one of, until one matches", "ip.src in {10.0.0.0/8}", "http.host eq \"a\"",
                "http.request.uri.path matches \"^/api/\""],
            lines);
        Assert.True(ExpressionPlan.EstimateNanoseconds(expression) < ExpressionPlan.EstimateNanoseconds(Compile("http.request.uri.path matches \"^/api/\"")));
    }

    private static Expression Compile(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics),
            diagnostics.FirstOrDefault()?.Render(text));
        return expression;
    }
}
