using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Fuses.Switches;

/// <summary>What a running edge makes of the file of switches, as it comes, changes, rots and goes.</summary>
public sealed class SwitchWatchTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
    private readonly WallClock _wall;
    private readonly FuseLog _log = new();
    private readonly FuseBox _box;
    private readonly SwitchWatch _watch;

    public SwitchWatchTests()
    {
        _wall = new WallClock(_time);
        var clock = new EdgeClock(_wall);
        _box = new FuseBox(clock, _log, FaultPlan.None, FuseSettings.Default, FlightRecorder.Open(null));
        _box.Of("shop");
        _box.Of("blog");
        _watch = new SwitchWatch(_files.Path, _box, clock);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _box.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Within_a_second_it_is_in_force_and_ends_with_the_file()
    {
        Write("module waf zone shop until 2026-11-23T08:10:00Z because of the sale");
        Assert.Equal((true, false), (Is(ModuleId.Waf, "shop"), Is(ModuleId.Waf, "blog")));
        Assert.False(Is(ModuleId.UrlRules, "shop"));
        Assert.Contains("BYPASSED until 08:10:00Z: module waf of zone shop: of the sale", Assert.Single(_log.With("BYPASSED")), StringComparison.Ordinal);

        File.Delete(SwitchFile.BypassIn(_files.Path));
        Pass();
        Assert.False(Is(ModuleId.Waf, "shop"));
        Assert.Single(_log.With("no longer bypassed"));
    }

    [Fact]
    public void All_modules_of_all_zones_also_of_those_to_come()
    {
        Write("module * zone * until 2026-11-23T08:10:00Z");
        _box.Of("new");
        Assert.All(ModuleIds.Fused, module => Assert.True(Is(module, "shop") && Is(module, "blog") && Is(module, "new")));
    }

    [Fact]
    public void It_expires_and_nobody_has_to_remember_it()
    {
        Write("module waf zone * until 2026-11-23T08:10:00Z");
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.True(Is(ModuleId.Waf, "shop"));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Is(ModuleId.Waf, "shop"));

        // Each minute while it lasted.
        Assert.InRange(_log.With("still BYPASSED").Count, 8, 10);
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_does_not_make_it_longer()
    {
        Write("module waf zone * until 2026-11-23T08:10:00Z");
        _wall.SetBack = TimeSpan.FromHours(1);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.False(Is(ModuleId.Waf, "shop"));
    }

    [Theory]
    [InlineData("\0\u0001\u0002")]
    [InlineData("module waf zone * until 2027-11-23T08:10:00Z")]
    [InlineData("module waf zone * until 2026-11-23T08:10:00Z\nmodule wav zone * until 2026-11-23T08:10:00Z")]
    public void A_file_with_anything_wrong_in_it_is_no_switch_and_that_is_said_once(string text)
    {
        Write(text);
        for (int i = 0; i < 20; i++)
        {
            Pass();
        }

        Assert.False(Is(ModuleId.Waf, "shop"));
        Assert.Single(_log.With("is no switch"));
        Assert.NotNull(_watch.Problem);

        Write("module waf zone * until 2026-11-23T08:10:00Z");
        Assert.True(Is(ModuleId.Waf, "shop"));
        Assert.Null(_watch.Problem);
    }

    [Fact]
    public void A_good_file_that_rots_ends_what_it_switched()
    {
        Write("module waf zone * until 2026-11-23T08:10:00Z");
        Write("module waf zone * un");
        Assert.False(Is(ModuleId.Waf, "shop"));
    }

    private bool Is(ModuleId module, string zone) => _box.Of(zone)[module].IsSwitched;

    private void Write(string text)
    {
        _files.Write("bypass", text);
        Pass();
    }

    private void Pass() => _time.Advance(SwitchWatch.Interval);

    /// <summary>A machine's clock that somebody sets, while its monotonic time goes on.</summary>
    private sealed class WallClock(FakeTimeProvider time) : TimeProvider
    {
        public TimeSpan SetBack { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() - SetBack;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
    }
}
