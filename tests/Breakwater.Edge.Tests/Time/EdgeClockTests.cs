using System.Diagnostics;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Time;

/// <summary>Which clocks go on by themselves.</summary>
public sealed class EdgeClockTests
{
    [Fact]
    public void The_machines_clock_is_real_time() => Assert.True(EdgeClock.System.IsRealTime);

    [Fact]
    public void A_wall_clock_that_was_set_does_not_change_monotonic_time() => Assert.True(new EdgeClock(new Wall(TimeSpan.FromDays(-400))).IsRealTime);

    [Fact]
    public void A_clock_that_tests_move_is_not() => Assert.False(new EdgeClock(new FakeTimeProvider()).IsRealTime);

    [Fact]
    public void Nor_is_one_in_the_machines_unit() => Assert.False(new EdgeClock(new Leapt()).IsRealTime);

    private sealed class Wall(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
    }

    private sealed class Leapt : TimeProvider
    {
        public override long GetTimestamp() => Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 3600);
    }
}
