namespace Breakwater.Edge.Generations.Road;

/// <summary>What is known of one generation's way: a step makes a new record of it. Immutable; kept across restarts.</summary>
internal sealed record GenerationRecord
{
    /// <summary>Its number; 0 as long as no visitor has met it.</summary>
    public long Number { get; init; }

    /// <summary>Its content hash; empty before it is compiled.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>Who wanted it, for people.</summary>
    public required string Origin { get; init; }

    /// <summary>Where it is.</summary>
    public RoadStage Stage { get; init; }

    /// <summary>The stage that it left the road in; null while it is on it.</summary>
    public RoadStage? EndedIn { get; init; }

    /// <summary>When it set out.</summary>
    public DateTimeOffset Begun { get; init; }

    /// <summary>Since when it is in its stage.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it was put in force; null when it never was.</summary>
    public DateTimeOffset? PromotedAt { get; init; }

    /// <summary>What was found wrong or doubtful: each as <c>file:line:column: what; what to do</c> where it has a place.</summary>
    public IReadOnlyList<string> Problems { get => field ?? []; init; } = [];

    /// <summary>What the tasting found, in a line; null before it.</summary>
    public string? Taste { get; init; }

    /// <summary>What the comparison found, in a line; null before it.</summary>
    public string? Canary { get; init; }

    /// <summary>The first digits of its hash, for people; empty before it is compiled.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Hash => ContentHash.Length > 12 ? ContentHash[..12] : ContentHash;

    /// <summary>One that sets out.</summary>
    public static GenerationRecord SetOut(ChangeOrigin origin, DateTimeOffset now) => new() { Origin = origin.ToString(), Begun = now, Since = now };

    /// <summary>Takes the next step.</summary>
    /// <exception cref="InvalidOperationException">There is no such way: a bug.</exception>
    public GenerationRecord Enter(RoadStage next, DateTimeOffset now)
    {
        if (!RoadStages.MayFollow(Stage, next))
        {
            throw new InvalidOperationException($"A generation cannot go from {Stage} to {next}.");
        }

        return this with
        {
            Stage = next,
            Since = now,
            EndedIn = RoadStages.IsEnd(next) ? Stage : null,
            PromotedAt = next == RoadStage.Bake ? now : PromotedAt,
        };
    }
}
