using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Fuses.Switches;

/// <summary>
/// Looks twice a second at the file of switches in the data directory, so that <c>breakwater bypass</c> needs nothing of the edge but that file. A
/// file with anything wrong in it is no switch; that is said once. One that cannot be read leaves those that are on until they are over. Owned by the
/// edge; its timer's thread is the only one that reads.
/// </summary>
internal sealed partial class SwitchWatch : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Every how many looks people are reminded of what is bypassed: once a minute.</summary>
    private const int RemindEvery = 120;

    private readonly string _path;
    private readonly FuseBox _box;
    private readonly EdgeClock _clock;
    private readonly ITimer _timer;
    private string? _problem;
    private IReadOnlyList<ModuleSwitch> _last = [];
    private int _looks;
    private int _looking;

    /// <param name="dataDirectory">Where the file is looked for.</param>
    /// <param name="box">The fuses.</param>
    /// <param name="clock">The edge's clock.</param>
    public SwitchWatch(string dataDirectory, FuseBox box, EdgeClock clock)
    {
        _path = SwitchFile.BypassIn(dataDirectory);
        _box = box;
        _clock = clock;
        Look();
        _timer = clock.Provider.CreateTimer(static watch => ((SwitchWatch)watch!).Look(), this, Interval, Interval);
    }

    /// <summary>What is wrong with the file; null when nothing is.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>Looks now.</summary>
    public void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) != 0)
        {
            return;
        }

        try
        {
            SwitchReading reading = SwitchFile.Read(_path, _clock.UtcNow);
            if (reading.Problem is { } problem && problem != _problem)
            {
                if (reading.IsUnreadable)
                {
                    Log.Unreadable(_box.Log, _path, problem);
                }
                else
                {
                    Log.NoSwitch(_box.Log, _path, problem);
                }
            }

            Volatile.Write(ref _problem, reading.Problem);
            if (!reading.IsUnreadable)
            {
                _last = reading.Switches.Modules;
            }

            // Also when nothing has changed: what is over ends.
            _box.Put(_last);
            if (++_looks % RemindEvery == 0)
            {
                _box.Remind();
            }
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(667, LogLevel.Error, "{Path} is no switch: {Problem}; nothing is bypassed. Mend it, or use `breakwater bypass`.")]
        public static partial void NoSwitch(ILogger log, string path, string problem);

        [LoggerMessage(668, LogLevel.Error, "{Path} cannot be read: {Problem}; what is bypassed stays so until its time is over, and nothing else is")]
        public static partial void Unreadable(ILogger log, string path, string problem);
    }
}
