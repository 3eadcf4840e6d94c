using Breakwater.Supervision;

namespace Breakwater.Tests.Supervision;

/// <summary>What an edge is started with after how many crashes.</summary>
public sealed class RestartLadderTests
{
    private readonly MovedTime _time = new();
    private readonly RestartLadder _ladder;

    public RestartLadderTests() => _ladder = new RestartLadder(_time, new Random(1));

    [Fact]
    public void Single_crashes_are_repaired_at_once_with_the_same()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(new RestartPlan(StartMode.Configured, TimeSpan.Zero), _ladder.OnCrash());
            _time.Move(TimeSpan.FromSeconds(31));
        }
    }

    [Fact]
    public void Every_third_crash_within_a_minute_takes_a_step_down_and_then_starts_are_spread_without_an_end()
    {
        StartMode[] modes = [.. Enumerable.Range(0, 6).Select(_ => _ladder.OnCrash().Mode)];
        Assert.Equal([StartMode.Configured, StartMode.Configured, StartMode.Previous, StartMode.Previous, StartMode.Previous, StartMode.SuspectsOff], modes);

        Assert.Equal(TimeSpan.Zero, _ladder.OnCrash().Delay);
        Assert.Equal(TimeSpan.Zero, _ladder.OnCrash().Delay);
        double most = 1;
        for (int i = 0; i < 40; i++)
        {
            RestartPlan plan = _ladder.OnCrash();
            Assert.Equal(StartMode.SuspectsOff, plan.Mode);
            Assert.InRange(plan.Delay.TotalSeconds, most / 2, most);
            _time.Move(TimeSpan.FromMilliseconds(1));
            most = Math.Min(most * 2, RestartLadder.MaxDelay.TotalSeconds);
        }
    }

    [Fact]
    public void What_served_for_a_minute_keeps_its_step_and_begins_anew()
    {
        for (int i = 0; i < 3; i++) _ladder.OnCrash();
        Assert.Equal(StartMode.Previous, _ladder.Mode);
        _time.Move(RestartLadder.Window + TimeSpan.FromSeconds(1));
        Assert.Equal(new RestartPlan(StartMode.Previous, TimeSpan.Zero), _ladder.OnCrash());
        Assert.Equal(new RestartPlan(StartMode.Previous, TimeSpan.Zero), _ladder.OnCrash());
        Assert.Equal(StartMode.SuspectsOff, _ladder.OnCrash().Mode);
    }

    [Fact]
    public void Another_generation_or_program_begins_at_the_top()
    {
        for (int i = 0; i < 10; i++) _ladder.OnCrash();
        _ladder.Reset();
        Assert.Equal(new RestartPlan(StartMode.Configured, TimeSpan.Zero), _ladder.OnCrash());
        Assert.Equal(11, _ladder.Crashes);
    }

    private sealed class MovedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Move(TimeSpan by) => _now += by.Ticks;

        public override long GetTimestamp() => _now;
    }
}
