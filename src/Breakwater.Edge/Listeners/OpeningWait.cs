using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Time;
using Microsoft.AspNetCore.Connections;

namespace Breakwater.Edge.Listeners;

/// <summary>
/// The wait for something that a connection must begin with, before its first request: the PROXY protocol's header, the TLS handshake, the
/// bytes that tell the protocol. Ends with that, when it takes too long, or when the edge drains, since there is no request in flight. Costs a
/// store to arm: the heartbeat looks.
/// </summary>
/// <remarks>
/// While the edge itself reads, breaking off wakes its pending read; while a TLS library does, it cuts the connection. Owned by the
/// connection's flow and shared with the heartbeat and the drain through one atomic state: whoever ends the wait first has won, so that a
/// wake-up never reaches a later reader.
/// </remarks>
internal sealed class OpeningWait : IHeartbeatTarget, IDrainable, IDisposable
{
    // Or why it was broken off.
    private const int Reading = (int)ConnectionEnd.None, Handshaking = int.MaxValue - 1, Over = int.MaxValue;

    private readonly DataPlane _plane;
    private readonly ConnectionContext _connection;
    private readonly ConnectionEnd _whenLate;
    private readonly long _deadline;
    private int _state = Reading;

    /// <param name="plane">The heartbeat and the live connections.</param>
    /// <param name="connection">What is read from, and may be cut.</param>
    /// <param name="sinceMicros">When the wait began.</param>
    /// <param name="timeoutMicros">How long it may last.</param>
    /// <param name="whenLate">Why the connection ends when it lasts longer.</param>
    public OpeningWait(DataPlane plane, ConnectionContext connection, long sinceMicros, long timeoutMicros, ConnectionEnd whenLate)
    {
        _plane = plane;
        _connection = connection;
        _whenLate = whenLate;
        _deadline = timeoutMicros > long.MaxValue - sinceMicros ? long.MaxValue : sinceMicros + timeoutMicros;
        plane.Heartbeat.Add(this);
        plane.Connections.Add(this);
    }

    /// <summary>Why the wait was broken off; <see cref="ConnectionEnd.None"/> while it was not.</summary>
    public ConnectionEnd BrokenOff => Volatile.Read(ref _state) is var state and not (Handshaking or Over) ? (ConnectionEnd)state : ConnectionEnd.None;

    /// <summary>Hands the connection over to the TLS library; the wait goes on. False when it was broken off before.</summary>
    public bool TryBeginHandshake() => Interlocked.CompareExchange(ref _state, Handshaking, Reading) == Reading;

    /// <summary>What was waited for is here. False when the wait was broken off before; then a pending read may still be woken.</summary>
    public bool TryEnd()
    {
        bool inTime = Interlocked.CompareExchange(ref _state, Over, Reading) == Reading
            || Interlocked.CompareExchange(ref _state, Over, Handshaking) == Handshaking;
        _plane.Heartbeat.Remove(this);
        _plane.Connections.Remove(this);
        return inTime;
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        if (nowMicros > _deadline)
        {
            Abort(_whenLate);
        }
    }

    /// <inheritdoc/>
    public void Leave()
    {
        // What it opens will be told.
    }

    /// <inheritdoc/>
    public void Drain() => Abort(ConnectionEnd.Drained);

    /// <inheritdoc/>
    public void Abort(ConnectionEnd reason)
    {
        if (Interlocked.CompareExchange(ref _state, (int)reason, Reading) == Reading)
        {
            _connection.Transport.Input.CancelPendingRead();
        }
        else if (Interlocked.CompareExchange(ref _state, (int)reason, Handshaking) == Handshaking)
        {
            _connection.Abort(new ConnectionAbortedException(
                reason == ConnectionEnd.Drained ? "The edge is shutting down." : "The TLS handshake took longer than handshake_timeout."));
        }
    }

    /// <summary>Ends the wait if it is not over yet.</summary>
    public void Dispose() => TryEnd();
}
