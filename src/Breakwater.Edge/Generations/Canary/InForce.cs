namespace Breakwater.Edge.Generations.Canary;

/// <summary>
/// The generations that serve at one moment: the live one, and, while a candidate is on canary, that for a share of the connections.
/// Immutable; swapped as one, so that whoever looks sees either state and no mixture.
/// </summary>
/// <param name="live">The generation in force.</param>
/// <param name="canary">The candidate at its side; null = there is none.</param>
internal sealed class InForce(Generation live, CanaryRun? canary = null)
{
    /// <summary>The generation in force.</summary>
    public Generation Live => live;

    /// <summary>The candidate at its side; null while there is none.</summary>
    public CanaryRun? Canary => canary;

    /// <summary>The generation for a connection.</summary>
    /// <param name="lane">The connection's <see cref="ConnectionLane"/>.</param>
    public Generation For(uint lane) => canary is not null && lane < canary.Below ? canary.Candidate : live;
}
