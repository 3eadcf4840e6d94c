using Breakwater.Config;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Generations.Road;

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

    private static KeptEntry Of(GenerationManifest kept) => new(kept.Number, kept.Hash, kept.Origin, kept.PromotedAt, kept.GoodAt);

    private static BakeProgress ProgressOf(GenerationRoad road, BakeConfig needed) => new(
        Math.Round(road.Bake.Served.TotalSeconds, 1), needed.Time.TotalSeconds, road.Bake.ServedRequests, needed.Requests);
}
