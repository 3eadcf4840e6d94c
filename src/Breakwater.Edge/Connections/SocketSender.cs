using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Breakwater.Edge.Connections;

/// <summary>
/// The sending half of a socket: one reusable operation, so that sending allocates nothing. Nothing here throws for what the network does.
/// Owned by the connection's flow, which sends one thing at a time; disposing, of it or of the socket, is thread-safe.
/// </summary>
internal sealed class SocketSender(Socket socket) : SocketAsyncEventArgs(true), IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _sent;

    /// <summary>The version of the send in progress, for those who stand between it and who waits for it.</summary>
    public short Version => _sent.Version;

    /// <summary>Sends all of the bytes, in as many parts as the other end makes of it. False when the connection is broken.</summary>
    /// <param name="bytes">Left as they are until the end.</param>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            SetBuffer(MemoryMarshal.AsMemory(bytes));
            _sent.Reset();
            return socket.SendAsync(this) ? new ValueTask<bool>(this, _sent.Version) : new ValueTask<bool>(IsAllSent);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<bool>(false);
        }
    }

    /// <inheritdoc/>
    public bool GetResult(short token) => _sent.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _sent.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _sent.OnCompleted(continuation, state, token, flags);

    private bool IsAllSent => SocketError == SocketError.Success && BytesTransferred == Count;

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) => _sent.SetResult(IsAllSent);
}
