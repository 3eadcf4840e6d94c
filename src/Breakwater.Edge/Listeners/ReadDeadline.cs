using System.IO.Pipelines;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Listeners;

/// <summary>
/// How long the first bytes of a connection may take: wakes the pending read when the time is over. Owned by the connection's flow; the
/// heartbeat only sets a flag and cancels.
/// </summary>
internal sealed class ReadDeadline : IHeartbeatTarget, IDisposable
{
    private readonly Heartbeat _heartbeat;
    private readonly PipeReader _input;
    private readonly long _deadline;

    /// <param name="plane">The clock and the heartbeat.</param>
    /// <param name="input">What is read.</param>
    /// <param name="micros">The time allowed from now on.</param>
    public ReadDeadline(DataPlane plane, PipeReader input, long micros)
    {
        _heartbeat = plane.Heartbeat;
        _input = input;
        _deadline = plane.Clock.Micros + micros;
        _heartbeat.Add(this);
    }

    /// <summary>Whether the time is over.</summary>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        if (nowMicros > _deadline)
        {
            IsOver = true;
            _input.CancelPendingRead();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _heartbeat.Remove(this);
}
