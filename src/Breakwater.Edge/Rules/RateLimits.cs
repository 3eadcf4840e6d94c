using System.Collections.Frozen;
using Breakwater.Edge.Exchanges;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>The counters of a zone's rate limits, by rule. Immutable; the counters live on across generations.</summary>
internal sealed class RateLimits(FrozenDictionary<CompiledRule, RateLimitCounter> counters)
{
    /// <summary>None.</summary>
    public static RateLimits None { get; } = new(FrozenDictionary<CompiledRule, RateLimitCounter>.Empty);

    /// <summary>The counter of a rule that has a limit.</summary>
    public RateLimitCounter Of(CompiledRule rule) => counters[rule];
}

/// <summary>Counts for one rule.</summary>
internal sealed class RateLimitCounter
{
    public RateLimitReading Meet(EvaluationContext context, Exchange exchange, bool counts, bool applies) => default;
}
