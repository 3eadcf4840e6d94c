using Breakwater.Rules.Formatting;
using Breakwater.Rules.Tests.Conformance;
using CsCheck;

namespace Breakwater.Rules.Tests.Naive;

/// <summary>Compiled expressions, alone and in sets, and their formatted form, say what a plain evaluator says.</summary>
public sealed class DifferentialTests
{
    private const string Seed = "0000KzYzUXi2";
    private static readonly ExpressionScheme Scheme = new(ExpressionFeatures.None, ConformanceRequests.Lists);

    [Fact]
    public void A_compiled_expression_says_what_a_plain_evaluator_says() =>
        Gen.Select(ExpressionGenerator.Filter(3), ExpressionGenerator.Request).Sample(
            (text, request) =>
            {
                Expression expression = Compile(text);
                bool expected = new NaiveEvaluator(request).Matches(expression.Syntax);
                var context = new EvaluationContext(request);
                return expression.Matches(context) == expected && expression.Matches(context) == expected;
            },
            iter: 20_000, seed: Seed, threads: 1);

    [Fact]
    public void Formatting_keeps_the_meaning_and_settles_at_once() =>
        Gen.Select(ExpressionGenerator.Filter(3), ExpressionGenerator.Request, Gen.Int[20, 120]).Sample(
            (text, request, width) =>
            {
                Expression expression = Compile(text);
                string formatted = ExpressionFormatter.Format(expression, width);
                Expression again = Compile(formatted);
                var context = new EvaluationContext(request);
                return ExpressionFormatter.Format(again, width) == formatted && again.Matches(context) == expression.Matches(context);
            },
            iter: 5_000, seed: Seed, threads: 1);

    [Fact]
    public void A_set_says_of_each_expression_what_it_says_alone() =>
        Gen.Select(ExpressionGenerator.Filter(2).Array[1, 150], ExpressionGenerator.Request.Array[1, 5]).Sample(
            (texts, requests) =>
            {
                Expression[] expressions = [.. texts.Select(Compile)];
                var set = ExpressionSet.Create(expressions);
                var context = new EvaluationContext(requests[0]);
                return requests.All(request =>
                {
                    context.Reset(request);
                    int[] alone = [.. Enumerable.Range(0, expressions.Length).Where(i => expressions[i].Matches(context))];
                    return alone.SequenceEqual(Together(set, context)) && alone.SequenceEqual(OneByOne(set, context));
                });
            },
            iter: 200, seed: Seed, threads: 1);

    private static Expression Compile(string text)
    {
        List<ExpressionDiagnostic> diagnostics = [];
        Assert.True(Expression.TryCompile(text, Scheme, out Expression? expression, diagnostics), diagnostics.FirstOrDefault()?.Render(text));
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
