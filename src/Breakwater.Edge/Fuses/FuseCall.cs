using System.Globalization;
using System.Runtime;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses.Flight;

namespace Breakwater.Edge.Fuses;

/// <summary>
/// One call of a module, from its begin to its end on one thread: written down for the watchdog while it lasts, measured when it is over. Calls may
/// stand in each other.
/// </summary>
internal readonly ref struct FuseCall
{
    private readonly Fuse _fuse;
    private readonly Exchange _exchange;
    private readonly ref FlightSlot _slot;
    private readonly FlightEntry _outer;
    private readonly long _began;
    private readonly long _allocated;

    /// <summary>Time that this thread has spent compiling, when it was last looked at.</summary>
    [ThreadStatic]
    private static TimeSpan _compiled;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FuseCall(Fuse fuse, Exchange exchange, FlightRecorder recorder, long now)
    {
        _fuse = fuse;
        _exchange = exchange;
        _slot = ref recorder.Current;
        _outer = _slot.Entry;
        _began = now;
        _slot.Entry = new FlightEntry(fuse.Place, now, exchange.Fingerprint, exchange.Ray.Value);
        _allocated = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>The call came back.</summary>
    /// <param name="admission">How it was admitted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(Admission admission)
    {
        _slot.Entry = _outer;
        FuseSettings settings = _fuse.Box.Settings;
        if (_fuse.Box.Clock.Millis - _began > settings.TimeBudget || GC.GetAllocatedBytesForCurrentThread() - _allocated > settings.MemoryBudget)
        {
            OnOver(settings);
        }

        if (admission == Admission.Probe)
        {
            _fuse.Succeeded(admission);
        }
    }

    /// <summary>The call threw.</summary>
    public void Threw(Exception exception)
    {
        _slot.Entry = _outer;
        _fuse.Threw(exception, _exchange);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnOver(FuseSettings settings)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread() - _allocated;
        if (bytes > settings.MemoryBudget)
        {
            _fuse.Fail(FuseCause.Memory, string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB allocated in one call, of {settings.MemoryBudget >> 20} allowed"), _exchange);
            return;
        }

        // What is called for the first time is compiled then, which is not the module's fault. An upper bound: some of it may be from before.
        TimeSpan compiled = JitInfo.GetCompilationTime(currentThread: true);
        long took = _fuse.Box.Clock.Millis - _began;
        long own = took - (_fuse.Box.IsRealTime ? (long)(compiled - _compiled).TotalMilliseconds : 0);
        _compiled = compiled;
        if (own > settings.TimeBudget)
        {
            _fuse.Fail(FuseCause.Time, string.Create(CultureInfo.InvariantCulture, $"a call of {took} ms, of {settings.TimeBudget} allowed"), _exchange);
        }
    }
}
