namespace Breakwater.Edge.Origins;

/// <summary>
/// How many retries a zone may make: a share of its requests in the last <see cref="WindowSeconds"/> seconds, and besides a few each
/// second so that a quiet zone can retry at all. Without it retries multiply the load of origins that fail because of load.
/// Thread-safe: one interlocked addition per request; time comes from the heartbeat.
/// </summary>
internal sealed class RetryBudget
{
    /// <summary>The window: the seconds that are complete, and the one in progress.</summary>
    public const int WindowSeconds = 10;

    private readonly long[] _requestsAt = new long[WindowSeconds];
    private readonly long[] _retriesAt = new long[WindowSeconds];
    private int _second;
    private long _secondEnds = long.MinValue;

    private double _share;
    private int _minPerSecond;
    private long _requests;
    private long _retries;
    private long _refused;
    private int _minTaken;

    /// <summary>Requests so far.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Retries so far.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Retries that the budget did not allow.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Sets the limits: retries as a share (0 to 1) of the requests, and retries a second that are allowed in any case.</summary>
    public void Configure(double share, int minPerSecond)
    {
        Volatile.Write(ref _share, share);
        Volatile.Write(ref _minPerSecond, minPerSecond);
    }

    /// <summary>Counts a request; not its retries.</summary>
    public void OnRequest() => Interlocked.Increment(ref _requests);

    /// <summary>Takes one retry out of the budget. False when there is none left.</summary>
    public bool TryTake()
    {
        // Taken first and compared after, so that threads that ask at the same time cannot take the last one together.
        long retries = Interlocked.Increment(ref _retries) - Oldest(_retriesAt);
        if (retries <= (Volatile.Read(ref _requests) - Oldest(_requestsAt)) * Volatile.Read(ref _share))
        {
            return true;
        }

        if (Volatile.Read(ref _minTaken) < Volatile.Read(ref _minPerSecond) && Interlocked.Increment(ref _minTaken) <= Volatile.Read(ref _minPerSecond))
        {
            return true;
        }

        Interlocked.Decrement(ref _retries);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>Moves the window. Called by one thread at a time.</summary>
    /// <param name="nowMicros">The time, as <see cref="Time.EdgeClock.Micros"/>.</param>
    public void OnHeartbeat(long nowMicros)
    {
        if (nowMicros < _secondEnds)
        {
            return;
        }

        // After a pause longer than the window (the machine slept) every slot is overwritten: nothing of before is left.
        long passed = _secondEnds == long.MinValue ? 1 : Math.Min(WindowSeconds, 1 + ((nowMicros - _secondEnds) / 1_000_000));
        for (long i = 0; i < passed; i++)
        {
            int second = (_second + 1) % WindowSeconds;
            Volatile.Write(ref _requestsAt[second], Volatile.Read(ref _requests));
            Volatile.Write(ref _retriesAt[second], Volatile.Read(ref _retries));
            Volatile.Write(ref _second, second);
        }

        Volatile.Write(ref _minTaken, 0);
        _secondEnds = nowMicros + 1_000_000;
    }

    /// <summary>A total as it was at the window's beginning: the slot that is overwritten next.</summary>
    private long Oldest(long[] totals) => Volatile.Read(ref totals[(Volatile.Read(ref _second) + 1) % WindowSeconds]);
}
