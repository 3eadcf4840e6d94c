using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Http1;

/// <content>
/// The connection's patience. The flow stores what it waits for and until when; the heartbeat compares and wakes it. A wake-up can come just
/// after the wait was over: then the next read is woken for nothing, looks at <see cref="_overdue"/>, and goes on.
/// </content>
internal sealed partial class Http1Connection
{
    private long _deadline = long.MaxValue;
    private volatile DeadlineKind _deadlineKind;
    private volatile DeadlineKind _overdue;
    private bool _idle;

    // Of the exchange in progress, or of the last one.
    private EdgeSettings? _settings;
    private bool _leaving;
    private bool _draining;

    // The body: how long the client was waited for, and since when it is (0: it is not).
    private long _bodyWaitSince;
    private long _bodyWaited;

    // The response: since when a flush is waiting for the client, and how many bytes it may owe us (0: none is).
    private long _flushSince;
    private long _flushBytes;

    private enum DeadlineKind
    {
        None,
        Idle,
        Header,
        Body,
        Linger,
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        long deadline = Volatile.Read(ref _deadline);
        if (nowMicros > deadline)
        {
            DeadlineKind kind = _deadlineKind;
            if (Interlocked.CompareExchange(ref _deadline, long.MaxValue, deadline) == deadline)
            {
                _overdue = kind;
                _input.CancelPendingRead();
            }
        }

        EdgeSettings settings = Volatile.Read(ref _settings) ?? _plane.Live.Settings;
        if (IsBodyTooSlow(settings, nowMicros))
        {
            _overdue = DeadlineKind.Body;
            _input.CancelPendingRead();
        }

        if (IsFlushTooSlow(settings, nowMicros))
        {
            Abort(ExchangeEnd.ClientTooSlow);
        }
    }

    private bool IsBodyTooSlow(EdgeSettings settings, long nowMicros)
    {
        long since = Volatile.Read(ref _bodyWaitSince);
        if (since == 0)
        {
            return false;
        }

        // Only the time in which we waited for the client counts: a body may be slow because the origin is.
        long waiting = nowMicros - since;
        long waited = waiting + Volatile.Read(ref _bodyWaited);
        return waiting > settings.BodyTimeout
            || (settings.MinReadRate > 0 && waited > settings.RateGrace && _bodyBytes < settings.MinReadRate * (waited / 1_000_000.0));
    }

    private bool IsFlushTooSlow(EdgeSettings settings, long nowMicros)
    {
        long since = Volatile.Read(ref _flushSince);
        return since != 0 && settings.MinWriteRate > 0
            && nowMicros - since > settings.RateGrace + Volatile.Read(ref _flushBytes) * 1_000_000 / settings.MinWriteRate;
    }

    /// <summary>Sets a deadline, unless one of this kind is running already: a head does not gain time by coming in drops.</summary>
    private void ArmOnce(DeadlineKind kind, long micros)
    {
        if (_deadlineKind != kind)
        {
            _overdue = DeadlineKind.None;
            _deadlineKind = kind;
            Volatile.Write(ref _deadline, _plane.Clock.Micros + micros);
        }
    }

    private void Disarm()
    {
        _deadlineKind = DeadlineKind.None;
        Volatile.Write(ref _deadline, long.MaxValue);
        _overdue = DeadlineKind.None;
    }
}
