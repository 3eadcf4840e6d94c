namespace Breakwater.Waf.SecLang;

/// <summary>One piece of a <see cref="SecText"/>: literal text, or a variable to put there. Immutable.</summary>
/// <param name="Literal">The text; null for a variable.</param>
/// <param name="Variable">The variable, where <paramref name="Literal"/> is null.</param>
/// <param name="Member">The member's name, of a collection; the first such member counts.</param>
public readonly record struct SecTextPart(string? Literal, SecVariable Variable, string? Member)
{
    /// <summary>As SecLang writes it.</summary>
    public override string ToString() =>
        Literal ?? (Member is null ? $"%{{{SecVariables.NameOf(Variable)}}}" : $"%{{{SecVariables.NameOf(Variable)}.{Member}}}");
}
