using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Breakwater.Edge.Http2;

/// <summary>An HTTP/2 connection as the edge sees it; Kestrel runs it. Thread-safe.</summary>
internal sealed class Http2Connection(ConnectionContext connection) : IDrainable
{
    private int _end;

    /// <summary>Why it ended.</summary>
    public ConnectionEnd End => (ConnectionEnd)Volatile.Read(ref _end) is var end && end == ConnectionEnd.None ? ConnectionEnd.ClientClosed : end;

    /// <inheritdoc/>
    public void Leave() => Drain();

    /// <inheritdoc/>
    public void Drain()
    {
        // Kestrel answers this with GOAWAY, lets the streams finish, and closes (RFC 9113 §6.8).
        Interlocked.CompareExchange(ref _end, (int)ConnectionEnd.Drained, (int)ConnectionEnd.None);
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <inheritdoc/>
    public void Abort(ConnectionEnd reason)
    {
        Interlocked.CompareExchange(ref _end, (int)reason, (int)ConnectionEnd.None);
        connection.Abort(new ConnectionAbortedException($"Connection ended: {reason}."));
    }
}
