using System.Globalization;
using System.Runtime.InteropServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses.Flight;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Fuses;

/// <summary>
/// Makes the clock of the fuses beat, and looks at what each thread is at: a module that holds one for too long is named and its fuse blown, and when
/// the thread does not come back the process ends, since the connections of that thread are lost to it. What waits to be accepted is not: the listening
/// sockets are the supervisor's, or systemd's. Has a thread of its own, which waits for nobody; with a clock that tests move it has a timer.
/// </summary>
internal sealed partial class Watchdog : IDisposable
{
    /// <summary>The exit code of a process that ended itself because a thread was stuck (EX_SOFTWARE of sysexits.h). Described in docs/cli.md.</summary>
    public const int ExitCode = 70;

    /// <summary>Every how many beats threads are looked at.</summary>
    private const int LookEvery = 10;

    /// <summary>A beat that comes later than this, in milliseconds, was held up by what held up the process.</summary>
    private const long LongestBeat = 2 * FuseClock.Interval;

    // With a clock that tests move: each beat has its full length, and is a look.
    private static readonly TimeSpan PlayedInterval = TimeSpan.FromMilliseconds(FuseClock.Interval * LookEvery);

    private readonly FuseBox _box;
    private readonly Action<int> _end;
    private readonly bool _looksAtThreads;
    private readonly Func<long> _generation;
    private readonly FlightEntry[] _before;
    private readonly FlightEntry[] _told;
    private readonly ITimer? _timer;

    // Without spinning: it is hardly ever set while somebody waits.
    private readonly ManualResetEventSlim _stopped = new(initialState: false, spinCount: 0);
    private long _last;
    private int _beats;

    /// <param name="box">The fuses.</param>
    /// <param name="generation">Tells the number of the generation in force.</param>
    /// <param name="end">Ends the process at once with an exit code; null = it really does.</param>
    public Watchdog(FuseBox box, Func<long> generation, Action<int>? end = null)
    {
        _box = box;
        _generation = generation;
        _end = end ?? Exit;

        // A clock that tests move may leap by an hour while a call is in progress, which tells nothing of the call.
        _looksAtThreads = end is not null || box.IsRealTime;
        _before = new FlightEntry[box.Recorder.Threads];
        _told = new FlightEntry[box.Recorder.Threads];
        _last = box.Time.GetTimestamp();
        if (box.IsRealTime)
        {
            new Thread(Run) { IsBackground = true, Name = "Breakwater watchdog", Priority = ThreadPriority.AboveNormal }.Start();
        }
        else
        {
            _timer = box.Time.CreateTimer(static watchdog => ((Watchdog)watchdog!).Beat(long.MaxValue, looks: true), this, PlayedInterval, PlayedInterval);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        _timer?.Dispose();
    }

    /// <summary>Looks at all threads now.</summary>
    public void Look()
    {
        long now = _box.Clock.Millis;

        // The last slot is shared by threads that came too late for one of their own.
        for (int thread = 0; _looksAtThreads && thread < _before.Length - 1; thread++)
        {
            FlightEntry entry = _box.Recorder.SlotAt(thread).Entry;
            FlightEntry before = _before[thread];
            _before[thread] = entry;

            // Seen twice, so that one that was read while it was being written is never believed.
            if (entry.Place != 0 && entry == before && now - entry.Since >= _box.Settings.HangLimit && _box.Owns(entry))
            {
                OnStuck(thread, entry, now - entry.Since);
            }
        }

        foreach (ZoneFuses zone in _box.Zones)
        {
            foreach (Fuse fuse in zone.All)
            {
                fuse.OnBeat(now);
            }
        }
    }

    private void Run()
    {
        while (!_stopped.Wait(FuseClock.Interval))
        {
            Beat(LongestBeat, ++_beats % LookEvery == 0);
        }

        _stopped.Dispose();
    }

    private void Beat(long longest, bool looks)
    {
        long now = _box.Time.GetTimestamp();
        long elapsed = (long)_box.Time.GetElapsedTime(_last, now).TotalMilliseconds;
        _last += elapsed * _box.Time.TimestampFrequency / 1000;
        _box.Clock.Beat(Math.Min(elapsed, longest));
        ref FlightHeader header = ref _box.Recorder.Header;
        header.LivedMillis = _box.Clock.Millis;
        Volatile.Write(ref header.BeatMillis, Environment.TickCount64);
        if (looks)
        {
            header.Generation = _generation();
            Look();
        }
    }

    private void OnStuck(int thread, FlightEntry entry, long millis)
    {
        Fuse? fuse = _box.At(entry);
        string name = fuse is null ? "the edge itself" : FuseBox.NameOf(fuse);
        if (_told[thread] != entry)
        {
            _told[thread] = entry;
            string what = string.Create(CultureInfo.InvariantCulture, $"it holds a thread, by a call that has not come back for {millis / 1000.0:F1} s");
            if (fuse is null || !fuse.BlowAtOnce(FuseCause.Hang, what, new RayId(entry.Ray)))
            {
                Log.Stuck(_box.Log, name, new RayId(entry.Ray), what);
            }
        }

        if (millis >= _box.Settings.EndLimit)
        {
            _box.Recorder.End(FlightEnd.Stuck, thread);
            Log.Ends(_box.Log, name, new RayId(entry.Ray), millis / 1000.0, ExitCode);
            _end(ExitCode);
        }
    }

    private static void Exit(int code)
    {
        // Not Environment.Exit: that waits for others, and one of them is what this is about. The log has a moment to get out.
        Thread.Sleep(100);
        ExitNow(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    private static partial class Log
    {
        [LoggerMessage(670, LogLevel.Error, "{Module}, at ray {Ray}: {What}")]
        public static partial void Stuck(ILogger log, string module, RayId ray, string what);

        [LoggerMessage(671, LogLevel.Critical, "{Module} has held a thread for {Seconds:F1} s, at ray {Ray}: the process ends itself with exit code {Code}, to be started again")]
        public static partial void Ends(ILogger log, string module, RayId ray, double seconds, int code);
    }
}
