namespace Breakwater.Edge.Generations.Feeds;

/// <summary>What is known of a feed beyond its content. Immutable; kept across restarts.</summary>
internal sealed record FeedRecord
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Contents that were refused, ever.</summary>
    public long Rejections { get; init; }

    /// <summary>How often it turned from good to bad since it was last left to itself, or quiet for a day.</summary>
    public int Flips { get; init; }

    /// <summary>Whether the last content that was seen was refused.</summary>
    public bool IsBad { get; init; }

    /// <summary>What was wrong with the content that was refused last; null = none was.</summary>
    public FeedFault? LastFault { get; init; }

    /// <summary>That, in words.</summary>
    public string? LastReason { get; init; }

    /// <summary>SHA-256 of the content that was refused last; null for one that could not be read.</summary>
    public string? LastHash { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastRejectedAt { get; init; }

    /// <summary>Since when it is left alone because it turned from good to bad too often; null while it is not.</summary>
    public DateTimeOffset? FrozenAt { get; init; }

    /// <summary>Since when it is left alone because an operator said so; null while it is not.</summary>
    public DateTimeOffset? PinnedAt { get; init; }

    /// <summary>Whether its content stays, whatever the file says.</summary>
    public bool IsStill => FrozenAt is not null || PinnedAt is not null;

    /// <summary>How long it has to behave until what it did before is forgotten.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>A content was refused.</summary>
    /// <param name="rejection">Why.</param>
    /// <param name="hash">The content; null when it could not be read.</param>
    /// <param name="freezeAfter">How often it may turn from good to bad.</param>
    /// <param name="now">The present.</param>
    public FeedRecord Rejected(FeedRejection rejection, string? hash, int freezeAfter, DateTimeOffset now)
    {
        int before = LastRejectedAt is { } last && now - last < Memory ? Flips : 0;
        int flips = IsBad ? before : before + 1;
        return this with
        {
            Rejections = Rejections + 1,
            Flips = flips,
            IsBad = true,
            LastFault = rejection.Fault,
            LastReason = rejection.Line > 0 ? $"{Path}:{rejection.Line}: {rejection.What}; {rejection.Remedy}" : $"{Path}: {rejection.What}; {rejection.Remedy}",
            LastHash = hash,
            LastRejectedAt = now,
            FrozenAt = FrozenAt ?? (flips >= freezeAfter ? now : null),
        };
    }

    /// <summary>A good content was seen: that in force, or one that took its place.</summary>
    public FeedRecord Accepted() => IsBad ? this with { IsBad = false } : this;

    /// <summary>An operator leaves it to itself again.</summary>
    public FeedRecord Freed() => this with { PinnedAt = null, FrozenAt = null, Flips = 0, IsBad = false, LastHash = null };
}
