using System.Collections.Frozen;
using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>The rules of a zone as the edge runs them: those of all zones, then its own. Immutable.</summary>
internal sealed class ZoneRules
{
    /// <summary>The rules, by phase.</summary>
    public required CompiledPhases Phases { get; init; }

    /// <summary>Whether protections act, record what they would have done, or do not run. Everything else runs in any case.</summary>
    public required ProtectionMode Protection { get; init; }

    /// <summary>Whether protections act.</summary>
    public bool Enforces => Protection == ProtectionMode.On;

    /// <summary>The counters of its rate limits; shared with other generations.</summary>
    public required RateLimits Limits { get; init; }

    /// <summary>Whether responses tell clients what is left of their rate limit.</summary>
    public bool TellsLimits { get; init; }

    /// <summary>Which matches become events; null = none.</summary>
    public EventSampling? Events { get; init; }

    /// <summary>Where <c>route</c> leads, by rule.</summary>
    public FrozenDictionary<CompiledRule, OriginRoute> Routes { get; init; } = FrozenDictionary<CompiledRule, OriginRoute>.Empty;

    /// <summary>The answers that rules hold, ready to be sent; a status of 0 is to be filled in.</summary>
    public FrozenDictionary<CompiledRule, LocalResponse> Answers { get; init; } = FrozenDictionary<CompiledRule, LocalResponse>.Empty;

    /// <summary>What rules add to the access log.</summary>
    public FrozenDictionary<CompiledRule, CustomLogFields> LogFields { get; init; } = FrozenDictionary<CompiledRule, CustomLogFields>.Empty;

    /// <summary>Whether a phase is to be run.</summary>
    public bool Runs(RulePhase phase) => Phases.Has(phase) && (Protection != ProtectionMode.Off || !IsProtecting(phase));

    private static bool IsProtecting(RulePhase phase) =>
        phase is (>= RulePhase.DdosL7 and <= RulePhase.HttpRequestSbfm) or RulePhase.HttpResponseFirewallManaged;

    /// <summary>Where a rule sends requests; null = where they go anyway.</summary>
    public OriginRoute? RouteOf(CompiledRule rule) => Routes.GetValueOrDefault(rule);
}
