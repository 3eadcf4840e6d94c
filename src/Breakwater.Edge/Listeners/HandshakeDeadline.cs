using Breakwater.Edge.Connections;
using Breakwater.Edge.Time;
using Microsoft.AspNetCore.Connections;

namespace Breakwater.Edge.Listeners;

/// <summary>
/// The time that a connection has from being accepted to the end of its handshake (handshake_timeout). While the edge itself reads,
/// the end of that time wakes the pending read; while a TLS library does, it cuts the connection. Costs a store to arm: the heartbeat
/// looks. Owned by the connection's flow and shared with the heartbeat through one atomic state, so that a wake-up can never reach a
/// later reader: whoever ends the deadline first has won.
/// </summary>
internal sealed class HandshakeDeadline : IHeartbeatTarget, IDisposable
{
    private const int Reading = 0, Handshaking = 1, Expired = 2, Ended = 3;

    private readonly Heartbeat _heartbeat;
    private readonly ConnectionContext _connection;
    private readonly long _deadline;
    private int _state = Reading;

    /// <param name="plane">The clock and the heartbeat.</param>
    /// <param name="connection">The connection that may be cut.</param>
    /// <param name="acceptedMicros">When it was accepted.</param>
    public HandshakeDeadline(DataPlane plane, ConnectionContext connection, long acceptedMicros)
    {
        _heartbeat = plane.Heartbeat;
        _connection = connection;
        long timeout = plane.Live.Settings.HandshakeTimeout;
        _deadline = timeout > long.MaxValue - acceptedMicros ? long.MaxValue : acceptedMicros + timeout;
        _heartbeat.Add(this);
    }

    /// <summary>Whether the time ran out before the handshake ended.</summary>
    public bool IsExpired => Volatile.Read(ref _state) == Expired;

    /// <summary>Hands the connection over to the TLS library. False when the time is over.</summary>
    public bool TryBeginHandshake() => Interlocked.CompareExchange(ref _state, Handshaking, Reading) == Reading;

    /// <summary>All was done in time. False when it was not.</summary>
    public bool TryEnd()
    {
        int state = Volatile.Read(ref _state);
        if (state == Expired || Interlocked.CompareExchange(ref _state, Ended, state) != state) return false;
        _heartbeat.Remove(this);
        return true;
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        if (nowMicros <= _deadline) return;
        if (Interlocked.CompareExchange(ref _state, Expired, Reading) == Reading)
            _connection.Transport.Input.CancelPendingRead();
        else if (Interlocked.CompareExchange(ref _state, Expired, Handshaking) == Handshaking)
            _connection.Abort(new ConnectionAbortedException("The TLS handshake took longer than handshake_timeout."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.CompareExchange(ref _state, Ended, Reading);
        Interlocked.CompareExchange(ref _state, Ended, Handshaking);
        _heartbeat.Remove(this);
    }
}
