using System.Collections.Frozen;
using Breakwater.Edge.Origins;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>The rules of a zone as the edge runs them: those of all zones, then its own. Immutable.</summary>
internal sealed class ZoneRules
{
    /// <summary>The rules, by phase.</summary>
    public required CompiledPhases Phases { get; init; }

    /// <summary>Whether protections act; otherwise they record what they would have done.</summary>
    public required bool Enforces { get; init; }

    /// <summary>The counters of its rate limits; shared with other generations.</summary>
    public required RateLimits Limits { get; init; }

    /// <summary>Whether responses tell clients what is left of their rate limit.</summary>
    public bool TellsLimits { get; init; }

    /// <summary>Where <c>route</c> leads, by rule.</summary>
    public FrozenDictionary<CompiledRule, OriginRoute> Routes { get; init; } = FrozenDictionary<CompiledRule, OriginRoute>.Empty;

    /// <summary>Where a rule sends requests; null = where they go anyway.</summary>
    public OriginRoute? RouteOf(CompiledRule rule) => Routes.GetValueOrDefault(rule);
}
