using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;
using Microsoft.AspNetCore.Connections;

namespace Breakwater.Edge.Listeners;

/// <summary>
/// The wait for the first bytes of a plain connection, which tell its protocol: ends with them, after header_timeout, or when the edge
/// drains. Owned by the connection's flow and shared with the heartbeat and the drain through one atomic state: whoever ends the wait first
/// has won.
/// </summary>
internal sealed class ProtocolWait : IHeartbeatTarget, IDrainable, IDisposable
{
    private const int Waiting = (int)ConnectionEnd.None, Over = int.MaxValue;

    private readonly DataPlane _plane;
    private readonly ConnectionContext _connection;
    private readonly long _deadline;
    private int _state = Waiting;

    /// <param name="plane">The clock, the heartbeat and the live connections.</param>
    /// <param name="connection">What is read from.</param>
    public ProtocolWait(DataPlane plane, ConnectionContext connection)
    {
        _plane = plane;
        _connection = connection;
        long now = plane.Clock.Micros, timeout = plane.Live.Settings.HeaderTimeout;
        _deadline = timeout > long.MaxValue - now ? long.MaxValue : now + timeout;
        plane.Heartbeat.Add(this);
        plane.Connections.Add(this);
    }

    /// <summary>Why the wait was broken off; <see cref="ConnectionEnd.None"/> while it was not.</summary>
    public ConnectionEnd BrokenOff => Volatile.Read(ref _state) is var state && state == Over ? ConnectionEnd.None : (ConnectionEnd)state;

    /// <summary>The bytes are here. False when the wait was broken off before; then a pending read may still be woken.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Over, Waiting) == Waiting;

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        if (nowMicros > _deadline)
        {
            BreakOff(ConnectionEnd.HeaderTimeout);
        }
    }

    /// <inheritdoc/>
    public void Drain() => BreakOff(ConnectionEnd.Drained);

    /// <inheritdoc/>
    public void Abort(ConnectionEnd reason) => BreakOff(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        TryEnd();
        _plane.Heartbeat.Remove(this);
        _plane.Connections.Remove(this);
    }

    private void BreakOff(ConnectionEnd reason)
    {
        if (Interlocked.CompareExchange(ref _state, (int)reason, Waiting) == Waiting)
        {
            _connection.Transport.Input.CancelPendingRead();
        }
    }
}
