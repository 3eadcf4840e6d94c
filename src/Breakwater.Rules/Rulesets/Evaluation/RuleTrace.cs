namespace Breakwater.Rules.Rulesets;

/// <summary>What became of a rule in one exchange.</summary>
public enum RuleResult : byte
{
    /// <summary>Its filter did not match.</summary>
    NotMatched,

    /// <summary>It matched and took effect.</summary>
    Matched,

    /// <summary>It matched and ended the exchange's phases.</summary>
    Ended,

    /// <summary>An earlier rule spared the exchange this one, or the phase.</summary>
    Skipped,

    /// <summary>It matched, and the rate limit is not exceeded.</summary>
    WithinLimit,

    /// <summary>It matched, and the score is lower than it asks for.</summary>
    BelowScore,

    /// <summary>It matched, and its list knows no redirect for the request.</summary>
    NotListed,

    /// <summary>
    /// It matched, and whoever runs the rules let the exchange go on: protections only record, or the visitor passed a challenge.
    /// </summary>
    LetPass,
}

/// <summary>One step of an exchange through the rules. Immutable.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Rule">The rule; null when the phase as a whole was skipped.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Timestamp">When, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
public readonly record struct RuleStep(RulePhase Phase, CompiledRule? Rule, RuleResult Result, long Timestamp);

/// <summary>
/// Records what each rule did with an exchange, in order: what an explanation shows. Rules that stand after the one that ended the exchange
/// were not reached and are not in it. Bounded; owned by one exchange.
/// </summary>
/// <param name="capacity">The steps it holds; what exceeds them is counted.</param>
/// <param name="time">The clock.</param>
public sealed class RuleTrace(int capacity, TimeProvider time)
{
    private readonly List<RuleStep> _steps = [];

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<RuleStep> Steps => _steps;

    /// <summary>Steps that did not fit.</summary>
    public int Omitted { get; private set; }

    internal void Add(RulePhase phase, CompiledRule? rule, RuleResult result)
    {
        if (_steps.Count < capacity) _steps.Add(new RuleStep(phase, rule, result, time.GetTimestamp()));
        else Omitted++;
    }
}
