namespace Breakwater.Edge.Fuses;

/// <summary>
/// The time that the process has lived, in milliseconds: it goes on by beats, and a beat that comes late counts as little more than one in time.
/// So a module is not blamed for a pause that held up the whole process: the garbage collector, a machine that was suspended, a processor that
/// others had. Reading it costs a load, where a clock of the system costs twenty nanoseconds. Thread-safe; one beats.
/// </summary>
internal sealed class FuseClock
{
    /// <summary>How often it beats; its granularity, in milliseconds.</summary>
    public const int Interval = 25;

    private long _millis;

    /// <summary>The time.</summary>
    public long Millis => Volatile.Read(ref _millis);

    /// <summary>Goes on.</summary>
    /// <param name="millis">By how much.</param>
    public void Beat(long millis) => Volatile.Write(ref _millis, _millis + Math.Max(millis, 0));
}
