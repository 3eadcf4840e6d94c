using Breakwater.Edge.Generations.Feeds;

namespace Breakwater.Edge.Generations.Road;

/// <summary>A content that was in force, or on canary, when the process ended in the middle of things. Immutable.</summary>
/// <param name="ContentHash">Its hash.</param>
/// <param name="Number">The number that it had.</param>
/// <param name="At">When the next process found it so.</param>
internal sealed record CrashedContent(string ContentHash, long Number, DateTimeOffset At);

/// <summary>A generation that stays in force until an operator says otherwise. Immutable.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">Since when.</param>
/// <param name="Why">Why, for people.</param>
internal sealed record PinRecord(long Number, DateTimeOffset At, string Why);

/// <summary>Where all generations are at one moment. Immutable; swapped as one, and kept across restarts.</summary>
/// <param name="Live">The one in force.</param>
internal sealed record RoadState(GenerationRecord Live)
{
    /// <summary>Generations that have left the road and are remembered.</summary>
    public const int MaxHistory = 50;

    /// <summary>Contents that are remembered because they crashed.</summary>
    private const int MaxCrashed = 16;

    /// <summary>The highest number that any generation had.</summary>
    public long LastNumber { get; init; }

    /// <summary>The one on its way; null while there is none.</summary>
    public GenerationRecord? Candidate { get; init; }

    /// <summary>Those that have left the road, the last one first.</summary>
    public IReadOnlyList<GenerationRecord> History { get => field ?? []; init; } = [];

    /// <summary>The last change that did not get through, and has not been followed by one that did; null = there is none.</summary>
    public GenerationRecord? LastRefusal { get; init; }

    /// <summary>How long <see cref="Live"/> had served when the process last ended in good order, in seconds.</summary>
    public double ServedSeconds { get; init; }

    /// <summary>How many requests it had served then.</summary>
    public long ServedRequests { get; init; }

    /// <summary>Everything stays as it is, by an operator's wish or after a rollback; null = it does not.</summary>
    public PinRecord? Pinned { get; init; }

    /// <summary>What is known of feeds beyond their content; those of which nothing is known are left out.</summary>
    public IReadOnlyList<FeedRecord> Feeds { get => field ?? []; init; } = [];

    /// <summary>Contents that crashed before they had proved themselves.</summary>
    public IReadOnlyList<CrashedContent> Crashed { get => field ?? []; init; } = [];

    /// <summary>Whether a content crashed before it had proved itself.</summary>
    public bool HasCrashed(string contentHash) => Crashed.Any(one => one.ContentHash == contentHash);

    /// <summary>The candidate is in force.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="now">The present.</param>
    public RoadState Promoted(GenerationRecord record, DateTimeOffset now) => this with
    {
        Live = record,
        LastNumber = Math.Max(LastNumber, record.Number),
        Candidate = null,
        History = Remember(Live.Enter(RoadStage.Replaced, now)),
        LastRefusal = null,
        ServedSeconds = 0,
        ServedRequests = 0,
        Crashed = [.. Crashed.Where(one => one.ContentHash != record.ContentHash)],
    };

    /// <summary>The candidate is off the road, and the one in force stays.</summary>
    /// <param name="record">Its record.</param>
    public RoadState Ended(GenerationRecord record) => this with
    {
        Candidate = null,
        LastNumber = Math.Max(LastNumber, record.Number),
        History = Remember(record),
        LastRefusal = record,
    };

    /// <summary>A content crashed.</summary>
    public RoadState WithCrash(CrashedContent crashed) => this with
    {
        Crashed = [crashed, .. Crashed.Where(one => one.ContentHash != crashed.ContentHash).Take(MaxCrashed - 1)],
    };

    private GenerationRecord[] Remember(GenerationRecord record) => [record, .. History.Take(MaxHistory - 1)];
}
