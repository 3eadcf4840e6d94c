using Breakwater.Edge.Origins.Balancing;

namespace Breakwater.Edge.Origins.Health;

/// <summary>
/// Makes one check of an origin: the problem in words, or null when there is none. May throw; is cancelled when its time is over.
/// </summary>
internal delegate Task<string?> HealthProbe(Origin origin, HealthCheckSettings settings, CancellationToken cancellation);

/// <summary>How many checks may run at once, for all origins together. Thread-safe.</summary>
internal sealed class HealthCheckSlots(int limit)
{
    private int _taken;

    /// <summary>Takes a slot, if there is one.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Gives it back.</summary>
    public void Release() => Interlocked.Decrement(ref _taken);
}

/// <summary>
/// The active checks of one origin: one after the other, never two at once, each ended when its time is over. Driven by the heartbeat,
/// so intervals are as exact as that is. Thread-safe.
/// </summary>
internal sealed class HealthCheck(Origin origin, HealthProbe probe, HealthCheckSlots slots, SharedRandom random)
{
    /// <summary>An interval is made longer or shorter by up to this part of it, at random: a tenth.</summary>
    public const int JitterPart = 10;

    private readonly Lock _lock = new();
    private CancellationTokenSource? _running;
    private HealthCheckSettings? _settings;
    private long _deadline;
    private long _next = long.MinValue;

    /// <summary>Starts a check that is due, ends one that takes too long.</summary>
    /// <param name="nowMicros">The time.</param>
    /// <param name="settings">What to check; null = nothing.</param>
    public void OnHeartbeat(long nowMicros, HealthCheckSettings? settings)
    {
        CancellationTokenSource? overdue = null;
        lock (_lock)
        {
            if (_running is not null)
            {
                if (settings != _settings)
                {
                    _settings = null;
                }

                overdue = nowMicros >= _deadline || _settings is null ? _running : null;
            }
            else if (settings is not null && (nowMicros >= _next || origin.Health.WantsTrialCheck) && slots.TryTake())
            {
                _settings = settings;
                _deadline = nowMicros + settings.Timeout;
                _next = nowMicros + settings.Interval + Jitter(settings.Interval);
                _running = new CancellationTokenSource();
                _ = RunAsync(settings, _running);
            }
        }

        overdue?.Cancel();
    }

    /// <summary>Ends a check that is under way, and forgets when the next one was due.</summary>
    public void Stop()
    {
        CancellationTokenSource? running;
        lock (_lock)
        {
            running = _running;
            _settings = null;
            _next = long.MinValue;
        }

        running?.Cancel();
    }

    private async Task RunAsync(HealthCheckSettings settings, CancellationTokenSource cancellation)
    {
        string? problem;
        try
        {
            problem = await probe(origin, settings, cancellation.Token).WaitAsync(cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            problem = "no answer in time";
        }
        catch (Exception exception)
        {
            // Whatever goes wrong while checking is a bad check; it must not end the checking.
            problem = exception.Message;
        }

        bool counts;
        lock (_lock)
        {
            // What was checked by other settings, or for an origin out of use, says nothing.
            counts = _settings is not null;
            _running = null;
        }

        slots.Release();
        if (counts)
        {
            origin.Health.OnCheck(problem);
        }
    }

    private long Jitter(long interval) => SharedRandom.Below(random.Next(), 2 * interval / JitterPart) - (interval / JitterPart);
}
