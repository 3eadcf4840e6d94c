using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Road;

namespace Breakwater.Edge.Tests.Generations.Road;

/// <summary>The table of the road.</summary>
public sealed class RoadStagesTests
{
    private static readonly Dictionary<RoadStage, RoadStage[]> Ways = new()
    {
        [RoadStage.Read] = [RoadStage.Validate, RoadStage.Refused],
        [RoadStage.Validate] = [RoadStage.Compile, RoadStage.Refused],
        [RoadStage.Compile] = [RoadStage.Taste, RoadStage.Refused, RoadStage.Held],
        [RoadStage.Taste] = [RoadStage.Canary, RoadStage.Bake, RoadStage.Refused, RoadStage.Held],
        [RoadStage.Canary] = [RoadStage.Bake, RoadStage.Reverted, RoadStage.Replaced],
        [RoadStage.Bake] = [RoadStage.Good, RoadStage.Reverted, RoadStage.Replaced],
        [RoadStage.Good] = [RoadStage.Replaced],
        [RoadStage.Refused] = [],
        [RoadStage.Held] = [],
        [RoadStage.Reverted] = [],
        [RoadStage.Replaced] = [],
    };

    public static TheoryData<string, string> All => [.. Ways.Keys.SelectMany(from => Ways.Keys.Select(to => ($"{from}", $"{to}")))];

    [Theory]
    [MemberData(nameof(All))]
    public void AGenerationTakesTheWaysOfTheTableAndNoOthers(string from, string to)
    {
        (RoadStage start, RoadStage next) = (Enum.Parse<RoadStage>(from), Enum.Parse<RoadStage>(to));
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddHours(1);
        GenerationRecord record = GenerationRecord.SetOut(ChangeOrigin.Start, DateTimeOffset.UnixEpoch) with { Stage = start };
        if (!Ways[start].Contains(next))
        {
            Assert.Throws<InvalidOperationException>(() => record.Enter(next, now));
            return;
        }

        GenerationRecord entered = record.Enter(next, now);
        Assert.Equal((next, now, DateTimeOffset.UnixEpoch), (entered.Stage, entered.Since, entered.Begun));
        Assert.Equal(RoadStages.IsEnd(next) ? start : null, entered.EndedIn);
        Assert.Equal(next == RoadStage.Bake ? now : null, entered.PromotedAt);
    }

    [Fact]
    public void NoStageServesThatEndsTheRoad() => Assert.DoesNotContain(Enum.GetValues<RoadStage>(), stage => RoadStages.IsEnd(stage) && RoadStages.Serves(stage));
}
