using Breakwater.Edge.Time;

namespace Breakwater.Hosting;

/// <summary>
/// Whether the edge's heart beats: when something that should never wait does, the heartbeat that checks all deadlines stands still, and the
/// process is better restarted. Thread-safe.
/// </summary>
internal sealed class Pulse : IHeartbeatTarget
{
    /// <summary>Forty beats: no busy machine delays a timer so long.</summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(10);

    private readonly EdgeClock _clock;
    private long _last;

    public Pulse(EdgeClock clock)
    {
        _clock = clock;
        _last = clock.Micros;
    }

    /// <summary>Whether it beat lately.</summary>
    public bool IsBeating => _clock.Micros - Volatile.Read(ref _last) < EdgeClock.ToMicros(MaxSilence);

    public void OnHeartbeat(long nowMicros) => Volatile.Write(ref _last, nowMicros);
}
