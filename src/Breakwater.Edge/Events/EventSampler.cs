using System.Collections.Frozen;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Events;

/// <summary>
/// Lets through so many a second and remembers nothing but when the next one is due (the generic cell rate algorithm). Thread-safe, lock-free.
/// </summary>
/// <param name="perSecond">How many.</param>
/// <param name="burst">How many at once, after a rest.</param>
internal sealed class EventBudget(int perSecond, int burst)
{
    private readonly long _interval = 1_000_000 / perSecond;
    private readonly long _tolerance = 1_000_000L / perSecond * burst;
    private long _due = long.MinValue;

    /// <summary>Takes one if there is one.</summary>
    /// <param name="nowMicros">The monotonic time.</param>
    public bool TryTake(long nowMicros)
    {
        while (true)
        {
            long due = Volatile.Read(ref _due);
            long next = Math.Max(nowMicros, due) + _interval;
            if (next - nowMicros > _tolerance)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _due, next, due) == due)
            {
                return true;
            }
        }
    }
}

/// <summary>
/// Decides which matches of rules become events: under attack, a few of each rule, the rest only counted. One per edge; thread-safe.
/// </summary>
internal sealed class EventSampler
{
    /// <summary>Events of one rule in a second, in the long run.</summary>
    public const int PerRule = 10;

    /// <summary>Events of one rule at once.</summary>
    public const int RuleBurst = 50;

    /// <summary>Events of all rules in a second, in the long run.</summary>
    public const int PerEdge = 500;

    /// <summary>Events of all rules at once.</summary>
    public const int EdgeBurst = 1000;

    private readonly StripedCells _suppressed = new(1);

    /// <summary>What all rules share.</summary>
    public EventBudget Total { get; } = new(PerEdge, EdgeBurst);

    /// <summary>Matches that were only counted.</summary>
    public long Suppressed => _suppressed.Sum(0);

    /// <summary>The sampling of a zone's rules.</summary>
    public EventSampling For(CompiledPhases phases, Redaction redaction) => new(
        this, redaction, phases.Account.Rules.Concat(phases.Zone.Rules).ToFrozenDictionary(rule => rule, _ => new RuleEvents()));

    /// <summary>Lets metrics know the counter.</summary>
    public void AddTo(EdgeMetrics metrics) => metrics.Observe(Instruments.EventsSuppressed, sink => sink.Value(Suppressed));

    /// <summary>Counts one.</summary>
    public void Suppress() => _suppressed.Add(0, 1);
}

/// <summary>How many events one rule has had. Thread-safe.</summary>
internal sealed class RuleEvents
{
    private long _suppressed;

    public EventBudget Budget { get; } = new(EventSampler.PerRule, EventSampler.RuleBurst);

    public void Suppress() => Interlocked.Increment(ref _suppressed);

    public long TakeSuppressed() => Volatile.Read(ref _suppressed) == 0 ? 0 : Interlocked.Exchange(ref _suppressed, 0);
}

/// <summary>What a rule's expression saw when it matched. Immutable.</summary>
/// <param name="Values">By field; null where one was missing.</param>
/// <param name="Limit">What the rule's rate limit said; null where it has none.</param>
/// <param name="Suppressed">Matches of the rule since its last event that were only counted.</param>
/// <param name="Redaction">What is secret in the request.</param>
internal sealed record EventValues(IReadOnlyDictionary<string, string?> Values, LimitFacts? Limit, long Suppressed, Redaction Redaction);

/// <summary>The sampling of one zone's rules. Immutable but for its counters; thread-safe.</summary>
internal sealed class EventSampling(EventSampler sampler, Redaction redaction, FrozenDictionary<CompiledRule, RuleEvents> rules)
{
    /// <summary>What the expression of a rule that matched sees now; null when the match is only to be counted.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="exchange">The exchange, in the rule's phase.</param>
    /// <param name="limit">What the rule's rate limit says; null where it has none.</param>
    public EventValues? Take(CompiledRule rule, Exchange exchange, in RateLimitReading? limit)
    {
        RuleEvents events = rules[rule];
        long now = exchange.Clock.Micros;
        if (events.Budget.TryTake(now) && sampler.Total.TryTake(now))
        {
            return new EventValues(SeenValues.Of(rule.Filter, exchange.Values, redaction), limit?.ToFacts(), events.TakeSuppressed(), redaction);
        }

        events.Suppress();
        sampler.Suppress();
        return null;
    }
}
