using System.Collections.Immutable;
using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// A rule, or one link of a chain: targets, transformations, a test, actions. SecAction is a rule without targets whose test always holds.
/// What SecDefaultAction, SecRuleUpdate… and <c>block</c> mean for it is already worked in. Immutable.
/// </summary>
/// <param name="Position">Where it stands.</param>
public sealed record SecRule(SecPosition Position) : SecEntry(Position)
{
    /// <summary>Its number, unique in a ruleset; of the first link for all links of a chain.</summary>
    public long Id { get; init; }

    /// <summary>When it runs; all links of a chain run in the first one's phase.</summary>
    public SecPhase Phase { get; init; } = SecPhase.RequestBody;

    /// <summary>What it looks at, in order; empty for SecAction.</summary>
    public ImmutableArray<SecTarget> Targets { get; init; } = [];

    /// <summary>Its test.</summary>
    public required SecOperator Operator { get; init; }

    /// <summary>What is done to each value before the test, in order; <c>t:none</c> has already taken effect.</summary>
    public ImmutableArray<TransformationKind> Transformations { get; init; } = [];

    /// <summary>Whether the test also runs on the value after each single transformation.</summary>
    public bool MultiMatch { get; init; }

    /// <summary>Whether the test's groups go to TX:0 to TX:9.</summary>
    public bool Capture { get; init; }

    /// <summary>What it does with the transaction; of the first link only.</summary>
    public SecDisruptive Disruptive { get; init; } = SecDisruptive.Pass;

    /// <summary>The status of a refusal, or 0 for the usual one.</summary>
    public int Status { get; init; }

    /// <summary>Actions other than disruptive ones, in order. They run for each value that matches, also when the chain fails later.</summary>
    public ImmutableArray<SecRuleAction> Actions { get; init; } = [];

    /// <summary>The marker or rule id after which to go on, once the whole chain matched.</summary>
    public string? SkipAfter { get; init; }

    /// <summary>How many rules of the phase to skip, once the whole chain matched.</summary>
    public int Skip { get; init; }

    /// <summary>Whether a match is an event.</summary>
    public bool Log { get; init; } = true;

    /// <summary>Whether a match puts the transaction into the audit log.</summary>
    public bool AuditLog { get; init; } = true;

    /// <summary>What the rule finds, for people.</summary>
    public SecText? Msg { get; init; }

    /// <summary>What it found this time, for people.</summary>
    public SecText? LogData { get; init; }

    /// <summary>Its tags, in order.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>0 (emergency) to 7 (debug); null when it says nothing.</summary>
    public int? Severity { get; init; }

    /// <summary>The version of the ruleset that it belongs to.</summary>
    public string? Ver { get; init; }

    /// <summary>The rule's own revision.</summary>
    public string? Rev { get; init; }

    /// <summary>1 to 9, how well it has been tried.</summary>
    public int? Maturity { get; init; }

    /// <summary>1 to 9, how seldom it is wrong.</summary>
    public int? Accuracy { get; init; }

    /// <summary>The next link of the chain.</summary>
    public SecRule? Chained { get; init; }

    /// <summary>Whether the rule is a link that needs the next one.</summary>
    public bool IsChained => Chained is not null;
}
