using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary><c>execute</c>: run another ruleset.</summary>
/// <param name="RulesetId">Its id.</param>
/// <param name="Overrides">What its rules do otherwise here than they say.</param>
public sealed record ExecuteAction(string RulesetId, RulesetOverrides Overrides) : RuleAction(RuleActionKind.Execute);

/// <summary>
/// What the rules of an executed ruleset do otherwise than they say. What is said of a rule wins over what is said of its categories (of
/// several the last), that over what is said of all. Immutable.
/// </summary>
public sealed record RulesetOverrides
{
    /// <summary>No overrides.</summary>
    public static RulesetOverrides None { get; } = new();

    /// <summary>Of all rules.</summary>
    public RuleOverride All { get; init; } = new();

    /// <summary>Of the rules of categories, in order.</summary>
    public ImmutableArray<CategoryOverride> Categories { get; init; } = [];

    /// <summary>Of single rules.</summary>
    public ImmutableArray<SingleOverride> Rules { get; init; } = [];
}

/// <summary>What a rule does otherwise; null = what it says. Immutable.</summary>
public sealed record RuleOverride
{
    /// <summary>The action in place of its own.</summary>
    public RuleActionKind? Action { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool? Enabled { get; init; }

    /// <summary>How easily a protection against floods acts.</summary>
    public OverrideSensitivity? Sensitivity { get; init; }

    /// <summary>The score from which it acts.</summary>
    public int? ScoreThreshold { get; init; }
}

/// <summary>An override of the rules with a category. Immutable.</summary>
/// <param name="Category">The category.</param>
/// <param name="Override">What they do otherwise.</param>
public sealed record CategoryOverride(string Category, RuleOverride Override);

/// <summary>An override of one rule. Immutable.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Override">What it does otherwise.</param>
/// <param name="Position">Where the override stands.</param>
public sealed record SingleOverride(string RuleId, RuleOverride Override, RulePosition Position);

/// <summary>How easily a protection against floods acts.</summary>
public enum OverrideSensitivity : byte
{
    /// <summary><c>default</c>.</summary>
    Default,

    /// <summary><c>medium</c>.</summary>
    Medium,

    /// <summary><c>low</c>.</summary>
    Low,

    /// <summary><c>eoff</c>: essentially off.</summary>
    EssentiallyOff,
}
