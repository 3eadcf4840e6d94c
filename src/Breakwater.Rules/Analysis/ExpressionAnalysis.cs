using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Analysis;

/// <summary>What is certain about a filter before any request comes.</summary>
public enum ExpressionCertainty
{
    /// <summary>It depends on the request, as far as can be seen.</summary>
    Depends,

    /// <summary>It matches no request.</summary>
    Never,

    /// <summary>It matches every request.</summary>
    Always,
}

/// <summary>
/// Finds filters that can be seen to be mistakes. Every finding is certain; not every mistake is found: comparisons are taken apart only
/// where they stand on the same value. Pure.
/// </summary>
public static class ExpressionAnalysis
{
    /// <summary>Whether a filter matches no request, or every one.</summary>
    public static ExpressionCertainty Certainty(Expression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.Root is ConstantPredicate constant) return constant.Value ? ExpressionCertainty.Always : ExpressionCertainty.Never;
        List<Term>? terms = Term.Alternatives(expression.Syntax, negated: false);
        if (terms is not null && terms.All(t => t.IsContradiction)) return ExpressionCertainty.Never;
        List<Term>? opposite = Term.Alternatives(expression.Syntax, negated: true);
        return opposite is not null && opposite.All(t => t.IsContradiction) ? ExpressionCertainty.Always : ExpressionCertainty.Depends;
    }

    /// <summary>
    /// Whether every request that <paramref name="filter"/> matches is matched by <paramref name="wider"/> as well: a rule behind a
    /// terminating one with such a filter is never reached.
    /// </summary>
    public static bool IsImpliedBy(Expression filter, Expression wider)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(wider);
        if (Certainty(filter) == ExpressionCertainty.Never || Certainty(wider) == ExpressionCertainty.Always) return true;
        // filter and not wider never matches.
        List<Term>? matching = Term.Alternatives(filter.Syntax, negated: false);
        List<Term>? outside = Term.Alternatives(wider.Syntax, negated: true);
        if (matching is null || outside is null || (long)matching.Count * outside.Count > Term.MostAlternatives) return false;
        return matching.All(m => outside.All(o => Term.Both(m, o).IsContradiction));
    }
}
