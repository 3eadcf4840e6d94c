namespace Breakwater.Rules.Rulesets;

/// <summary>
/// What rules decided about one exchange so far: what it is spared, its score. Pooled, one per exchange, used by one thread at a time;
/// allocates nothing once it has seen the largest set of rules.
/// </summary>
public sealed class RuleState
{
    private ulong[] _account = [];
    private ulong[] _zone = [];

    /// <summary>The sum of what <c>score</c> actions added.</summary>
    public int Score { get; internal set; }

    /// <summary>Protections that are no rulesets and that the exchange is spared.</summary>
    public SkippedProducts Products { get; internal set; }

    /// <summary>
    /// Where a list of redirects sends the visitor, when the rule that ended the exchange is a <c>redirect</c> by a list.
    /// </summary>
    public RedirectItem? Redirect { get; internal set; }

    /// <summary>Takes what each rule did; null = nobody asked.</summary>
    public RuleTrace? Trace { get; set; }

    internal uint Phases { get; set; }

    /// <summary>The phases that ran, as bits.</summary>
    internal uint Ran { get; set; }

    /// <summary>Whether the first part of a rule has decided for this one; otherwise this decides for itself.</summary>
    public bool IsDecided(CompiledRule later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return later.FirstPart is { } first && (Ran & (1u << (int)first.Phase)) != 0;
    }

    /// <summary>Whether the exchange is spared the phase.</summary>
    public bool IsSkipped(RulePhase phase) => (Phases & (1u << (int)phase)) != 0;

    /// <summary>Starts over with another exchange, and with the rules it will meet. The trace is dropped.</summary>
    public void Reset(CompiledPhases phases)
    {
        ArgumentNullException.ThrowIfNull(phases);
        Score = 0;
        Products = SkippedProducts.None;
        Redirect = null;
        Trace = null;
        Phases = Ran = 0;
        Clear(ref _account, phases.Account.Slots);
        Clear(ref _zone, phases.Zone.Slots);
    }

    internal bool IsSet(RuleLevel level, int slot) =>
        slot >= 0 && ((level == RuleLevel.Account ? _account : _zone)[slot >> 6] & (1UL << slot)) != 0;

    internal void Set(RuleLevel level, int slot) => (level == RuleLevel.Account ? _account : _zone)[slot >> 6] |= 1UL << slot;

    internal void Unset(RuleLevel level, int slot) => (level == RuleLevel.Account ? _account : _zone)[slot >> 6] &= ~(1UL << slot);

    private static void Clear(ref ulong[] bits, int slots)
    {
        int words = (slots + 63) >> 6;
        if (bits.Length < words) bits = new ulong[words];
        else bits.AsSpan().Clear();
    }
}
