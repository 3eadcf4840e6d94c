namespace Breakwater.Edge.Generations.Road;

/// <summary>Where a generation is on its road to all visitors, or how it left it.</summary>
internal enum RoadStage : byte
{
    /// <summary>Its document is read.</summary>
    Read,

    /// <summary>Keys, values and references are checked.</summary>
    Validate,

    /// <summary>It is compiled, with the files that it names.</summary>
    Compile,

    /// <summary>A sacrificial process loads it and judges requests.</summary>
    Taste,

    /// <summary>A share of the connections runs it.</summary>
    Canary,

    /// <summary>It is in force, and has to prove itself.</summary>
    Bake,

    /// <summary>It is in force, and what the edge starts from when all else fails.</summary>
    Good,

    /// <summary>It was found wrong before any visitor met it.</summary>
    Refused,

    /// <summary>It is sound, but changes so much that somebody has to confirm it.</summary>
    Held,

    /// <summary>It did harm, and was taken back.</summary>
    Reverted,

    /// <summary>Another one took its place.</summary>
    Replaced,
}

/// <summary>The table of the road: what may follow what. Stateless.</summary>
internal static class RoadStages
{
    /// <summary>Whether a generation may go from one stage to another.</summary>
    public static bool MayFollow(RoadStage from, RoadStage to) => (from, to) switch
    {
        (RoadStage.Read, RoadStage.Validate) => true,
        (RoadStage.Validate, RoadStage.Compile) => true,
        (RoadStage.Compile, RoadStage.Taste) => true,
        (RoadStage.Taste, RoadStage.Canary) => true,

        // At a start there is nothing to be compared with.
        (RoadStage.Taste, RoadStage.Bake) => true,
        (RoadStage.Canary, RoadStage.Bake) => true,
        (RoadStage.Bake, RoadStage.Good) => true,

        (RoadStage.Read or RoadStage.Validate or RoadStage.Compile or RoadStage.Taste, RoadStage.Refused) => true,
        (RoadStage.Compile or RoadStage.Taste, RoadStage.Held) => true,
        (RoadStage.Canary or RoadStage.Bake, RoadStage.Reverted) => true,
        (RoadStage.Canary or RoadStage.Bake or RoadStage.Good, RoadStage.Replaced) => true,
        _ => false,
    };

    /// <summary>Whether the road ends there.</summary>
    public static bool IsEnd(RoadStage stage) => stage is RoadStage.Refused or RoadStage.Held or RoadStage.Reverted or RoadStage.Replaced;

    /// <summary>Whether visitors meet a generation there.</summary>
    public static bool Serves(RoadStage stage) => stage is RoadStage.Canary or RoadStage.Bake or RoadStage.Good;
}
