using Breakwater.Config;
using Breakwater.Edge.Generations.Keeping;

namespace Breakwater.Edge.Generations.Road;

/// <summary>A wish for a change. Immutable.</summary>
/// <param name="Origin">Whose.</param>
internal sealed record RoadRequest(ChangeOrigin Origin)
{
    /// <summary>Reads the document when its turn has come; null = that of the generation in force, with files that have changed.</summary>
    public Func<GenerationDocument>? Read { get; init; }

    /// <summary>A generation that was kept, to go back to; null = none is meant.</summary>
    public KeptGeneration? Kept { get; init; }

    /// <summary>Whether it brings a document.</summary>
    public bool ReadsDocument => Read is not null || Kept is not null;

    /// <summary>Whether a canary that is under way has to make room for it.</summary>
    public bool IsPressing => Urgent || Confirmed || Kept is not null;

    /// <summary>Shorter: fewer requests to taste, a canary of a moment. It has to pass the same all the same.</summary>
    public bool Urgent { get; init; }

    /// <summary>The operator means it, however much it changes.</summary>
    public bool Confirmed { get; init; }

    /// <summary>The number that the generation in force must have; null = any.</summary>
    public long? Expected { get; init; }
}

/// <summary>What became of a wish.</summary>
internal enum RoadOutcome : byte
{
    /// <summary>Nothing changed: what was asked for is in force already.</summary>
    Unchanged,

    /// <summary>It is in force.</summary>
    Promoted,

    /// <summary>It is wrong; what was in force is.</summary>
    Refused,

    /// <summary>It waits for a confirmation; what was in force is.</summary>
    Held,

    /// <summary>It did harm and was taken back; what was in force is.</summary>
    Reverted,

    /// <summary>A more urgent change came before it was in force.</summary>
    Replaced,

    /// <summary>Another generation is in force than the one expected, or about to be.</summary>
    Stale,
}

/// <summary>What became of a wish, with the reasons. Immutable.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Record">Its way; null when it set out on none.</param>
/// <param name="Diagnostics">Everything found, with positions.</param>
internal sealed record RoadResult(RoadOutcome Outcome, GenerationRecord? Record, IReadOnlyList<ConfigDiagnostic> Diagnostics)
{
    /// <summary>Whether what was asked for is in force.</summary>
    public bool Succeeded => Outcome is RoadOutcome.Unchanged or RoadOutcome.Promoted;
}
