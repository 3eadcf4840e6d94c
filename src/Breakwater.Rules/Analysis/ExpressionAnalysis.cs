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
    /// <summary>Pairs of alternatives that are compared; filters that would need more are said not to cover one another.</summary>
    private const int MostComparisons = 10_000;

    /// <summary>Whether a filter matches no request, or every one.</summary>
    public static ExpressionCertainty Certainty(Expression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return FilterFacts.Of(expression).Certainty;
    }

    /// <summary>
    /// Whether every request that <paramref name="filter"/> matches is matched by <paramref name="wider"/> as well: a rule behind a
    /// terminating one with such a filter is never reached.
    /// </summary>
    public static bool IsImpliedBy(Expression filter, Expression wider)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(wider);
        long effort = MostComparisons;
        return FilterFacts.Of(filter).IsImpliedBy(FilterFacts.Of(wider), ref effort);
    }
}
