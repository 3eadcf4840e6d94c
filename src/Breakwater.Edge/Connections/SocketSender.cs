using System.Threading.Tasks.Sources;
using Breakwater.Edge.Connections.Polling;

namespace Breakwater.Edge.Connections;

/// <summary>
/// The sending half of a socket. Sending allocates nothing. Nothing here throws for what the network does. Owned by the connection's flow, which sends
/// one thing at a time; <see cref="PolledSocket.Dispose"/> ends what is pending.
/// </summary>
internal sealed class SocketSender : IValueTaskSource<bool>
{
    private const int Idle = 0;
    private const int Pending = 1;
    private const int Closed = 2;

    private readonly PolledSocket _socket;
    private ManualResetValueTaskSourceCore<bool> _sent = new() { RunContinuationsAsynchronously = !EventLoop.RunsInline };
    private ReadOnlyMemory<byte> _rest;
    private int _state;

    /// <param name="socket">The socket.</param>
    public SocketSender(PolledSocket socket)
    {
        _socket = socket;
        socket.Attach(this);
    }

    /// <summary>The version of the send in progress, for those who stand between it and who waits for it.</summary>
    public short Version => _sent.Version;

    /// <summary>Sends all of the bytes, in as many parts as the other end makes of it. False when the connection is broken.</summary>
    /// <param name="bytes">Left as they are until the end.</param>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) =>
        TryNow(ref bytes, out bool all) ? new ValueTask<bool>(all) : Wait(bytes);

    /// <inheritdoc/>
    public bool GetResult(short token) => _sent.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _sent.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _sent.OnCompleted(continuation, state, token, flags);

    /// <summary>There is room to send, or never will be. On the loop's thread.</summary>
    internal void OnRoom()
    {
        if (Volatile.Read(ref _state) != Pending || Interlocked.CompareExchange(ref _state, Idle, Pending) != Pending)
        {
            return;
        }

        if (TryNow(ref _rest, out bool all) || Interlocked.CompareExchange(ref _state, Pending, Idle) != Idle)
        {
            _rest = default;
            _sent.SetResult(all);
        }
    }

    /// <summary>The socket was closed.</summary>
    internal void OnClosed()
    {
        if (Interlocked.Exchange(ref _state, Closed) == Pending)
        {
            // Elsewhere: whoever closes must not run what others do about it.
            ThreadPool.UnsafeQueueUserWorkItem(static sender => sender._sent.SetResult(false), this, preferLocal: false);
        }
    }

    private ValueTask<bool> Wait(ReadOnlyMemory<byte> rest)
    {
        _rest = rest;
        _sent.Reset();
        if (Interlocked.CompareExchange(ref _state, Pending, Idle) != Idle)
        {
            return new ValueTask<bool>(false);
        }

        // Asked for afterwards, so that room that there is by now is told to somebody who waits.
        if (!_socket.TryWatchRoom() && Interlocked.CompareExchange(ref _state, Idle, Pending) == Pending)
        {
            return new ValueTask<bool>(false);
        }

        return new ValueTask<bool>(this, _sent.Version);
    }

    /// <summary>Sends what there is room for. Whether that was the end; else what is left has to wait.</summary>
    private bool TryNow(ref ReadOnlyMemory<byte> rest, out bool all)
    {
        all = false;
        try
        {
            while (true)
            {
                int sent = Epoll.Send(_socket.Handle, rest.Span);
                if (sent == rest.Length)
                {
                    return all = true;
                }

                if (sent < 0)
                {
                    return sent != -Epoll.WouldWait;
                }

                rest = rest[sent..];
            }
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
