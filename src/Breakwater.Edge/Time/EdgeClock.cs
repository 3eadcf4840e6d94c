using System.Diagnostics;

namespace Breakwater.Edge.Time;

/// <summary>
/// The edge's clock: monotonic time for limits and durations, wall time for logs. Thread-safe.
/// All of the edge takes its time from here, so that tests can move it (<see cref="TimeProvider"/>).
/// </summary>
internal sealed class EdgeClock(TimeProvider provider)
{
    private readonly double _microsPerTick = 1_000_000.0 / provider.TimestampFrequency;
    private readonly bool _nanosecondTicks = provider.TimestampFrequency == 1_000_000_000;

    /// <summary>The clock of the machine.</summary>
    public static EdgeClock System { get; } = new(TimeProvider.System);

    /// <summary>The time source, for timers.</summary>
    public TimeProvider Provider => provider;

    /// <summary>Whether monotonic time is the machine's, and goes on by itself: a clock that tests move may leap while nothing happens.</summary>
    public bool IsRealTime { get; } = provider.TimestampFrequency == Stopwatch.Frequency
        && Stopwatch.GetElapsedTime(provider.GetTimestamp()).Duration() < TimeSpan.FromSeconds(1);

    /// <summary>Monotonic microseconds since an arbitrary start.</summary>
    public long Micros => _nanosecondTicks ? provider.GetTimestamp() / 1000 : (long)(provider.GetTimestamp() * _microsPerTick);

    /// <summary>Wall-clock time; may jump. For people only, never for limits.</summary>
    public DateTimeOffset UtcNow => provider.GetUtcNow();

    /// <summary>A duration in the unit of <see cref="Micros"/>.</summary>
    public static long ToMicros(TimeSpan span) => (long)span.TotalMicroseconds;
}
