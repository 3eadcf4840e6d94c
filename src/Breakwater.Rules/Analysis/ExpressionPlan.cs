using System.Globalization;
using System.Text;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Formatting;

namespace Breakwater.Rules.Analysis;

/// <summary>Shows what a filter was compiled to.</summary>
public static class ExpressionPlan
{
    /// <summary>
    /// The compiled filter, one test a line in the order of evaluation, each with its estimated cost in nanoseconds. The estimate of a
    /// whole takes into account that tests behind a failing one are not reached.
    /// </summary>
    public static string Print(Expression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var text = new StringBuilder();
        Append(text, expression.Root, 0);
        return text.ToString();
    }

    /// <summary>The estimated cost of one evaluation in nanoseconds; a guess by the kinds of tests, to compare filters by.</summary>
    public static double EstimateNanoseconds(Expression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return expression.Root.Cost;
    }

    private static void Append(StringBuilder text, Predicate predicate, int indent)
    {
        (string shown, Predicate[] inner) = predicate switch
        {
            AndPredicate and => ("all of, until one fails", and.Operands),
            OrPredicate or => ("one of, until one matches", or.Operands),
            XorPredicate xor => ("an odd number of", xor.Operands),
            NotPredicate not => ("not", [not.Operand]),
            ConstantPredicate constant => (constant.Value ? "always true" : "always false", (Predicate[])[]),
            _ => (predicate.Origin is null ? "" : SyntaxWriter.OneLine(predicate.Origin), []),
        };
        text.Append(CultureInfo.InvariantCulture, $"{predicate.Cost,7:0.0} ns  ").Append(' ', indent * 2).Append(shown).Append('\n');
        foreach (Predicate operand in inner) Append(text, operand, indent + 1);
    }
}
