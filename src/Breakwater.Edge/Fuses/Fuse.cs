using System.Globalization;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Observability;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Fuses;

/// <summary>
/// What stands between one module of one zone and those who wait for an answer: a module that fails does not fail them, and one that keeps
/// failing is left out until it works again. Outlives generations. Thread-safe; while all is well a call costs it a load and a comparison.
/// </summary>
/// <remarks>
/// <code>
///          failure             Failures in Window, half of all calls
///  calm ───────────▶ watching ─────────────────────────────────────▶ blown ──── rest over ───▶ one probe at a time
///    ▲  window over      │                                              ▲                        │            │
///    └───────────────────┘                                              └── fails: longer rest ──┘            │
///    └──────────────────────────────────────────────────────────────────────── Probes in a row succeed ───────┘
/// </code>
/// Beside that, and before it, a switch bypasses the module for as long as it is on.
/// </remarks>
internal sealed partial class Fuse
{
    private const int Watching = 1;
    private const int Blown = 2;
    private const int Probing = 4;
    private const int Switched = 8;
    private const int Armed = 16;

    private readonly Lock _lock = new();
    private readonly FuseBox _box;
    private readonly FuseSettings _settings;
    private readonly FaultPoint[] _faults;
    private readonly long[] _failures = new long[WordsOf<FuseCause>.Count];

    // What a call looks at first; all else is behind it.
    private volatile int _state;
    private long _calls;
    private int _failed;
    private long _windowEnds;
    private long _probeAt;
    private long _rest;
    private long _recoveredAt = long.MinValue;
    private int _good;
    private long _blows;
    private long _passed;
    private string _reason = "";
    private DateTimeOffset _since;

    public Fuse(FuseBox box, ModuleId module, string zone, int number)
    {
        _box = box;
        _settings = box.Settings;
        Module = module;
        Zone = zone;
        Place = FlightEntry.PlaceOf(module, number);
        _faults = box.Faults.For(module, zone);
        _state = _faults.Length > 0 ? Armed : 0;
    }

    /// <summary>The module.</summary>
    public ModuleId Module { get; }

    /// <summary>The zone's name.</summary>
    public string Zone { get; }

    /// <summary>Both, as flight files have them.</summary>
    public ulong Place { get; }

    /// <summary>What all fuses of the edge share.</summary>
    public FuseBox Box => _box;

    /// <summary>Whether the module is called as ever.</summary>
    public bool IsWhole => (_state & (Blown | Switched)) == 0;

    /// <summary>Whether calls to it are counted now.</summary>
    public bool IsWatching => (_state & Watching) != 0;

    /// <summary>Whether an operator has bypassed it.</summary>
    public bool IsSwitched => (_state & Switched) != 0;

    /// <summary>Times that it blew.</summary>
    public long Blows => Volatile.Read(ref _blows);

    /// <summary>Calls that went past the module, which was bypassed or blown.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Calls that failed.</summary>
    public long FailuresBy(FuseCause cause) => Volatile.Read(ref _failures[(int)cause]);

    /// <summary>What is to become of a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Admission Admit() => _state == 0 ? Admission.Call : AdmitWatched();

    /// <summary>Begins a call that was admitted. It ends on the same thread, by <see cref="FuseCall.End"/> or by <see cref="Threw"/>.</summary>
    /// <param name="exchange">The exchange that it is about.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FuseCall Begin(Exchange exchange) => new(this, exchange, _box.Recorder, _box.Clock.Millis);

    /// <summary>Strikes, where a drill has armed a fault. To be called inside what catches the module's exceptions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Strike(Exchange exchange)
    {
        if ((_state & Armed) != 0)
        {
            StrikeAll(exchange);
        }
    }

    /// <summary>Calls a module that has no answer to give, behind its fuse. Whether it was called and came back.</summary>
    /// <param name="fuse">The fuse; null = the module stands behind none.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="state">What the call needs.</param>
    /// <param name="call">The call.</param>
    public static bool Run<T>(Fuse? fuse, Exchange exchange, T state, Action<Exchange, T> call)
    {
        if (fuse is null)
        {
            call(exchange, state);
            return true;
        }

        Admission admission = fuse.Admit();
        if (admission > Admission.Probe)
        {
            return false;
        }

        FuseCall running = fuse.Begin(exchange);
        try
        {
            fuse.Strike(exchange);
            call(exchange, state);
        }
        catch (Exception fault)
        {
            running.Threw(fault);
            return false;
        }

        running.End(admission);
        return true;
    }

    /// <summary>A call that was admitted ended without failing, as far as the one who called can tell.</summary>
    public void Succeeded(Admission admission)
    {
        if (admission == Admission.Probe)
        {
            OnProbed();
        }
    }

    /// <summary>A call threw.</summary>
    public void Threw(Exception exception, Exchange? exchange) =>
        Fail(FuseCause.Exception, $"{exception.GetType().Name}: {exception.Message}", exchange, exception);

    /// <summary>A call failed. What it means for those who wait is up to the caller.</summary>
    /// <param name="cause">How.</param>
    /// <param name="what">The same for people, without a final stop.</param>
    /// <param name="exchange">The exchange; null where there is none.</param>
    /// <param name="exception">What was thrown, where something was.</param>
    public void Fail(FuseCause cause, string what, Exchange? exchange, Exception? exception = null)
    {
        Interlocked.Increment(ref _failures[(int)cause]);
        long now = _box.Clock.Millis;
        bool isFirst = false;
        Blow? blow = null;
        lock (_lock)
        {
            if ((_state & Probing) != 0)
            {
                blow = BlowNow(cause, what, now);
            }
            else if ((_state & Blown) == 0)
            {
                isFirst = (_state & Watching) == 0 || now >= _windowEnds;
                if (isFirst)
                {
                    _windowEnds = now + _settings.Window;
                    _failed = 0;
                    Volatile.Write(ref _calls, 1);
                    _state |= Watching;
                }

                _failed++;
                long calls = Math.Max(Volatile.Read(ref _calls), _failed);
                if (_failed >= _settings.Failures && _failed * 2 >= calls)
                {
                    blow = BlowNow(cause, string.Create(CultureInfo.InvariantCulture, $"{_failed} of {calls} calls failed, the last one with {what}"), now);
                }
            }
        }

        if (blow is { } told)
        {
            Tell(told, exchange?.Ray ?? default, exception);
        }
        else if (isFirst)
        {
            Log.Failed(_box.Log, FuseBox.NameOf(this), exchange?.Ray ?? default, what, exception);
        }
    }

    /// <summary>Blows it, whatever else it has seen. Whether it was whole, so that this is told.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="what">The same for people.</param>
    /// <param name="ray">The exchange, where there is one.</param>
    public bool BlowAtOnce(FuseCause cause, string what, RayId ray = default)
    {
        Interlocked.Increment(ref _failures[(int)cause]);
        Blow told;
        lock (_lock)
        {
            told = BlowNow(cause, what, _box.Clock.Millis);
        }

        Tell(told, ray, null);
        return told.IsNew;
    }

    /// <summary>Has it rest for so long before it is tried, as the supervisor wants it who saw the process crash in it.</summary>
    /// <param name="millis">Milliseconds.</param>
    /// <param name="why">For people.</param>
    public void RestFor(long millis, string why)
    {
        BlowAtOnce(FuseCause.Suspect, why);
        lock (_lock)
        {
            _rest = Math.Max(millis, _settings.FirstRest);
            Volatile.Write(ref _probeAt, _box.Clock.Millis + _rest);
        }
    }

    /// <summary>Looks whether a window is over, so that calls need not be counted any more.</summary>
    public void OnBeat(long now)
    {
        if ((_state & Watching) == 0)
        {
            return;
        }

        lock (_lock)
        {
            if ((_state & Watching) != 0 && now >= _windowEnds)
            {
                _state &= ~Watching;
            }
        }
    }

    /// <summary>Bypasses the module, or ends that.</summary>
    public void Switch(bool isOff)
    {
        lock (_lock)
        {
            _state = isOff ? _state | Switched : _state & ~Switched;
        }
    }

    /// <summary>What there is to tell of it; null while it is whole.</summary>
    public FuseReading? Read()
    {
        lock (_lock)
        {
            int state = _state;
            if ((state & (Blown | Switched)) == 0)
            {
                return null;
            }

            string word = (state & Switched) != 0 ? "bypassed" : (state & Probing) != 0 || _good > 0 ? "probing" : "blown";
            return new FuseReading(Module, Zone, word, (state & Switched) != 0 ? "" : _reason, _since, Passed);
        }
    }

    private Admission AdmitWatched()
    {
        int state = _state;
        if ((state & Switched) != 0)
        {
            Interlocked.Increment(ref _passed);
            return Admission.Bypass;
        }

        if ((state & Blown) != 0)
        {
            if ((state & Probing) == 0 && _box.Clock.Millis >= Volatile.Read(ref _probeAt) && TryProbe())
            {
                return Admission.Probe;
            }

            Interlocked.Increment(ref _passed);
            return Admission.Blown;
        }

        if ((state & Watching) != 0)
        {
            Interlocked.Increment(ref _calls);
        }

        return Admission.Call;
    }

    private bool TryProbe()
    {
        lock (_lock)
        {
            if ((_state & (Blown | Probing | Switched)) != Blown || _box.Clock.Millis < _probeAt)
            {
                return false;
            }

            _state |= Probing;
            return true;
        }
    }

    private void OnProbed()
    {
        lock (_lock)
        {
            // Where the call failed all the same, as its module told, it is blown again and waits.
            if ((_state & Probing) == 0)
            {
                return;
            }

            _state &= ~Probing;
            if (++_good < _settings.Probes)
            {
                return;
            }

            _state &= ~Blown;
            _good = 0;
            _recoveredAt = _box.Clock.Millis;
        }

        Log.Recovered(_box.Log, FuseBox.NameOf(this));
    }

    private Blow BlowNow(FuseCause cause, string what, long now)
    {
        bool wasBlown = (_state & Blown) != 0;
        bool isRecent = _recoveredAt != long.MinValue && now - _recoveredAt < _settings.Forgiveness;
        long first = cause is FuseCause.Hang or FuseCause.Suspect ? _settings.FirstRestAfterHang : _settings.FirstRest;
        _rest = (wasBlown || isRecent) && _rest > 0 ? Math.Max(first, Math.Min(_rest * 2, _settings.LongestRest)) : first;
        Volatile.Write(ref _probeAt, now + _rest);
        _state = (_state & ~(Watching | Probing)) | Blown;
        _good = 0;
        _reason = what;
        if (!wasBlown)
        {
            _since = _box.Time.GetUtcNow();
            _blows++;
        }

        return new Blow(!wasBlown, what, _rest);
    }

    private void Tell(in Blow blow, RayId ray, Exception? exception)
    {
        // Failed probes are no news: that it is blown was told.
        if (blow.IsNew)
        {
            Log.Blown(_box.Log, FuseBox.NameOf(this), blow.What, ray, blow.Rest / 1000.0, exception);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StrikeAll(Exchange exchange)
    {
        foreach (FaultPoint fault in _faults)
        {
            fault.Strike(exchange);
        }
    }

    private readonly record struct Blow(bool IsNew, string What, long Rest);

    private static partial class Log
    {
        [LoggerMessage(660, LogLevel.Warning, "{Module} failed a call, at ray {Ray}: {What}")]
        public static partial void Failed(ILogger log, string module, RayId ray, string what, Exception? exception);

        [LoggerMessage(661, LogLevel.Error, "the fuse of {Module} is blown: {What} (ray {Ray}); it is tried again in {Seconds} s")]
        public static partial void Blown(ILogger log, string module, string what, RayId ray, double seconds, Exception? exception);

        [LoggerMessage(662, LogLevel.Warning, "the fuse of {Module} is whole again: it works")]
        public static partial void Recovered(ILogger log, string module);
    }
}

/// <summary>A fuse that is not whole. Immutable.</summary>
/// <param name="Module">The module.</param>
/// <param name="Zone">The zone.</param>
/// <param name="State">blown, probing or bypassed.</param>
/// <param name="Reason">Why; empty where an operator has bypassed it.</param>
/// <param name="Since">Since when it is blown.</param>
/// <param name="Passed">Calls that went past the module, since the start.</param>
internal sealed record FuseReading(ModuleId Module, string Zone, string State, string Reason, DateTimeOffset Since, long Passed);
