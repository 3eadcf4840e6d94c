using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Feeds;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;
using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Admin;

/// <summary>Puts a <see cref="GenerationsReport"/> together. Stateless.</summary>
internal static class GenerationsSnapshot
{
    /// <summary>Looks at an edge. Reads the disk.</summary>
    public static GenerationsReport Take(Edge edge)
    {
        GenerationRoad road = edge.Road;
        RoadState state = road.State;
        return new GenerationsReport
        {
            Live = Of(state.Live),
            Candidate = state.Candidate is { } candidate ? Of(candidate) : null,
            Bake = state.Live.Stage == RoadStage.Bake ? ProgressOf(road, edge.Plane.Live.Config.Generations.Bake) : null,
            LastRefusal = state.LastRefusal is { } refused ? Of(refused) : null,
            History = [.. state.History.Select(Of)],
            Kept = [.. road.Store?.List().Select(Of) ?? []],
            Pinned = PinnedOf(state),
            Feeds = FeedsOf(edge.Plane.Live, state),
            StartedInstead = road.Instead,
            StorageProblem = road.Store?.Problem,
        };
    }

    /// <summary>One generation's way.</summary>
    public static GenerationEntry Of(GenerationRecord record) => new()
    {
        Number = record.Number,
        Hash = record.Hash,
        Stage = RoadText.Word(record.Stage),
        EndedIn = record.EndedIn is { } ended ? RoadText.Word(ended) : null,
        Origin = record.Origin,
        Begun = record.Begun,
        Since = record.Since,
        PromotedAt = record.PromotedAt,
        Problems = record.Problems,
        Taste = record.Taste,
        Canary = record.Canary,
    };

    /// <summary>Why everything stays as it is; null when it does not.</summary>
    public static string? PinnedOf(RoadState state) =>
        state.Pinned is { } pin ? $"everything is pinned to generation {pin.Number} ({pin.Why}); end it with `breakwater unpin all`" : null;

    /// <summary>Files of lists and databases.</summary>
    public static IReadOnlyList<FeedEntry> FeedsOf(Generation live, RoadState state) =>
        [.. Feed.Of(live.Config).Select(feed => Of(feed, live.Files.FirstOrDefault(file => file.Path == feed.Path), state.Feeds.FirstOrDefault(one => one.Path == feed.Path)))];

    private static FeedEntry Of(Feed feed, FileContent? content, FeedRecord? record) => new()
    {
        Path = feed.Path,
        Names = feed.Names,
        State = record switch { { FrozenAt: not null } => "frozen", { PinnedAt: not null } => "pinned", { IsBad: true } => "bad", _ => "good" },
        Hash = content?.Hash[..12] ?? "",
        Bytes = content?.Length ?? 0,
        Rejections = record?.Rejections ?? 0,
        LastFault = record?.LastFault is { } fault ? WordsOf<FeedFault>.Text((int)fault) : null,
        LastReason = record?.LastReason,
        LastRejectedAt = record?.LastRejectedAt,
    };

    private static KeptEntry Of(GenerationManifest kept) => new(kept.Number, kept.Hash, kept.Origin, kept.PromotedAt, kept.GoodAt);

    private static BakeProgress ProgressOf(GenerationRoad road, BakeConfig needed) => new(
        Math.Round(road.Bake.Served.TotalSeconds, 1), needed.Time.TotalSeconds, road.Bake.ServedRequests, needed.Requests);
}
