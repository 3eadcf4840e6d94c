using Breakwater.Config;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Generations.Road;

/// <summary>What the edge starts with. Immutable.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Document">What it was made from.</param>
/// <param name="State">Where all generations are: this one is in force.</param>
internal sealed record RoadStart(Generation Generation, GenerationDocument Document, RoadState State)
{
    /// <summary>What its files looked like before they were read.</summary>
    public IReadOnlyDictionary<string, FileStamp> Stamps { get; init; } = new Dictionary<string, FileStamp>();

    /// <summary>Why it is not what was configured; null when it is.</summary>
    public string? Instead { get; init; }

    /// <summary>What was found that is not wrong.</summary>
    public IReadOnlyList<ConfigDiagnostic> Doubts { get; init; } = [];
}
