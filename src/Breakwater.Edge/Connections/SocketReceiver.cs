using Breakwater.Edge.Connections.Polling;

namespace Breakwater.Edge.Connections;

/// <summary>Who gets what a <see cref="SocketReceiver"/> receives.</summary>
internal interface IReceiving
{
    /// <summary>A receive that was pending has ended. Comes on the socket's thread.</summary>
    /// <param name="result">As of <see cref="SocketReceiver.TryReceive"/>.</param>
    void OnReceived(int result);
}

/// <summary>
/// The receiving half of a socket. Receiving allocates nothing, and asks the kernel only when there is something to receive. Nothing here throws for
/// what the network does. Owned by the connection's flow, which begins one receive at a time; <see cref="PolledSocket.Dispose"/> ends one that is
/// pending, and lets no more begin.
/// </summary>
/// <remarks>
/// <code>
///            event                TryReceive: the kernel has less than was asked for, or nothing
///   idle ───────────▶ ready ─────────────────────────────────────────────────────────────────────▶ idle
///    │                  ▲                                                                            ▲
///    │ TryReceive       └── received as much as was asked for: there may be more ──┐                 │
///    ▼                                                                             │                 │
///   pending ── event: received; nothing after all ─▶ pending ──────────────────────┴─────────────────┘
/// </code>
/// Less than was asked for means that nothing is left: what comes later makes another event (epoll(7)). Only the end of the stream may have come
/// together with the last bytes; then that was told with them.
/// </remarks>
internal sealed class SocketReceiver : IThreadPoolWorkItem
{
    /// <summary>The result of a receive on a connection that is broken, or closed on this side.</summary>
    public const int Failed = -1;

    private const int Idle = 0;
    private const int Ready = 1;
    private const int Pending = 2;
    private const int Closed = 3;

    private readonly PolledSocket _socket;
    private readonly IReceiving _owner;
    private Memory<byte> _destination;

    // Nothing is known of a new socket, so it is asked first.
    private int _state = Ready;
    private int _result;
    private bool _isEnding;

    /// <param name="socket">The socket.</param>
    /// <param name="owner">Gets what is received.</param>
    public SocketReceiver(PolledSocket socket, IReceiving owner)
    {
        _socket = socket;
        _owner = owner;
        socket.Attach(this);
    }

    /// <summary>Receives some bytes. Whether that ended at once; otherwise <see cref="IReceiving.OnReceived"/> follows.</summary>
    /// <param name="destination">Not empty; left alone by others until the end.</param>
    /// <param name="result">The number of bytes, 0 at the end of the stream, or <see cref="Failed"/>.</param>
    public bool TryReceive(Memory<byte> destination, out int result)
    {
        while (true)
        {
            int before = Interlocked.CompareExchange(ref _state, Idle, Ready);
            if (before == Ready && TryNow(destination, out result))
            {
                return true;
            }

            if (before == Closed || !_socket.TryWatch())
            {
                result = Failed;
                return true;
            }

            _destination = destination;
            if (Interlocked.CompareExchange(ref _state, Pending, Idle) == Idle)
            {
                result = 0;
                return false;
            }
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _owner.OnReceived(_result);

    /// <summary>There is something to receive. On the loop's thread.</summary>
    /// <param name="isEnding">Whether that is the end, or the last before it.</param>
    internal void OnReadable(bool isEnding)
    {
        if (isEnding)
        {
            Volatile.Write(ref _isEnding, true);
        }

        while (true)
        {
            int before = Interlocked.CompareExchange(ref _state, Idle, Pending);
            if (before == Pending)
            {
                break;
            }

            // What is asked for just now is found pending when looked at again.
            if (before != Idle || Interlocked.CompareExchange(ref _state, Ready, Idle) != Pending)
            {
                return;
            }
        }

        if (TryNow(_destination, out int result) || Interlocked.CompareExchange(ref _state, Pending, Idle) != Idle)
        {
            End(result);
        }
    }

    /// <summary>The socket was closed.</summary>
    internal void OnClosed()
    {
        if (Interlocked.Exchange(ref _state, Closed) == Pending)
        {
            _result = Failed;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Receives what is there. False when nothing is; then the result is <see cref="Failed"/>, should the socket have been closed.</summary>
    private bool TryNow(Memory<byte> destination, out int result)
    {
        try
        {
            result = Epoll.Receive(_socket.Handle, destination.Span);
        }
        catch (ObjectDisposedException)
        {
            result = Failed;
            return true;
        }

        if (result > 0 && result < destination.Length && !Volatile.Read(ref _isEnding))
        {
            return true;
        }

        if (result < 0)
        {
            bool isOver = result != -Epoll.WouldWait;
            result = Failed;
            return isOver;
        }

        Interlocked.CompareExchange(ref _state, Ready, Idle);
        return true;
    }

    private void End(int result)
    {
        if (EventLoop.RunsInline)
        {
            _owner.OnReceived(result);
        }
        else
        {
            _result = result;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
