namespace Breakwater.Edge.Time;

/// <summary>Something whose deadlines the <see cref="Heartbeat"/> checks: a connection, a stream, a pool.</summary>
internal interface IHeartbeatTarget
{
    /// <summary>
    /// Called every <see cref="Heartbeat.Interval"/> from a timer thread, concurrently with whatever the target is doing.
    /// Must not block and must not throw.
    /// </summary>
    /// <param name="nowMicros">The time, as <see cref="EdgeClock.Micros"/>.</param>
    void OnHeartbeat(long nowMicros);
}

/// <summary>
/// One timer for all deadlines of the edge. A deadline is a field that its owner sets and the heartbeat compares: arming a timeout
/// costs one store, where a timer or a cancellation token per wait would cost more than the rest of the request. The price is
/// granularity: a timeout fires up to <see cref="Interval"/> late. Thread-safe.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    /// <summary>How often targets are called; the granularity of every timeout.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // Striped, so that connections that come and go on different threads do not wait for each other or for a beat in progress.
    private readonly Stripe[] _stripes;
    private readonly EdgeClock _clock;
    private readonly ITimer _timer;
    private int _beating;

    public Heartbeat(EdgeClock clock)
    {
        _clock = clock;
        _stripes = new Stripe[16];
        for (int i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new Stripe();
        }

        _timer = clock.Provider.CreateTimer(static state => ((Heartbeat)state!).Beat(), this, Interval, Interval);
    }

    public void Add(IHeartbeatTarget target)
    {
        Stripe stripe = StripeOf(target);
        lock (stripe)
        {
            stripe.Targets.Add(target);
        }
    }

    public void Remove(IHeartbeatTarget target)
    {
        Stripe stripe = StripeOf(target);
        lock (stripe)
        {
            stripe.Targets.Remove(target);
        }
    }

    public void Dispose() => _timer.Dispose();

    private Stripe StripeOf(IHeartbeatTarget target) =>
        _stripes[System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(target) & (_stripes.Length - 1)];

    private void Beat()
    {
        // A beat that takes longer than the interval is not joined by a second one.
        if (Interlocked.Exchange(ref _beating, 1) != 0)
        {
            return;
        }

        long now = _clock.Micros;
        List<IHeartbeatTarget> due = [];
        foreach (Stripe stripe in _stripes)
        {
            lock (stripe)
            {
                due.AddRange(stripe.Targets);
            }

            // Outside the lock: a target that ends its connection removes itself.
            foreach (IHeartbeatTarget target in due)
            {
                target.OnHeartbeat(now);
            }

            due.Clear();
        }

        Volatile.Write(ref _beating, 0);
    }

    private sealed class Stripe
    {
        public HashSet<IHeartbeatTarget> Targets { get; } = new(ReferenceEqualityComparer.Instance);
    }
}
