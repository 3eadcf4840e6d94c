using System.Text;
using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Tests.Rules;

namespace Breakwater.Edge.Tests.Fuses;

/// <summary>Modules that throw, hang and gorge, each with each of its actions: what that costs visitors. Over the real listener.</summary>
public sealed class FailingModuleTests
{
    public static TheoryData<GuardedAction> Actions => new(GuardedModules.All);

    public static TheoryData<GuardedAction> ClosedActions => new(GuardedModules.All.Where(action => action.Closed is not null));

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task A_module_that_throws_is_as_if_it_were_not_there_and_its_fuse_blows_once(GuardedAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var log = new FuseLog();
        await using GuardedLab lab = await GuardedLab.StartAsync(action, With($"module {action.Module} zone shop throw"), log);
        for (int i = 0; i < 6; i++)
        {
            Assert.False(await lab.ShowsAsync());
            Assert.Equal(lab.PlainStatus, lab.Status);
        }

        Assert.Equal(1, lab.Fuse.Blows);
        Assert.Equal(FuseSettings.Default.Failures, lab.Fuse.FailuresBy(FuseCause.Exception));
        Assert.Single(log.With("is blown"));
    }

    [Theory]
    [MemberData(nameof(ClosedActions))]
    public async Task Where_the_zone_says_closed_what_it_could_not_look_at_is_refused(GuardedAction action)
    {
        ArgumentNullException.ThrowIfNull(action);
        await using GuardedLab lab = await GuardedLab.StartAsync(action, With($"module {action.Module} zone shop throw"), more: $"\nfail: {{{action.Closed}: closed}}");
        for (int i = 0; i < 6; i++)
        {
            await lab.ShowsAsync();
            Assert.Equal(503, lab.Status);
        }

        // The switch is an operator's word, and wins.
        lab.Bypass(action.Module);
        Assert.False(await lab.ShowsAsync());
        Assert.Equal(lab.PlainStatus, lab.Status);
    }

    [Theory]
    [InlineData("waf", "waf: {rules: ./waf, mode: block, fail: closed}")]
    [InlineData("waf_response", "waf: {rules: ./waf, mode: block, inspect_responses: true, fail: closed}")]
    public async Task So_it_is_with_the_firewall(string module, string zone)
    {
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction(module, "any", zone), With($"module {module} zone shop throw"));
        for (int i = 0; i < 5; i++)
        {
            await lab.ShowsAsync();
            Assert.Equal(503, lab.Status);
        }
    }

    [Fact]
    public async Task Where_protections_only_look_nothing_is_refused()
    {
        await using RulesLab lab = await RulesLab.StartGuardedAsync(
            With("module custom_rules zone shop throw"), null, "rules: [{when: true, do: block}]\nfail: {custom_rules: closed}", "protection: detect");
        Assert.Equal(200, await lab.StatusAsync("/"));
    }

    [Fact]
    public async Task When_it_works_again_it_is_back_by_itself()
    {
        var log = new FuseLog();
        var action = new GuardedAction("custom_rules", "block", "rules: [{when: true, do: block}]");
        await using GuardedLab lab = await GuardedLab.StartAsync(action, With("module custom_rules zone shop throw times 3"), log);
        for (int i = 0; i < 4; i++)
        {
            Assert.False(await lab.ShowsAsync());
        }

        lab.Lab.Time.Advance(TimeSpan.FromSeconds(2));
        for (int i = 0; i < 4; i++)
        {
            Assert.True(await lab.ShowsAsync());
        }

        Assert.True(lab.Fuse.IsWhole);
        Assert.Single(log.With("whole again"));
    }

    [Fact]
    public async Task A_score_that_nobody_made_is_absent_and_not_a_number()
    {
        const string Zone = """
            waf: {rules: ./waf, mode: block}
            rules:
              - {when: 'cf.waf.score lt 200', do: block}
              - {when: 'cf.waf.score.sqli ge 0', do: block}
              - {when: 'cf.waf.score.class eq "attack"', do: block}
            """;
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction("waf", "score", Zone), With("module waf zone shop throw"));
        for (int i = 0; i < 5; i++)
        {
            Assert.False(await lab.ShowsAsync());
            Assert.Equal(200, lab.Status);
        }
    }

    [Fact]
    public async Task One_that_allocates_too_much_is_left_out()
    {
        FuseOptions fuses = With("module custom_rules zone shop allocate 4000000") with { Settings = new FuseSettings { MemoryBudget = 1 << 20 } };
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction("custom_rules", "log", "rules: [{when: true, do: log}]"), fuses);
        for (int i = 0; i < 5; i++)
        {
            await lab.ShowsAsync();
            Assert.Equal(200, lab.Status);
        }

        Assert.Equal((1, 3), (lab.Fuse.Blows, lab.Fuse.FailuresBy(FuseCause.Memory)));
    }

    [Fact]
    public async Task One_that_hangs_is_named_and_the_process_ends_when_its_thread_stays_away()
    {
        var log = new FuseLog();
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        FuseOptions fuses = With("module custom_rules zone shop hang") with { End = code => ended.TrySetResult(code) };
        var action = new GuardedAction("custom_rules", "block", "rules: [{when: true, do: block}]");
        await using GuardedLab lab = await GuardedLab.StartAsync(action, fuses, log);
        Task<bool> hanging = Task.Run(lab.ShowsAsync, lab.Lab.Limit);
        while (!ended.Task.IsCompleted)
        {
            lab.Lab.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, lab.Lab.Limit);
        }

        Assert.Equal(Watchdog.ExitCode, await ended.Task);
        Assert.Contains("the fuse of module custom_rules of zone shop is blown: it holds a thread", Assert.Single(log.With("holds a thread")), StringComparison.Ordinal);
        Assert.False(lab.Fuse.IsWhole);
        fuses.Faults.Release();
        await hanging;
    }

    [Fact]
    public async Task A_request_that_was_in_progress_when_the_edge_crashed_is_refused_and_others_are_not()
    {
        FlightRecorder recorder = FlightRecorder.Open(null);
        const string Head = "GET /poison HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n";
        ulong fingerprint = HeadFingerprint.Of(Encoding.ASCII.GetBytes(Head), recorder.FingerprintKey);
        DateTimeOffset start = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
        var fuses = new FuseOptions
        {
            Recorder = recorder,
            Suspects = new SwitchSet { Requests = [new RequestSwitch(fingerprint, start.AddMinutes(10), "in flight in two crashes")] },
        };
        await using RulesLab lab = await RulesLab.StartGuardedAsync(fuses, null, "");
        Assert.Equal(403, await lab.StatusAsync("/poison"));
        Assert.Equal(0, lab.Asked);
        Assert.Contains("held back", (await lab.GetAsync("/poison")).Body, StringComparison.Ordinal);
        Assert.Equal(200, await lab.StatusAsync("/poison?"));

        lab.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(200, await lab.StatusAsync("/poison"));
    }

    [Fact]
    public async Task A_suspected_module_rests_from_the_start_and_is_tried_when_its_time_is_over()
    {
        DateTimeOffset start = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
        var fuses = new FuseOptions { Suspects = new SwitchSet { Modules = [new ModuleSwitch(ModuleId.CustomRules, "shop", start.AddMinutes(5), "three crashes")] } };
        await using GuardedLab lab = await GuardedLab.StartAsync(new GuardedAction("custom_rules", "block", "rules: [{when: true, do: block}]"), fuses);
        Assert.False(await lab.ShowsAsync());
        Assert.Equal("three crashes", Assert.Single(lab.Lab.Edge.Guards!.Box.Read()).Reason);
        lab.Lab.Time.Advance(TimeSpan.FromMinutes(5.1));
        Assert.True(await lab.ShowsAsync());
    }

    private static FuseOptions With(string faults) => new() { Faults = FaultPlan.Parse(faults) };
}
