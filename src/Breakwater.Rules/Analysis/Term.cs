using Breakwater.Rules.Formatting;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>
/// One alternative of a filter: facts that hold together. A fact is about a value or a part, by its canonical spelling. Immutable.
/// </summary>
internal sealed class Term
{
    /// <summary>Filters with more alternatives are not looked into.</summary>
    public const int MostAlternatives = 512;

    private readonly Dictionary<string, ValueFacts> _values;
    private readonly Dictionary<string, bool> _parts;

    private Term(Dictionary<string, ValueFacts> values, Dictionary<string, bool> parts, bool isContradiction)
    {
        _values = values;
        _parts = parts;
        IsContradiction = isContradiction;
    }

    /// <summary>Whether the facts cannot hold together.</summary>
    public bool IsContradiction { get; }

    /// <summary>
    /// The alternatives of a filter, or of its opposite: it is true exactly when one of them holds. Null when there are too many.
    /// </summary>
    public static List<Term>? Alternatives(LogicalSyntax syntax, bool negated)
    {
        switch (syntax)
        {
            case NotSyntax not:
                return Alternatives(not.Operand, !negated);
            case CombinedSyntax { Op: LogicalOp.Xor }:
                return [Part(syntax, negated)];
            case CombinedSyntax combined:
                return (combined.Op == LogicalOp.And) == !negated ? All(combined, negated) : Any(combined, negated);
            case ComparisonSyntax { IsArray: false } comparison:
                return [Comparison(comparison, negated)];
            default:
                return [Part(syntax, negated)];
        }
    }

    /// <summary>The facts of two terms together.</summary>
    public static Term Both(Term a, Term b)
    {
        bool contradiction = a.IsContradiction || b.IsContradiction;
        var values = new Dictionary<string, ValueFacts>(a._values);
        foreach ((string key, ValueFacts facts) in b._values)
        {
            ValueFacts both = values.TryGetValue(key, out ValueFacts? known) ? known.And(facts) : facts;
            values[key] = both;
            contradiction |= both.IsContradiction;
        }

        var parts = new Dictionary<string, bool>(a._parts);
        foreach ((string key, bool truth) in b._parts)
        {
            contradiction |= parts.TryGetValue(key, out bool known) && known != truth;
            parts[key] = truth;
        }

        return new Term(values, parts, contradiction);
    }

    private static List<Term>? Any(CombinedSyntax combined, bool negated)
    {
        List<Term> all = [];
        foreach (LogicalSyntax item in combined.Items)
        {
            List<Term>? terms = Alternatives(item, negated);
            if (terms is null || all.Count + terms.Count > MostAlternatives) return null;
            all.AddRange(terms);
        }

        return all;
    }

    private static List<Term>? All(CombinedSyntax combined, bool negated)
    {
        List<Term> all = [new Term([], [], false)];
        foreach (LogicalSyntax item in combined.Items)
        {
            List<Term>? terms = Alternatives(item, negated);
            if (terms is null || (long)all.Count * terms.Count > MostAlternatives) return null;
            all = [.. all.SelectMany(_ => terms, Both)];
        }

        return all;
    }

    private static Term Part(LogicalSyntax syntax, bool negated) => new([], new() { [SyntaxWriter.OneLine(syntax)] = !negated }, false);

    private static Term Comparison(ComparisonSyntax comparison, bool negated)
    {
        ValueFacts? facts = ValueFacts.Of(comparison);
        if (facts is null) return Part(comparison, negated);
        if (negated) facts = facts.Opposite();
        return new Term(new() { [SyntaxWriter.OneLine(comparison.Left)] = facts }, [], facts.IsContradiction);
    }
}
