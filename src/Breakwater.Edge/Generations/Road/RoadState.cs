namespace Breakwater.Edge.Generations.Road;

/// <summary>Where all generations are at one moment. Immutable; swapped as one.</summary>
/// <param name="Live">The one in force.</param>
internal sealed record RoadState(GenerationRecord Live)
{
    /// <summary>Generations that have left the road and are remembered.</summary>
    public const int MaxHistory = 50;

    /// <summary>The one on its way; null while there is none.</summary>
    public GenerationRecord? Candidate { get; init; }

    /// <summary>Those that have left the road, the last one first.</summary>
    public IReadOnlyList<GenerationRecord> History { get; init; } = [];

    /// <summary>The last change that did not get through, and has not been followed by one that did; null = there is none.</summary>
    public GenerationRecord? LastRefusal { get; init; }

    /// <summary>The candidate is in force.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="now">The present.</param>
    public RoadState Promoted(GenerationRecord record, DateTimeOffset now) => this with
    {
        Live = record,
        Candidate = null,
        History = Remember(Live.Enter(RoadStage.Replaced, now)),
        LastRefusal = null,
    };

    /// <summary>The candidate is off the road, and the one in force stays.</summary>
    /// <param name="record">Its record.</param>
    public RoadState Ended(GenerationRecord record) => this with { Candidate = null, History = Remember(record), LastRefusal = record };

    private GenerationRecord[] Remember(GenerationRecord record) => [record, .. History.Take(MaxHistory - 1)];
}

/// <summary>What the edge starts with. Immutable.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Document">What it was made from.</param>
/// <param name="Record">Its way so far: it is in force.</param>
internal sealed record RoadStart(Generation Generation, GenerationDocument Document, GenerationRecord Record)
{
    /// <summary>What its files looked like before they were read.</summary>
    public IReadOnlyDictionary<string, Files.FileStamp> Stamps { get; init; } = new Dictionary<string, Files.FileStamp>();

    /// <summary>What was found that is not wrong.</summary>
    public IReadOnlyList<Config.ConfigDiagnostic> Doubts { get; init; } = [];
}
