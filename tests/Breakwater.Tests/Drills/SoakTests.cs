using Breakwater.Drills;
using Breakwater.Drills.Soaks;
using Breakwater.Tests.Processes;

namespace Breakwater.Tests.Drills;

/// <summary>The soak, a short one that still does everything: <c>breakwater drill soak --for 30m</c> is a long one.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SoakTests
{
    private static readonly TimeSpan Time = Environment.GetEnvironmentVariable("CI") is null ? TimeSpan.FromSeconds(40) : TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Only_requests_in_flight_at_a_kill_fail_whatever_else_goes_wrong()
    {
        DrillResult result = await DrillRunner.RunAsync(new Soak(Time), TestContext.Current.CancellationToken);
        Assert.True(result.Passed, $"{string.Join("\n", result.Broken)}\n{result.Figures()}\n{string.Join("\n", result.Diary)}");
    }
}
