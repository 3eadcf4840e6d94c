using System.Net;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Microsoft.AspNetCore.Connections;

namespace Breakwater.Edge.Listeners;

/// <summary>
/// The first thing that a new connection meets, and the cheapest: is there room for it, in all and of this client? One without room is closed
/// without a byte of work. Thread-safe.
/// </summary>
internal sealed class ConnectionGate(DataPlane plane, string listener)
{
    /// <summary>Counts the connection among all; before anything is read from it.</summary>
    public ConnectionDelegate CountAll(ConnectionDelegate next) => async connection =>
    {
        plane.Metrics.ConnectionStarted(listener);
        if (!plane.Connections.TryEnter(plane.Live.Settings.Connections))
        {
            Refuse(connection);
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            plane.Connections.Exit();
        }
    };

    /// <summary>Counts the connection for its client; after the PROXY protocol has said who that is.</summary>
    public ConnectionDelegate CountClient(ConnectionDelegate next) => async connection =>
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (address is null || plane.Live.Settings.TrustedProxies.Contains(ClientAddress.From(address)))
        {
            // A proxy that speaks for many, or a local socket: the limit of a single client does not fit.
            await next(connection).ConfigureAwait(false);
            return;
        }

        if (!plane.Connections.TryEnterClient(address, plane.Live.Settings.ConnectionsPerClient))
        {
            Refuse(connection);
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            plane.Connections.ExitClient(address);
        }
    };

    private void Refuse(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("Too many connections."));
        plane.Metrics.ConnectionEnded(listener, ConnectionProtocol.Unknown, ConnectionEnd.Refused);
    }
}
