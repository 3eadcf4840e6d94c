namespace Breakwater.Edge.Admin;

/// <summary>
/// Where all generations are: what <c>GET /generations</c> answers and <c>breakwater generations</c> shows. Immutable. Members may be added;
/// none changes its meaning. Described in docs/generations.md.
/// </summary>
public sealed record GenerationsReport
{
    /// <summary>The one in force.</summary>
    public required GenerationEntry Live { get; init; }

    /// <summary>The one on its way; null while there is none.</summary>
    public GenerationEntry? Candidate { get; init; }

    /// <summary>What the one in force still needs to be the last known good; null when it is.</summary>
    public BakeProgress? Bake { get; init; }

    /// <summary>The last change that did not get through, and was not followed by one that did; null when there is none.</summary>
    public GenerationEntry? LastRefusal { get; init; }

    /// <summary>Those that have left the road, the last one first.</summary>
    public required IReadOnlyList<GenerationEntry> History { get; init; }

    /// <summary>What is on disk to start from, the newest first.</summary>
    public required IReadOnlyList<KeptEntry> Kept { get; init; }

    /// <summary>Why everything stays as it is; null when it does not.</summary>
    public string? Pinned { get; init; }

    /// <summary>Files of lists and databases.</summary>
    public IReadOnlyList<FeedEntry> Feeds { get; init; } = [];

    /// <summary>Why the edge did not start with what it is configured to, as long as that holds; null when it did.</summary>
    public string? StartedInstead { get; init; }

    /// <summary>Why nothing can be kept on disk; null when it can.</summary>
    public string? StorageProblem { get; init; }
}

/// <summary>What is known of one generation's way. Immutable.</summary>
public sealed record GenerationEntry
{
    /// <summary>Its number; 0 when no visitor has met it.</summary>
    public required long Number { get; init; }

    /// <summary>The first 12 hex digits of its content hash; empty when it did not get so far.</summary>
    public required string Hash { get; init; }

    /// <summary>Where it is, in a word of docs/generations.md.</summary>
    public required string Stage { get; init; }

    /// <summary>The stage that it left the road in; null while it is on it.</summary>
    public string? EndedIn { get; init; }

    /// <summary>Who wanted it.</summary>
    public required string Origin { get; init; }

    /// <summary>When it set out.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>Since when it is in its stage.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was put in force; null when it never was.</summary>
    public DateTimeOffset? PromotedAt { get; init; }

    /// <summary>What was found, each with its place where it has one.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What the tasting found; null before it.</summary>
    public string? Taste { get; init; }

    /// <summary>What the comparison on live traffic found; null before it.</summary>
    public string? Canary { get; init; }
}

/// <summary>A file of a list, or a database, that others change by themselves. Immutable.</summary>
public sealed record FeedEntry
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What it can be called: the lists that it is the file of, or the file's name.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>good; bad: its last content was refused; frozen: it was so too often; pinned.</summary>
    public required string State { get; init; }

    /// <summary>The first 12 hex digits of the content in force.</summary>
    public required string Hash { get; init; }

    /// <summary>The size of the content in force, bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Contents that were refused, ever.</summary>
    public long Rejections { get; init; }

    /// <summary>What was wrong with the one refused last, in a word of docs/generations.md; null when none was.</summary>
    public string? LastFault { get; init; }

    /// <summary>That, with its place.</summary>
    public string? LastReason { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastRejectedAt { get; init; }
}

/// <summary>How far a generation is with proving itself. Immutable.</summary>
/// <param name="Seconds">How long it has served.</param>
/// <param name="NeededSeconds">How long it has to.</param>
/// <param name="Requests">How many requests it has served.</param>
/// <param name="NeededRequests">How many it has to.</param>
public sealed record BakeProgress(double Seconds, double NeededSeconds, long Requests, long NeededRequests);

/// <summary>A generation that is on disk. Immutable.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">The first 12 hex digits of its content hash.</param>
/// <param name="Origin">Who wanted it.</param>
/// <param name="PromotedAt">When it was put in force.</param>
/// <param name="GoodAt">When it had proved itself; null when it has not.</param>
public sealed record KeptEntry(long Number, string Hash, string Origin, DateTimeOffset PromotedAt, DateTimeOffset? GoodAt);
