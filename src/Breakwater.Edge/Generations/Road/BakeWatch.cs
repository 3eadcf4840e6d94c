using Breakwater.Config;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Generations.Road;

/// <summary>
/// Waits until what is in force has proved itself: has served for so long, and so many requests, without an end of the process. Thread-safe;
/// the heartbeat looks.
/// </summary>
/// <param name="clock">The clock; monotonic, so that a jump of the time proves nothing.</param>
/// <param name="requests">Requests that the edge has answered, ever.</param>
/// <param name="done">Called once for each generation that has, on the heartbeat's thread.</param>
internal sealed class BakeWatch(EdgeClock clock, Func<long> requests, Action<long> done) : IHeartbeatTarget
{
    private volatile Baking? _baking;

    /// <summary>How long the one in the making has served, its time in earlier processes included; zero for one that has proved itself.</summary>
    public TimeSpan Served => _baking is { } baking ? TimeSpan.FromMicroseconds(clock.Micros - baking.FromMicros) : TimeSpan.Zero;

    /// <summary>How many requests it has served.</summary>
    public long ServedRequests => _baking is { } baking ? requests() - baking.FromRequests : 0;

    /// <summary>A generation begins to prove itself, or goes on with it.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="needed">What it needs.</param>
    /// <param name="seconds">How long it has served already.</param>
    /// <param name="served">How many requests it has served already.</param>
    public void Begin(long number, BakeConfig needed, double seconds = 0, long served = 0) =>
        _baking = new Baking(number, clock.Micros - (long)(seconds * 1_000_000), requests() - served, EdgeClock.ToMicros(needed.Time), needed.Requests);

    /// <summary>Nothing has to prove itself.</summary>
    public void End() => _baking = null;

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        if (_baking is { } baking && nowMicros - baking.FromMicros >= baking.NeededMicros && requests() - baking.FromRequests >= baking.NeededRequests
            && ReferenceEquals(Interlocked.CompareExchange(ref _baking, null, baking), baking))
        {
            done(baking.Number);
        }
    }

    private sealed record Baking(long Number, long FromMicros, long FromRequests, long NeededMicros, int NeededRequests);
}
