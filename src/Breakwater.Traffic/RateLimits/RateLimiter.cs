using System.Text;

namespace Breakwater.Traffic;

/// <summary>
/// One rate limit: its settings, and the counters it shares with others. Immutable but for the counters; thread-safe. Settings come and go with
/// the configuration; the counters stay, so that a reload forgets nobody.
/// </summary>
/// <remarks>
/// A limit that counts requests as they come asks <see cref="Admit"/>. One that counts by the response, or by a score that the origin names,
/// asks <see cref="Check"/> before, and tells <see cref="Count"/> after.
/// </remarks>
public sealed class RateLimiter
{
    private readonly SlidingWindowCounters _counters;
    private readonly CounterWindow _window;
    private readonly KeyHasher _start;
    private readonly long _timeout;

    /// <param name="settings">What is allowed.</param>
    /// <param name="counters">Where it is counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period or the limit is out of range.</exception>
    public RateLimiter(RateLimitSettings settings, SlidingWindowCounters counters)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(counters);
        Settings = settings;
        _counters = counters;
        _window = CounterWindow.Create(settings.Period, settings.Limit);
        _timeout = (long)settings.MitigationTimeout.TotalMilliseconds;
        KeyHasher start = counters.StartKey();
        start.Add(Encoding.UTF8.GetBytes(settings.Id));
        start.Add((ulong)_window.Period);
        start.Add((ulong)_window.Slots);
        start.Add((ulong)_window.UnitShift);
        _start = start;
    }

    /// <summary>What is allowed.</summary>
    public RateLimitSettings Settings { get; }

    /// <summary>
    /// Starts a key. Add the value of each characteristic in the rule's order, and <see cref="KeyHasher.AddMissing"/> for one that the request
    /// does not have.
    /// </summary>
    public KeyHasher StartKey() => _start;

    /// <summary>Counts a request as it comes, and decides about it: the one that lifts the counter above the limit is refused.</summary>
    public RateLimitDecision Admit(in CounterKey key, long nowMillis, uint amount = 1)
    {
        if (!Settings.Throttles)
        {
            return Count(key, nowMillis, amount);
        }

        WindowReading reading = _counters.TryCount(key, _window, nowMillis, amount);
        return reading.Counted
            ? new RateLimitDecision(false, false, reading.Count, _window.Limit, _window.Period, 0)
            : Refuse(reading, reading.WaitMillis);
    }

    /// <summary>Decides about a request that is counted later, if at all: it is refused while the counter is above the limit.</summary>
    public RateLimitDecision Check(in CounterKey key, long nowMillis)
    {
        WindowReading reading = _counters.Read(key, _window, nowMillis);
        if (reading.Mitigated)
        {
            return Refuse(reading, reading.MitigatedUntil - nowMillis);
        }

        return reading.Count > _window.Limit
            ? Refuse(reading, Math.Max(1, _counters.TryCount(key, _window, nowMillis, 0).WaitMillis))
            : new RateLimitDecision(false, false, reading.Count, _window.Limit, _window.Period, 0);
    }

    /// <summary>
    /// Counts what a request turned out to be, and puts its key under mitigation if that lifts the counter above the limit. Of a key under mitigation
    /// nothing is counted.
    /// </summary>
    public RateLimitDecision Count(in CounterKey key, long nowMillis, uint amount = 1)
    {
        WindowReading reading = _counters.Count(key, _window, nowMillis, amount);
        if (reading.Mitigated)
        {
            return Refuse(reading, reading.WaitMillis);
        }

        if (reading.Count <= _window.Limit)
        {
            return new RateLimitDecision(false, false, reading.Count, _window.Limit, _window.Period, 0);
        }

        if (Settings.Throttles)
        {
            return Refuse(reading, Math.Max(1, _counters.TryCount(key, _window, nowMillis, 0).WaitMillis));
        }

        bool begins = _counters.Mitigate(key, _window, nowMillis, nowMillis + _timeout);
        return Refuse(reading, _timeout) with { MitigationBegins = begins };
    }

    /// <summary>Forgets a key: its counter and its mitigation. Passing a challenge does that.</summary>
    public void Reset(in CounterKey key) => _counters.Reset(key);

    private RateLimitDecision Refuse(WindowReading reading, long wait) =>
        new(true, false, reading.Count, _window.Limit, Settings.Throttles ? _window.Period : wait, wait);
}
