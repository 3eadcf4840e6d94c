using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// A rule as it was written: what must hold, and what happens then. Immutable; compiled by <see cref="RulesetCompiler"/>.
/// </summary>
public sealed record Rule
{
    /// <summary>What events and explanations call it. Unique in its ruleset.</summary>
    public required string Id { get; init; }

    /// <summary>The operator's own name for it, if there is one.</summary>
    public string? Ref { get; init; }

    /// <summary>What it is for, in the operator's words.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What must hold.</summary>
    public required RuleText Expression { get; init; }

    /// <summary>What happens then.</summary>
    public required RuleAction Action { get; init; }

    /// <summary>How often it may hold before that happens; null = the first time.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Whether a match becomes an event; null = as its action does by itself.</summary>
    public bool? Logging { get; init; }

    /// <summary>The tags by which overrides of an <c>execute</c> choose it.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>The score that the request must have reached besides (<c>score</c> actions add to it); null = any.</summary>
    public int? ScoreThreshold { get; init; }

    /// <summary>Which part this is of a rule that acts in several phases; null when it is all of the rule.</summary>
    public RulePart? Part { get; init; }

    /// <summary>Where it stands.</summary>
    public RulePosition Position { get; init; } = RulePosition.None;
}

/// <summary>
/// A part of a rule that acts in several phases. The first part decides for all of them: what later parts do does not depend on what
/// the first ones changed. Immutable.
/// </summary>
/// <param name="Whole">The same object for all parts of a rule.</param>
/// <param name="First">The phase of the first part.</param>
public sealed record RulePart(object Whole, RulePhase First);

/// <summary>What a ruleset is for.</summary>
public enum RulesetKind : byte
{
    /// <summary><c>root</c>: the entry point of a phase, for all zones.</summary>
    Root,

    /// <summary><c>zone</c>: the entry point of a phase, for one zone.</summary>
    Zone,

    /// <summary><c>custom</c>: runs where an <c>execute</c> names it.</summary>
    Custom,

    /// <summary><c>managed</c>: somebody else's; runs where an <c>execute</c> names it.</summary>
    Managed,
}

/// <summary>Rules of one phase, in order. Immutable.</summary>
public sealed record Ruleset
{
    /// <summary>What <c>execute</c> and <c>skip</c> call it.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is for, in the operator's words.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it is an entry point, or runs where it is named.</summary>
    public required RulesetKind Kind { get; init; }

    /// <summary>When it runs.</summary>
    public required RulePhase Phase { get; init; }

    /// <summary>The rules, in the order in which they run.</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public RulePosition Position { get; init; } = RulePosition.None;

    /// <summary>Whether requests enter a phase here, rather than by an <c>execute</c>.</summary>
    public bool IsEntryPoint => Kind is RulesetKind.Root or RulesetKind.Zone;
}

/// <summary>What rules may cost before they are refused. Immutable.</summary>
public sealed record RuleLimits
{
    /// <summary>The limits that hold where nothing else is said.</summary>
    public static RuleLimits Default { get; } = new();

    /// <summary>Characters in an expression; the rulesets API allows 4,096.</summary>
    public int MaxExpressionLength { get; init; } = 4096;

    /// <summary>Bytes of a file of rules.</summary>
    public int MaxFileSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>JSON values in such a file, so that each byte of it cannot become an object.</summary>
    public int MaxValues { get; init; } = 1_000_000;

    /// <summary>Rules in a file, and rules of one level in all phases together.</summary>
    public int MaxRules { get; init; } = 25_000;

    /// <summary>Characters of the body that a rule answers with.</summary>
    public int MaxContentLength { get; init; } = 64 * 1024;
}
