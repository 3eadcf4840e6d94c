using Breakwater.Rules.Formatting;
using Breakwater.Rules.Tests.Conformance;
using CsCheck;

namespace Breakwater.Rules.Tests.Naive;

/// <summary>Compiled expressions, alone and in sets, and their formatted form, say what a plain evaluator says.</summary>
public sealed class DifferentialTests
{
    private static readonly ExpressionScheme Scheme = new(ExpressionFeatures.None, ConformanceRequests.Lists);

    [Fact]
    public void A_compiled_expression_says_what_a_plain_evaluator_says()
    {
        int matches = 0, all = 0;
        Seeded.Check(
            Gen.Select(ExpressionGenerator.Filter(3), ExpressionGenerator.Request),
            sample =>
            {
                Expression expression = Compile(sample.Item1);
                bool expected = new NaiveEvaluator(sample.Item2).Matches(expression.Syntax);
                var context = new EvaluationContext(sample.Item2);
                all++;
                if (expected) matches++;
                return expression.Matches(context) == expected && expression.Matches(context) == expected;
            },
            sample => sample.Item1,
            8_000);
        Assert.InRange(matches, all / 5, all * 4 / 5);
    }

    [Fact]
    public void Every_line_of_the_tables_says_so_as_well() => Assert.All(
        ConformanceTable.All.Where(t => t.Expected is "true" or "false" && !t.Text.Contains("hmac", StringComparison.Ordinal)
            && !t.Text.Contains("json", StringComparison.Ordinal) && !t.Text.Contains("url_decode", StringComparison.Ordinal)
            && !t.Text.Contains("cidr6", StringComparison.Ordinal) && !t.Text.Contains("matches", StringComparison.Ordinal)
                && !t.Text.Contains('~')),
        t => Assert.Equal(t.Expected == "true", new NaiveEvaluator(t.Request).Matches(Compile(t.Text).Syntax)));

    [Fact]
    public void Formatting_keeps_the_meaning_and_settles_at_once() => Seeded.Check(
        Gen.Select(ExpressionGenerator.Filter(3), ExpressionGenerator.Request, Gen.Int[20, 120]),
        sample =>
        {
            (string text, SampleRequest request, int width) = sample;
            Expression expression = Compile(text);
            string formatted = ExpressionFormatter.Format(expression, width);
            Expression again = Compile(formatted);
            var context = new EvaluationContext(request);
            return ExpressionFormatter.Format(again, width) == formatted && again.Matches(context) == expression.Matches(context);
        },
        sample => sample.Item1,
        2_000);

    [Fact]
    public void A_set_says_of_each_expression_what_it_says_alone() => Seeded.Check(
        Gen.Select(ExpressionGenerator.Filter(2).Array[1, 150], ExpressionGenerator.Request.Array[1, 5]),
        sample =>
        {
            Expression[] expressions = [.. sample.Item1.Select(Compile)];
            var set = ExpressionSet.Create(expressions);
            var context = new EvaluationContext(sample.Item2[0]);
            return sample.Item2.All(request =>
            {
                context.Reset(request);
                int[] alone = [.. Enumerable.Range(0, expressions.Length).Where(i => expressions[i].Matches(context))];
                return alone.SequenceEqual(Together(set, context)) && alone.SequenceEqual(OneByOne(set, context));
            });
        },
        sample => string.Join('\n', sample.Item1),
        60);

    private static Expression Compile(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics),
            diagnostics.FirstOrDefault()?.Render(text));
        return expression;
    }

    private static List<int> Together(ExpressionSet set, EvaluationContext context)
    {
        List<int> matches = [];
        using ExpressionSetPass pass = set.Begin(context);
        for (int i = pass.Next(0); i >= 0; i = pass.Next(i + 1)) matches.Add(i);
        return matches;
    }

    private static List<int> OneByOne(ExpressionSet set, EvaluationContext context)
    {
        List<int> matches = [];
        using ExpressionSetPass pass = set.Begin(context);
        for (int i = 0; i < set.Count; i++)
        {
            if (pass.Matches(i)) matches.Add(i);
        }

        return matches;
    }
}
