using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Fuses;

/// <summary>A thread that does not come back: who is named, what is blown, and when the process ends.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FuseLog _log = new();
    private readonly List<int> _ends = [];
    private readonly FuseBox _box;
    private readonly Watchdog _watchdog;
    private readonly Fuse _fuse;

    public WatchdogTests()
    {
        _box = new FuseBox(new EdgeClock(_time), _log, FaultPlan.None, FuseSettings.Default, FlightRecorder.Open(_files["flight"]));
        _fuse = _box.Of("shop")[ModuleId.CustomRules];
        _watchdog = new Watchdog(_box, () => 12, _ends.Add);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _box.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void A_module_that_holds_a_thread_is_named_once_and_its_fuse_blown()
    {
        Enter(3);
        _time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.True(_fuse.IsWhole);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(_fuse.IsWhole);
        Assert.Contains("the fuse of module custom_rules of zone shop is blown: it holds a thread", Assert.Single(_log.With("holds a thread")), StringComparison.Ordinal);
        Assert.Empty(_ends);
    }

    [Fact]
    public void A_thread_that_does_not_come_back_ends_the_process_and_the_flight_file_says_who_it_was()
    {
        Enter(3);
        _time.Advance(TimeSpan.FromSeconds(10.5));
        Assert.Equal(Watchdog.ExitCode, _ends[0]);
        Assert.True(FlightRecord.TryRead(_files["flight"], out FlightRecord? record));
        Assert.Equal((FlightEnd.Stuck, 12L), (record.End, record.Generation));
        ThreadInFlight culprit = Assert.Single(record.Threads, thread => thread.IsStuck);
        Assert.Equal((3, "custom_rules", "shop", 99UL), (culprit.Thread, culprit.ModuleName, culprit.Zone, culprit.Fingerprint));
        Assert.InRange(culprit.For.TotalSeconds, 10, 11);
    }

    [Fact]
    public void A_thread_that_goes_from_call_to_call_is_at_work_and_not_stuck()
    {
        for (int i = 0; i < 100; i++)
        {
            Enter(3);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(_fuse.IsWhole);
        Assert.Empty(_ends);
    }

    [Fact]
    public void A_thread_that_comes_back_late_ends_nothing()
    {
        Enter(3);
        _time.Advance(TimeSpan.FromSeconds(7));
        _box.Recorder.SlotAt(3).Entry = default;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_ends);
    }

    [Fact]
    public void What_another_edge_of_the_process_is_at_is_its_own_business()
    {
        int foreign = _box.Recorder.AddZone("elsewhere");
        _box.Recorder.SlotAt(4).Entry = new FlightEntry(FlightEntry.PlaceOf(ModuleId.Waf, foreign), 0, 1, 2);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_ends);
    }

    [Fact]
    public void The_edge_itself_has_no_fuse_but_an_end()
    {
        _box.Recorder.SlotAt(5).Entry = new FlightEntry(_box.EdgePlace, _box.Clock.Millis, 1, 2);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(Watchdog.ExitCode, _ends[0]);
        Assert.Contains("the edge itself", _log.With("holds a thread")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_beat_leaves_a_sign_of_life()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(FlightRecord.TryRead(_files["flight"], out FlightRecord? record));
        Assert.InRange(Environment.TickCount64 - record.BeatMillis, 0, 60_000);
        Assert.Equal(1000, _box.Clock.Millis);
    }

    private void Enter(int thread) => _box.Recorder.SlotAt(thread).Entry = new FlightEntry(_fuse.Place, _box.Clock.Millis, 99, 5);
}
