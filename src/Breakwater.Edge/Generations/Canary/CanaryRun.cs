using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>A candidate that runs a share of the connections, and the figures of both sides. Immutable but for the figures; thread-safe.</summary>
/// <param name="candidate">The candidate.</param>
/// <param name="share">Its share of the connections, 0 to 1.</param>
internal sealed class CanaryRun(Generation candidate, double share)
{
    /// <summary>The candidate.</summary>
    public Generation Candidate => candidate;

    /// <summary>Connections whose <see cref="ConnectionLane"/> is below this run it.</summary>
    public uint Below { get; } = ConnectionLane.Below(share);

    /// <summary>What the generation in force did meanwhile.</summary>
    public LaneFigures OfLive { get; } = new();

    /// <summary>What the candidate did.</summary>
    public LaneFigures OfCandidate { get; } = new();

    /// <summary>Counts an exchange that is over, for the generation that it ran under.</summary>
    public void Add(Exchange exchange) => (ReferenceEquals(exchange.Generation, candidate) ? OfCandidate : OfLive).Add(exchange);
}
