using System.Diagnostics;
using Breakwater.Rules.Tests.Conformance;
using Breakwater.Rules.Tests.Naive;
using CsCheck;

namespace Breakwater.Rules.Tests.Syntax;

/// <summary>
/// Whatever the text, the parser answers: an expression, or one error that lies inside the text. It never throws, and never takes long.
/// </summary>
public sealed class HostileTextTests
{
    private static readonly ExpressionScheme Scheme = new(ExpressionFeatures.Rewrite, ConformanceRequests.Lists);

    private static readonly string[] Lines = [.. ConformanceTable.All.Select(t => t.Text)];

    private static readonly string[] Tokens =
    [
        "(", ")", "not ", "!", " and ", " or ", " xor ", "&&", "||", "^^", "any(", "all(", "[*]", "[0]", "[\"a\"]", "{", "}", "\"", "r\"",
            "r#\"", "\"#", "\\", "\\x4",
        "http.host", "http.request.headers", "ssl", "ip.src", "cf.waf.score", " eq ", " in ", " matches ", " wildcard ", "lower(",
            "concat(", ",", "..", "$hosts", "0x", "-",
        "1", "::1", "1.2.3.4/8", "01:02", "\t", "\n", " ", "é", "\ud83d", "\0", "~", "&", "**", "${1}",
    ];

    [Fact]
    public void Random_characters() => Seeded.Check(Gen.String[0, 60], IsAnswered, Show, 8_000);

    [Fact]
    public void Random_tokens() => Seeded.Check(
        Gen.Int[0, Tokens.Length - 1].Array[0, 25].Select(picks => string.Concat(picks.Select(i => Tokens[i]))), IsAnswered, Show, 8_000);

    [Fact]
    public void Good_expressions_with_mistakes() => Seeded.Check(
        Gen.Select(
            Gen.OneOf(Gen.Int[0, Lines.Length - 1].Select(i => Lines[i]), ExpressionGenerator.Filter(2)),
            Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1], Gen.Int[0, Tokens.Length - 1]).Array[1, 3]).Select((text, edits) =>
                edits.Aggregate(text, Edit)),
        IsAnswered, Show, 8_000);

    [Fact]
    public void Every_beginning_of_a_good_expression() => Assert.All(
        Lines.Distinct(), line => Assert.All(Enumerable.Range(0, line.Length), length => Assert.True(IsAnswered(line[..length]))));

    [Theory]
    [InlineData("(", ")", "ssl")]
    [InlineData("not ", "", "ssl")]
    [InlineData("!", "", "ssl")]
    [InlineData("lower(", ")", "http.host")]
    public void Nesting_ends_at_128(string open, string close, string inner)
    {
        string tail = inner == "ssl" ? "" : " eq \"x\"";
        string Nested(int depth) =>
            string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth)) + tail;
        Assert.Null(Error(Nested(128)));
        ExpressionDiagnostic error = Assert.IsType<ExpressionDiagnostic>(Error(Nested(129)));
        Assert.Equal((1, (128 * open.Length) + 1), (error.Line, error.Column));
        Assert.Contains("128", error.Message, StringComparison.Ordinal);
        Assert.Contains("128", Error(Nested(30_000))!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", "")]
    [InlineData("not ", "")]
    [InlineData("any(", "")]
    [InlineData("lower(", "")]
    [InlineData("lower(lower(http.host) eq ", "")]
    [InlineData("a.", "")]
    [InlineData("http.host in {\"", "")]
    [InlineData("http.host eq \"a\" and ", "ssl")]
    [InlineData("http.request.headers[", "")]
    [InlineData("concat(http.host eq \"a\", ", "")]
    [InlineData("ip.src in {1.1.1.1 ", "")]
    [InlineData("r####", "")]
    [InlineData("http.host matches \"[", "")]
    [InlineData("http.host matches r\"(((", "")]
    public void Time_is_linear_in_the_text(string repeated, string end)
    {
        string text = string.Concat(Enumerable.Repeat(repeated, 200_000 / repeated.Length)) + end;
        long start = Stopwatch.GetTimestamp();
        Assert.True(IsAnswered(text));
        // A second for what takes milliseconds: only what is not linear takes longer.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"{Stopwatch.GetElapsedTime(start)}");
    }

    [Fact]
    public void What_is_compared_inside_calls_is_parsed_once()
    {
        string text = "ssl";
        for (int i = 0; i < 100; i++) text = $"to_string({text} and ssl) eq \"true\"";
        Assert.Null(ErrorOfValue(text));
    }

    [Fact]
    public void Too_long_a_text_is_refused_unread()
    {
        ExpressionDiagnostic error = Assert.IsType<ExpressionDiagnostic>(Error(new string(' ', 300_000)));
        Assert.Contains("300000 characters", error.Message, StringComparison.Ordinal);
    }

    private static string Edit(string text, (int Kind, double Place, int Token) edit)
    {
        int at = (int)(edit.Place * text.Length);
        return edit.Kind switch
        {
            0 => text.Insert(at, Tokens[edit.Token]),
            1 when at < text.Length => text.Remove(at, 1),
            2 when at < text.Length => text[..at] + Tokens[edit.Token] + text[(at + 1)..],
            _ => text[at..] + text[..at],
        };
    }

    private static bool IsAnswered(string text) => IsGood(text, Error(text)) && IsGood(text, ErrorOfValue(text));

    private static bool IsGood(string text, ExpressionDiagnostic? error)
    {
        if (error is null) return true;
        string[] lines = text.Split('\n');
        string rendered = error.Render(text);
        return error.Line >= 1 && error.Line <= lines.Length && error.Column >= 1
            && error.Column <= Math.Max(1, lines[error.Line - 1].Length + 1)
            && error.Length >= 1 && error.Message.Length is > 0 and < 500 && rendered.Split('\n') is [_, _, { Length: < 130 } carets]
                && carets.EndsWith('^');
    }

    private static ExpressionDiagnostic? Error(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        bool good = Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics);
        Assert.Equal(good, expression is not null);
        if (good) expression!.Matches(new EvaluationContext(ConformanceRequests.Sample));
        return good ? null : Assert.Single(diagnostics);
    }

    private static ExpressionDiagnostic? ErrorOfValue(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        bool good = ValueExpression.TryCompile(text, Scheme, out ValueExpression? expression, diagnostics);
        Assert.Equal(good, expression is not null);
        if (good) expression!.TryEvaluateKey(new EvaluationContext(ConformanceRequests.Sample), out _);
        return good ? null : Assert.Single(diagnostics);
    }

    private static string Show(string text) => text;
}
