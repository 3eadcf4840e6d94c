using System.Net.Sockets;

namespace Breakwater.Edge.Connections;

/// <summary>Who gets what a <see cref="SocketReceiver"/> receives.</summary>
internal interface IReceiving
{
    /// <summary>A receive that was pending has ended. Comes on the socket's thread.</summary>
    /// <param name="result">As of <see cref="SocketReceiver.TryReceive"/>.</param>
    void OnReceived(int result);
}

/// <summary>
/// The receiving half of a socket: one reusable operation, so that receiving allocates nothing. Nothing here throws for what the network does.
/// Owned by the connection's flow, which begins one receive at a time; disposing, of it or of the socket, is thread-safe.
/// </summary>
internal sealed class SocketReceiver(Socket socket, IReceiving owner) : SocketAsyncEventArgs(true)
{
    /// <summary>The result of a receive on a connection that is broken, or closed on this side.</summary>
    public const int Failed = -1;

    /// <summary>Receives some bytes. Whether that ended at once; otherwise <see cref="IReceiving.OnReceived"/> follows.</summary>
    /// <param name="destination">Left alone by others until the end.</param>
    /// <param name="result">The number of bytes, 0 at the end of the stream, or <see cref="Failed"/>.</param>
    public bool TryReceive(Memory<byte> destination, out int result)
    {
        try
        {
            SetBuffer(destination);
            if (socket.ReceiveAsync(this))
            {
                result = 0;
                return false;
            }

            result = Result;
        }
        catch (ObjectDisposedException)
        {
            result = Failed;
        }

        return true;
    }

    private int Result => SocketError == SocketError.Success ? BytesTransferred : Failed;

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) => owner.OnReceived(Result);
}
