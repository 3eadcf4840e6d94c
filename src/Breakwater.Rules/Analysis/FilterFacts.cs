using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Formatting;

namespace Breakwater.Rules.Analysis;

/// <summary>A filter taken apart, so that it can be compared with many others. Immutable.</summary>
internal sealed class FilterFacts
{
    private readonly List<Term>? _matching;
    private readonly List<Term>? _outside;

    private FilterFacts(Expression expression)
    {
        Text = SyntaxWriter.OneLine(expression.Syntax);
        _matching = Possible(Term.Alternatives(expression.Syntax, negated: false));
        _outside = Possible(Term.Alternatives(expression.Syntax, negated: true));
        Certainty = expression.Root is ConstantPredicate constant
            ? constant.Value ? ExpressionCertainty.Always : ExpressionCertainty.Never
            : _matching is [] ? ExpressionCertainty.Never : _outside is [] ? ExpressionCertainty.Always : ExpressionCertainty.Depends;
    }

    /// <summary>The filter in its canonical spelling.</summary>
    public string Text { get; }

    /// <summary>Whether it matches no request, or every one.</summary>
    public ExpressionCertainty Certainty { get; }

    /// <summary>A filter that covers this one says something about at least one of these values and parts, by their spelling.</summary>
    public IEnumerable<string> Keys => _matching is [Term first, ..] ? first.Keys : [];

    /// <summary>A filter that this one covers says something about at least one of these values and parts.</summary>
    public IEnumerable<string> KeysAsWider => _outside is [Term first, ..] ? first.Keys : [];

    public static FilterFacts Of(Expression expression) => new(expression);

    /// <summary>Whether every request that this filter matches is matched by a wider one as well, as far as the effort suffices.</summary>
    /// <param name="wider">The other filter.</param>
    /// <param name="effort">
    /// How many pairs of alternatives may still be compared; becomes less by what the answer took, and negative when it did not suffice.
    /// </param>
    public bool IsImpliedBy(FilterFacts wider, ref long effort)
    {
        if (Certainty == ExpressionCertainty.Never || wider.Certainty == ExpressionCertainty.Always) return true;
        if (_matching is null || wider._outside is null) return false;
        // No request is both matched by this one and outside the other.
        foreach (Term match in _matching)
        {
            foreach (Term outside in wider._outside)
            {
                effort -= match.EffortWith(outside);
                if (effort < 0 || !match.Contradicts(outside)) return false;
            }
        }

        return true;
    }

    private static List<Term>? Possible(List<Term>? terms) => terms is null ? null : [.. terms.Where(t => !t.IsContradiction)];
}
