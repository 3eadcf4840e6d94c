using Breakwater.Edge.Events;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Time;
using Breakwater.Edge.Waf;

namespace Breakwater.Edge.Rules;

/// <summary>
/// What rules need that outlives a generation: counters of all kinds. One per edge; its parts are thread-safe.
/// </summary>
internal sealed class RuleStores
{
    public RuleStores(EdgeClock clock)
    {
        Limits = new RateLimitCounters(clock);
        Waf = new WafStores(clock, Events);
    }

    /// <summary>What rate limits have counted.</summary>
    public RateLimitCounters Limits { get; }

    /// <summary>Look-ups of places that failed.</summary>
    public GeoFaults GeoFaults { get; } = new();

    /// <summary>How many matches become events.</summary>
    public EventSampler Events { get; } = new();

    /// <summary>What the firewall keeps.</summary>
    public WafStores Waf { get; }

    /// <summary>The fuses of modules; null where modules stand behind none, as where a configuration is only tried.</summary>
    public FuseBox? Fuses { get; init; }
}
