namespace Breakwater.Waf.SecLang;

/// <summary>One target of a rule: what to inspect, to count, or to leave out. Immutable.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Selector">Which members of it; null for all, or for a variable of one value.</param>
/// <param name="Mode">What to do with them.</param>
/// <param name="Position">Where it stands.</param>
public sealed record SecTarget(SecVariable Variable, SecSelector? Selector, SecTargetMode Mode, SecPosition Position)
{
    /// <summary>As SecLang writes it.</summary>
    public override string ToString()
    {
        string mode = Mode switch { SecTargetMode.Count => "&", SecTargetMode.Exclude => "!", _ => "" };
        return Selector is null ? $"{mode}{SecVariables.NameOf(Variable)}" : $"{mode}{SecVariables.NameOf(Variable)}:{Selector}";
    }

    /// <summary>Whether both name the same members in the same way, wherever they stand.</summary>
    public bool IsSameAs(SecTarget other) =>
        other is not null && Variable == other.Variable && Mode == other.Mode && Equals(Selector, other.Selector);
}

/// <summary>What a rule does with the members that a <see cref="SecTarget"/> names.</summary>
public enum SecTargetMode
{
    /// <summary>Inspects each value.</summary>
    Inspect,

    /// <summary><c>&amp;</c>: inspects how many there are.</summary>
    Count,

    /// <summary><c>!</c>: leaves them out of the other targets of the same variable.</summary>
    Exclude,
}
