using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>
/// What is known about one value: the set it is in, whether it may be missing, and tests on its text that it passes or fails. Immutable.
/// </summary>
internal abstract record ValueFacts(bool MayBeMissing)
{
    /// <summary>Items of sets that are looked at in the time of a small comparison.</summary>
    protected const int ItemsPerEffort = 32;

    public abstract bool IsContradiction { get; }

    /// <summary>
    /// The facts of a comparison, or of a <c>starts_with()</c> or <c>ends_with()</c>, that is true, and the value that they are about; null
    /// when it says nothing that can be combined with others. All of these are false of a missing value.
    /// </summary>
    public static (ValueSyntax About, ValueFacts Facts)? Of(LogicalSyntax syntax)
    {
        if (syntax.IsArray) return null;
        if (syntax is TruthSyntax { Value: CallSyntax { Function.Name: "starts_with" or "ends_with" } call }
            && call.Arguments[1] is LiteralSyntax { Literal: BytesLiteral part })
        {
            ValueSyntax source = call.Arguments[0];
            return (source, TextFacts.From(source, TextTest.Affix(call.Function.Name == "starts_with", part.Value)));
        }

        if (syntax is not ComparisonSyntax comparison || comparison.Right is ListOperand) return null;
        ValueFacts? facts = comparison.Left.Type.Kind switch
        {
            TypeKind.Bytes => TextFacts.From(comparison),
            TypeKind.Int or TypeKind.Ip => RangeFacts.From(comparison),
            _ => null,
        };
        return facts is null ? null : (comparison.Left, facts);
    }

    /// <summary>The facts of both, which are about the same value.</summary>
    public abstract ValueFacts And(ValueFacts other);

    /// <summary>The facts of the comparison being false: the value is another, or missing. Only asked of one comparison's facts.</summary>
    public abstract ValueFacts Opposite();

    /// <summary>About how much work <see cref="And"/> is; 0 when little.</summary>
    public abstract long EffortWith(ValueFacts other);
}
