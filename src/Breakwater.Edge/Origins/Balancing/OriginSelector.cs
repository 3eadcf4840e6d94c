namespace Breakwater.Edge.Origins.Balancing;

/// <summary>An origin that may be chosen, with the weight that it has now: configured weight × share in percent, at least 1.</summary>
internal readonly record struct Candidate(Origin Origin, long Weight);

/// <summary>
/// One balancing policy over the origins that may be chosen at present. Immutable: when health changes, the group builds another one.
/// So a choice never looks at health. Thread-safe: allocates nothing, takes no lock.
/// </summary>
internal abstract class OriginSelector
{
    /// <summary>
    /// An origin, one that was not tried if there is any; null only when there are no candidates at all.
    /// </summary>
    public abstract Origin? Choose(in OriginChoice choice);
}
