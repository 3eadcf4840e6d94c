using System.Collections.Immutable;

namespace Breakwater.Waf.SecLang;

/// <summary>The test of a rule. Immutable.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Negated"><c>!</c>: it holds where the test does not.</param>
/// <param name="Argument">What it compares with; the source text where the argument is fixed or names files.</param>
/// <param name="Files">The files that the argument names, where it does.</param>
/// <param name="Position">Where it stands.</param>
public sealed record SecOperator(
    SecOperatorKind Kind, bool Negated, SecText Argument, ImmutableArray<SecDataFile> Files, SecPosition Position)
{
    /// <summary>As SecLang writes it.</summary>
    public override string ToString() =>
        $"{(Negated ? "!" : "")}@{SecOperators.NameOf(Kind)}{(Argument.Source.Length == 0 ? "" : " ")}{Argument}";
}
