using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>Members of a variable that some rules do not look at. Immutable.</summary>
/// <param name="Rules">The rules, as a bitmap.</param>
/// <param name="Variable">The variable.</param>
/// <param name="Members">Which members; null for all.</param>
/// <param name="IsXmlAttributes">XML: whether the attributes are meant, and not the text.</param>
internal sealed record TargetExclusion(ulong[] Rules, SecVariable Variable, NameSelector? Members, bool IsXmlAttributes)
{
    /// <summary>Whether a rule shall not look at a member.</summary>
    public bool Covers(int rule, TargetPiece piece, ReadOnlySpan<byte> name) =>
        Variable == piece.Variable && IsXmlAttributes == piece.IsXmlAttributes && RuleBits.Has(Rules, rule) && (Members is null || Members.Matches(name));
}
