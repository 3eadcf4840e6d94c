using Breakwater.Drills;
using Breakwater.Tests.Processes;

namespace Breakwater.Tests.Drills;

/// <summary>Every drill passes. They run as <c>breakwater drill all</c> runs them, beside each other where they may.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DrillTests(DrillRunFixture run) : IClassFixture<DrillRunFixture>
{
    public static TheoryData<string> Names => [.. DrillCatalogue.Drills.Select(drill => drill.Sheet.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_passes(string name)
    {
        DrillResult result = run.Results.Single(result => result.Name == name);
        Assert.True(result.Passed, $"{string.Join("\n", result.Broken)}\n{result.Figures()}\n{string.Join("\n", result.Diary)}");
    }
}

/// <summary>One run of all drills.</summary>
public sealed class DrillRunFixture : IAsyncLifetime
{
    internal IReadOnlyList<DrillResult> Results { get; private set; } = [];

    public async ValueTask InitializeAsync() =>
        Results = await DrillRunner.RunAsync(DrillCatalogue.Drills, Math.Clamp(Environment.ProcessorCount, 1, 4), (_, _) => { }, CancellationToken.None);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
