using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Fuses;

/// <summary>When a fuse blows, what it lets through then, and how it becomes whole again. The time is the fuses' own clock.</summary>
public sealed class FuseTests : IDisposable
{
    private readonly FuseLog _log = new();
    private readonly FuseBox _box;
    private readonly Fuse _fuse;

    public FuseTests()
    {
        _box = new FuseBox(new EdgeClock(new FakeTimeProvider()), _log, FaultPlan.None, FuseSettings.Default, FlightRecorder.Open(null));
        _fuse = _box.Of("shop")[ModuleId.Waf];
    }

    public void Dispose() => _box.Dispose();

    [Fact]
    public void A_module_that_works_is_called()
    {
        Works(1000);
        Assert.True(_fuse.IsWhole);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void One_that_fails_every_call_is_left_out_after_three_and_that_is_told_once()
    {
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => Fails()));
        Assert.Equal((1, 2), (_fuse.Blows, _fuse.Passed));
        Assert.Single(_log.With("is blown"));
        Assert.Contains("module waf of zone shop", _log.With("is blown")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_that_are_few_among_many_calls_do_not_blow_it()
    {
        for (int i = 0; i < 50; i++)
        {
            Fails();
            Works(5);
        }

        Assert.True(_fuse.IsWhole);

        // One line for the window, not one for each.
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void Failures_that_are_far_apart_do_not_either()
    {
        for (int i = 0; i < 10; i++)
        {
            Fails();
            Pass(FuseSettings.Default.Window);
        }

        Assert.True(_fuse.IsWhole);
    }

    [Fact]
    public void When_the_window_is_over_calls_are_not_counted_any_more()
    {
        Fails();
        Assert.True(_fuse.IsWatching);
        Pass(FuseSettings.Default.Window);
        _fuse.OnBeat(_box.Clock.Millis);
        Assert.False(_fuse.IsWatching);
    }

    [Fact]
    public void After_its_rest_one_call_at_a_time_tries_it()
    {
        Blow();
        Pass(FuseSettings.Default.FirstRest - 1);
        Assert.Equal(Admission.Blown, _fuse.Admit());
        Pass(1);
        Assert.Equal((Admission.Probe, Admission.Blown), (_fuse.Admit(), _fuse.Admit()));
        _fuse.Succeeded(Admission.Probe);
        Assert.Equal((Admission.Probe, Admission.Blown), (_fuse.Admit(), _fuse.Admit()));
    }

    [Fact]
    public void Three_that_work_make_it_whole_and_that_is_told_once()
    {
        Blow();
        Pass(FuseSettings.Default.FirstRest);
        Works(3);
        Assert.True(_fuse.IsWhole);
        Works(100);
        Assert.Single(_log.With("whole again"));
    }

    [Fact]
    public void One_that_fails_doubles_the_rest_up_to_a_bound_and_is_no_news()
    {
        Blow();
        long rest = FuseSettings.Default.FirstRest;
        for (int i = 0; i < 12; i++)
        {
            Pass(rest - 1);
            Assert.Equal(Admission.Blown, _fuse.Admit());
            Pass(1);
            Assert.True(Fails());
            rest = Math.Min(rest * 2, FuseSettings.Default.LongestRest);
        }

        Assert.Equal(FuseSettings.Default.LongestRest, rest);
        Assert.Equal(1, _fuse.Blows);
        Assert.Single(_log.With("is blown"));
    }

    [Fact]
    public void One_that_fails_again_soon_after_it_worked_rests_longer()
    {
        Blow();
        Pass(FuseSettings.Default.FirstRest);
        Works(3);
        Blow();
        Pass(FuseSettings.Default.FirstRest);
        Assert.Equal(Admission.Blown, _fuse.Admit());
        Pass(FuseSettings.Default.FirstRest);
        Works(3);
        Assert.Equal(2, _fuse.Blows);

        Pass(FuseSettings.Default.Forgiveness);
        Blow();
        Pass(FuseSettings.Default.FirstRest);
        Assert.Equal(Admission.Probe, _fuse.Admit());
    }

    [Fact]
    public void A_failure_that_its_module_tells_while_it_is_tried_counts_though_the_call_came_back()
    {
        Blow();
        Pass(FuseSettings.Default.FirstRest);
        Admission probe = _fuse.Admit();
        _fuse.Fail(FuseCause.Work, "too much work", null);
        _fuse.Succeeded(probe);
        Assert.Equal((Admission.Probe, Admission.Blown), (probe, _fuse.Admit()));
    }

    [Theory]
    [InlineData(250, false)]
    [InlineData(251, true)]
    public void A_call_that_takes_longer_than_its_budget_has_failed(long millis, bool fails)
    {
        FuseCall call = _fuse.Begin(TestExchange.Get());
        Pass(millis);
        call.End(Admission.Call);
        Assert.Equal(fails ? 1 : 0, _fuse.FailuresBy(FuseCause.Time));
    }

    [Fact]
    public void So_has_one_that_allocates_more_than_it_may()
    {
        var box = new FuseBox(new EdgeClock(new FakeTimeProvider()), _log, FaultPlan.None, new FuseSettings { MemoryBudget = 1 << 20 }, FlightRecorder.Open(null));
        Fuse fuse = box.Of("shop")[ModuleId.Waf];
        Assert.True(Call(fuse, () => GC.KeepAlive(new byte[1 << 18])));
        Assert.Equal(0, fuse.FailuresBy(FuseCause.Memory));
        Assert.True(Call(fuse, () => GC.KeepAlive(new byte[1 << 21])));
        Assert.Equal(1, fuse.FailuresBy(FuseCause.Memory));
    }

    [Fact]
    public void One_that_held_a_thread_is_blown_at_once_and_rests_long()
    {
        _fuse.BlowAtOnce(FuseCause.Hang, "a call that has not come back for 5.0 s");
        Assert.False(_fuse.IsWhole);
        Pass(FuseSettings.Default.FirstRestAfterHang - 1);
        Assert.Equal(Admission.Blown, _fuse.Admit());
        Pass(1);
        Assert.Equal(Admission.Probe, _fuse.Admit());
    }

    [Fact]
    public void A_switch_leaves_the_module_out_whatever_its_fuse_says()
    {
        _fuse.Switch(true);
        Assert.Equal(Admission.Bypass, _fuse.Admit());
        _fuse.Switch(false);
        Assert.Equal(Admission.Call, _fuse.Admit());

        Blow();
        _fuse.Switch(true);
        Pass(FuseSettings.Default.FirstRest);
        Assert.Equal(Admission.Bypass, _fuse.Admit());
        _fuse.Switch(false);
        Assert.Equal(Admission.Probe, _fuse.Admit());
    }

    [Fact]
    public void Other_modules_and_zones_have_fuses_of_their_own()
    {
        Blow();
        Assert.True(_box.Of("shop")[ModuleId.UrlRules].IsWhole);
        Assert.True(_box.Of("blog")[ModuleId.Waf].IsWhole);
        Assert.Same(_fuse, _box.Of("shop")[ModuleId.Waf]);
        Assert.Equal([("waf", "shop", "blown")], _box.Read().Select(reading => (ModuleIds.NameOf(reading.Module), reading.Zone, reading.State)));
    }

    [Fact]
    public void While_a_call_lasts_its_thread_is_seen_at_it_and_then_at_what_it_was_before()
    {
        Exchange exchange = TestExchange.Get();
        exchange.Fingerprint = 77;
        FuseCall outer = _fuse.Begin(exchange);
        FuseCall inner = _box.Of("shop")[ModuleId.ErrorPages].Begin(exchange);
        Assert.Equal((ModuleId.ErrorPages, 77UL), (_box.Recorder.Current.Entry.Module, _box.Recorder.Current.Entry.Fingerprint));
        inner.Threw(new InvalidOperationException("x"));
        Assert.Equal(ModuleId.Waf, _box.Recorder.Current.Entry.Module);
        outer.End(Admission.Call);
        Assert.Equal(default, _box.Recorder.Current.Entry);
    }

    [Fact]
    public void Many_threads_that_fail_at_once_blow_it_once()
    {
        Parallel.For(0, 200, _ => Fails());
        Assert.Equal(1, _fuse.Blows);
        Assert.Single(_log.With("is blown"));
    }

    private void Blow()
    {
        for (int i = 0; i < FuseSettings.Default.Failures; i++)
        {
            Assert.True(Fails());
        }

        Assert.False(_fuse.IsWhole);
    }

    private bool Fails() => Call(_fuse, () => throw new InvalidOperationException("a bug"));

    private void Works(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.True(Call(_fuse, () => { }));
        }
    }

    private void Pass(long millis) => _box.Clock.Beat(millis);

    /// <summary>Whether the module was called.</summary>
    private static bool Call(Fuse fuse, Action module)
    {
        Admission admission = fuse.Admit();
        if (admission > Admission.Probe)
        {
            return false;
        }

        FuseCall call = fuse.Begin(TestExchange.Get());
        try
        {
            module();
        }
        catch (InvalidOperationException bug)
        {
            call.Threw(bug);
            return true;
        }

        call.End(admission);
        return true;
    }
}
