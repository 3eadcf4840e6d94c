using System.Diagnostics;
using Breakwater.Drills;
using Breakwater.Drills.Ground;
using Breakwater.Tests.Processes;

namespace Breakwater.Tests.Drills;

/// <summary>Whatever a drill does, its run is over in time, tells what hung, and leaves no process behind.</summary>
[Collection(ProcessCollection.Name)]
public sealed class GroundTests
{
    [Fact]
    public async Task A_drill_that_hangs_fails_by_name_within_its_patience()
    {
        long begun = Stopwatch.GetTimestamp();
        DrillResult result = await DrillRunner.RunAsync(new Staged(TimeSpan.FromSeconds(3), _ => Task.Delay(Timeout.Infinite)), TestContext.Current.CancellationToken);
        Assert.Equal(["it hangs: it is not over after 2.5 s"], result.Broken);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 2.4, 20);
    }

    [Fact]
    public async Task A_clean_up_that_hangs_is_told_by_name()
    {
        DrillResult result = await DrillRunner.RunAsync(
            new Staged(TimeSpan.FromSeconds(3), ground =>
            {
                ground.Own(new Endless());
                return Task.CompletedTask;
            }),
            TestContext.Current.CancellationToken);
        Assert.Equal(["its clean-up failed: Endless: it does not end"], result.Broken);
    }

    [Fact]
    public async Task What_a_drill_makes_after_it_was_given_up_is_ended()
    {
        TaskCompletionSource<Exception?> made = new();
        Endable late = new();
        await DrillRunner.RunAsync(
            new Staged(TimeSpan.FromSeconds(1), async ground =>
            {
                await Task.Delay(TimeSpan.FromSeconds(3));
                made.SetResult(Record.Exception(() => ground.Own(late)));
            }),
            TestContext.Current.CancellationToken);
        Assert.IsType<DrillException>(await made.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(late.HasEnded);
    }

    [Fact]
    public async Task A_process_that_outlives_what_started_it_is_ended_with_the_drill()
    {
        string? directory = null;
        DrillResult result = await DrillRunner.RunAsync(
            new Staged(TimeSpan.FromSeconds(20), async ground =>
            {
                directory = ground.Directory;
                ProcessStartInfo start = new("sh", ["-c", "sleep 300 & exit 3"]);
                start.Environment["DRILL_DIRECTORY"] = ground.Directory;
                (int code, _) = await ProcessEnd.RunAsync(start, TimeSpan.FromSeconds(10));
                ground.Hold(code == 3, "the shell is waited for until its child is over");
            }),
            TestContext.Current.CancellationToken);
        Assert.True(result.Passed, string.Join("; ", result.Broken));
        Assert.Equal("1", result.Notes["processes that outlived their edge and were ended"]);
        Assert.Empty(ProcessEnd.KillThoseOf(directory!));
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_ended()
    {
        DrillException told = await Assert.ThrowsAsync<DrillException>(() => ProcessEnd.RunAsync(new ProcessStartInfo("sleep", ["300"]), TimeSpan.FromMilliseconds(200)));
        Assert.Contains("'sleep' with 300 does not end", told.Message, StringComparison.Ordinal);
    }

    private sealed class Staged(TimeSpan patience, Func<DrillGround, Task> act) : Drill
    {
        public override DrillSheet Sheet { get; } = new("staged", "staged") { Outage = "", Mechanism = "", Fault = "", Bound = "", Guard = "" };

        public override TimeSpan Patience => patience;

        public override Task RunAsync(DrillGround ground) => act(ground);
    }

    private sealed class Endless : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(Task.Delay(Timeout.Infinite));
    }

    private sealed class Endable : IAsyncDisposable
    {
        public bool HasEnded { get; private set; }

        public ValueTask DisposeAsync()
        {
            HasEnded = true;
            return ValueTask.CompletedTask;
        }
    }
}
