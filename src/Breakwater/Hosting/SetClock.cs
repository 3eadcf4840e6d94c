using System.Globalization;

namespace Breakwater.Hosting;

/// <summary>
/// The machine's clock, with its wall time set otherwise, for drills: failure injection, armed by the environment when the process starts and by nothing
/// that is sent to it. Monotonic time and timers go on as they are, as when somebody sets the clock. Thread-safe.
/// </summary>
internal sealed class SetClock : TimeProvider, IDisposable
{
    /// <summary>The environment variable that names a file; the seconds in it are added to the wall time. For development and drills only.</summary>
    public const string Variable = "BREAKWATER_CLOCK_FILE";

    /// <summary>How soon a change of the file counts.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly string _file;
    private readonly ITimer _timer;
    private long _ticks;

    private SetClock(string file)
    {
        _file = file;
        Read();
        _timer = System.CreateTimer(static clock => ((SetClock)clock!).Read(), this, Look, Look);
    }

    /// <summary>The clock of this process: the machine's, unless its environment says otherwise.</summary>
    public static TimeProvider FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? new SetClock(file) : System;

    /// <summary>Looks at the file no more.</summary>
    public void Dispose() => _timer.Dispose();

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, dueTime, period);

    private void Read()
    {
        try
        {
            if (long.TryParse(File.ReadAllText(_file), NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long seconds))
            {
                Interlocked.Exchange(ref _ticks, TimeSpan.FromSeconds(Math.Clamp(seconds, -315_360_000, 315_360_000)).Ticks);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there: the clock stays as it is.
        }
    }
}
