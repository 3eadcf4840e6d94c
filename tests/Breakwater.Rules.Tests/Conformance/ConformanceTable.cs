using System.Globalization;

namespace Breakwater.Rules.Tests.Conformance;

/// <summary>One line of a table: an expression, and what is expected of it.</summary>
internal sealed record ConformanceCase(string File, int Line, string Expected, string Text, SampleRequest Request, bool IsValue)
{
    public ExpressionScheme Scheme { get; } = new(IsValue ? ExpressionFeatures.Rewrite : ExpressionFeatures.None,
        ConformanceRequests.Lists);

    public override string ToString() => $"{File}:{Line}: {Expected}: {Text}";
}

/// <summary>Reads the tables.</summary>
internal static class ConformanceTable
{
    public static readonly string[] Files = ["operators.txt", "missing.txt", "logic.txt", "functions.txt", "errors.txt"];

    public static IEnumerable<ConformanceCase> All => Files.SelectMany(Read);

    public static IEnumerable<ConformanceCase> Read(string file)
    {
        SampleRequest request = ConformanceRequests.Sample;
        bool rewrite = false;
        foreach ((int index, string line) in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conformance", file)).Index())
        {
            switch (line)
            {
                case "" or ['#', ..]:
                    continue;
                case "request sample":
                    request = ConformanceRequests.Sample;
                    continue;
                case "request bare":
                    request = ConformanceRequests.Bare;
                    continue;
                case "rewrite":
                    rewrite = true;
                    continue;
            }

            int colon = line.StartsWith("= 2001:db8::17", StringComparison.Ordinal) ? 14 : line.IndexOf(": ", StringComparison.Ordinal);
            Assert.True(colon > 0, $"{file}:{index + 1}: no colon");
            string expected = line[..colon];
            bool isValue = expected is "missing" || expected[0] == '='
                || (rewrite && expected.StartsWith("error", StringComparison.Ordinal));
            yield return new ConformanceCase(file, index + 1, expected, line[(colon + 2)..], request, isValue);
        }
    }

    /// <summary>What an expression really comes to, in the words of the tables.</summary>
    public static string Outcome(ConformanceCase test)
    {
        var context = new EvaluationContext(test.Request);
        List<ExpressionDiagnostic> diagnostics = [];
        if (!test.IsValue)
        {
            return Expression.TryCompile(test.Text, test.Scheme, out Expression? filter, diagnostics)
                ? filter.Matches(context) ? "true" : "false" : Error(diagnostics);
        }

        if (!ValueExpression.TryCompile(test.Text, test.Scheme, out ValueExpression? value, diagnostics)) return Error(diagnostics);
        return value.TryEvaluateText(context, out ReadOnlySpan<byte> text) ? "= " + Shown(text) : "missing";
    }

    private static string Shown(ReadOnlySpan<byte> text)
    {
        var shown = new System.Text.StringBuilder();
        foreach (byte b in text) shown.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString()
            : "\\x" + b.ToString("x2", CultureInfo.InvariantCulture));
        return shown.ToString();
    }

    private static string Error(List<ExpressionDiagnostic> diagnostics) =>
        diagnostics is [{ Line: 1 } only] ? $"error {only.Column}" : $"{diagnostics.Count} diagnostics";
}
