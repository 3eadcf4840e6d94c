using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// The sockets under Kestrel, ours instead of its own: bytes are received where they are read and sent from where they were written, and
/// all work of a request runs on the thread that the kernel woke for it. Thread-safe.
/// </summary>
/// <remarks>
/// Kestrel's transport runs a loop for each direction of each connection, with a pipe between it and the reader, so that reading, handling
/// and writing may overlap. A proxy has nothing to overlap: it waits for the client, then for the origin.
/// </remarks>
internal sealed class SocketTransport(
    IMemoryPoolFactory<byte> memory, TimeProvider time, ILogger<SocketTransport> log, AcceptGate? gate = null, PassedSockets? passed = null)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 4096;

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = Listen(endpoint);
        return new ValueTask<IConnectionListener>(new SocketListener(socket, new ListenerMemory(memory.Create()), time, log, gate: gate));
    }

    private Socket Listen(EndPoint endpoint)
    {
        Socket? socket = passed?.Take(endpoint);
        bool isNew = socket is null && endpoint is not FileHandleEndPoint;
        try
        {
            socket ??= SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            return isNew && passed is not null ? passed.Show(endpoint, socket) : socket;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            if (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException(exception.Message, exception);
            }

            throw;
        }
    }
}
