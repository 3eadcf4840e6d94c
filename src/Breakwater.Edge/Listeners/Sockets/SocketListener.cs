using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>A listening socket. Kestrel's accept loop owns it.</summary>
internal sealed class SocketListener(Socket socket, MemoryPool<byte> memory, TimeProvider time) : IConnectionListener
{
    /// <summary>How long to wait when the process or the system has no file descriptor left for one more connection.</summary>
    private static readonly TimeSpan Exhausted = TimeSpan.FromMilliseconds(50);

    private long _accepted;

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (accepted.AddressFamily != AddressFamily.Unix)
                {
                    accepted.NoDelay = true;
                }

                return new SocketConnection(accepted, (++_accepted).ToString("X", CultureInfo.InvariantCulture), memory);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException
                or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // The connection stays in the queue; asking again at once would only burn the processor that the others need.
                await Task.Delay(Exhausted, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // This client went while it was still in the queue.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return default;
    }
}
