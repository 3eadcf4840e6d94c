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

    /// <summary>What the facts are about.</summary>
    public IEnumerable<string> Keys => [.. _values.Keys, .. _parts.Keys];

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
            default:
                return [Fact(syntax, negated)];
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

    /// <summary>Whether the facts of two terms cannot hold together.</summary>
    public bool Contradicts(Term other)
    {
        (Term fewer, Term more) = _values.Count + _parts.Count <= other._values.Count + other._parts.Count ? (this, other) : (other, this);
        return fewer._parts.Any(p => more._parts.TryGetValue(p.Key, out bool truth) && truth != p.Value)
            || fewer._values.Any(v => more._values.TryGetValue(v.Key, out ValueFacts? facts) && v.Value.And(facts).IsContradiction);
    }

    /// <summary>About how much work <see cref="Contradicts"/> is; 1 for terms about few values.</summary>
    public long EffortWith(Term other)
    {
        long effort = 1;
        foreach ((string key, ValueFacts facts) in _values)
        {
            if (other._values.TryGetValue(key, out ValueFacts? others)) effort += facts.EffortWith(others);
        }

        return effort;
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
            all = [.. all.SelectMany(_ => terms, Both).Where(t => !t.IsContradiction)];
        }

        return all;
    }

    private static Term Part(LogicalSyntax syntax, bool negated) => new([], new() { [SyntaxWriter.OneLine(syntax)] = !negated }, false);

    private static Term Fact(LogicalSyntax syntax, bool negated)
    {
        if (ValueFacts.Of(syntax) is not (ValueSyntax about, ValueFacts facts)) return Part(syntax, negated);
        if (negated) facts = facts.Opposite();
        return new Term(new() { [SyntaxWriter.OneLine(about)] = facts }, [], facts.IsContradiction);
    }
}
