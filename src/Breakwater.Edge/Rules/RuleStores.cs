using Breakwater.Edge.Events;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Rules;

/// <summary>
/// What rules need that outlives a generation: counters of all kinds. One per edge; its parts are thread-safe.
/// </summary>
internal sealed class RuleStores(EdgeClock clock)
{
    /// <summary>What rate limits have counted.</summary>
    public RateLimitCounters Limits { get; } = new(clock);

    /// <summary>Look-ups of places that failed.</summary>
    public GeoFaults GeoFaults { get; } = new();

    /// <summary>How many matches become events.</summary>
    public EventSampler Events { get; } = new();
}
