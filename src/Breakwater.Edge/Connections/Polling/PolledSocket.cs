using System.Net;
using System.Net.Sockets;

namespace Breakwater.Edge.Connections.Polling;

/// <summary>
/// A socket that an <see cref="EventLoop"/> watches, from the first time that something has to wait for it. Its two halves are
/// <see cref="SocketReceiver"/> and <see cref="SocketSender"/>. To be disposed of in place of the socket: so that whoever waits learns of it.
/// Thread-safe.
/// </summary>
internal sealed class PolledSocket : IDisposable
{
    private const uint Watched = Epoll.Readable | Epoll.Ending | Epoll.OnChange;

    private readonly Lock _lock = new();
    private EventLoop? _loop;
    private SocketReceiver? _receiver;
    private SocketSender? _sender;
    private TaskCompletionSource? _connecting;
    private byte[] _address = [];
    private bool _closed;

    /// <param name="socket">Disposed of with this object. No asynchronous operation of its own may ever be begun on it.</param>
    public PolledSocket(Socket socket)
    {
        Socket = socket;
        Handle = socket.SafeHandle;
    }

    /// <summary>The socket, for what is neither receiving nor sending.</summary>
    public Socket Socket { get; }

    /// <summary>The socket's handle.</summary>
    public SafeSocketHandle Handle { get; }

    /// <summary>What the loop knows it by.</summary>
    public ulong Token { get; set; }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">That failed.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed meanwhile.</exception>
    public async ValueTask ConnectAsync(EndPoint endPoint)
    {
        Socket.Blocking = false;
        SocketAddress address = endPoint.Serialize();
        _address = address.Buffer.Span[..address.Size].ToArray();
        int error = Epoll.Connect(Handle, _address);
        if (SocketErrors.IsConnecting(error))
        {
            var connecting = new TaskCompletionSource(EventLoop.RunsInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _connecting, connecting);
            if (!TryWatch(Watched | Epoll.Writable))
            {
                OnConnected(Epoll.WouldWait);
            }

            await connecting.Task.ConfigureAwait(false);
        }
        else if (error != 0)
        {
            throw new SocketException((int)SocketErrors.Of(error));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _loop?.Remove(this);
        }

        Socket.Dispose();
        _receiver?.OnClosed();
        _sender?.OnClosed();
        Interlocked.Exchange(ref _connecting, null)?.TrySetException(new ObjectDisposedException(nameof(Socket)));
    }

    /// <summary>Names the half that receives; once.</summary>
    internal void Attach(SocketReceiver receiver) => _receiver = receiver;

    /// <summary>Names the half that sends; once.</summary>
    internal void Attach(SocketSender sender) => _sender = sender;

    /// <summary>Has what there is to receive told from now on. False when the socket was closed, or the system can't.</summary>
    internal bool TryWatch() => _loop is not null || TryWatch(Watched);

    /// <summary>Has it told when there is room to send, once from now on; at once, where there is already.</summary>
    internal bool TryWatchRoom() => TryWatch(Watched | Epoll.Writable);

    /// <summary>Something happened to the socket. On the loop's thread.</summary>
    internal void OnEvents(uint events)
    {
        if (_connecting is not null)
        {
            LookIfConnected();
            return;
        }

        if ((events & (Epoll.Writable | Epoll.Broken)) != 0)
        {
            _sender?.OnRoom();
        }

        if ((events & ~Epoll.Writable) != 0)
        {
            _receiver?.OnReadable(isEnding: (events & (Epoll.Ending | Epoll.Broken)) != 0);
        }
    }

    private bool TryWatch(uint events)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            if (_loop is { } loop)
            {
                return (events & Epoll.Writable) == 0 || loop.TryModify(this, events);
            }

            loop = EventLoop.Next();
            if (!loop.TryAdd(this, events))
            {
                return false;
            }

            _loop = loop;
            return true;
        }
    }

    private void LookIfConnected()
    {
        int error;
        try
        {
            error = Epoll.Connect(Handle, _address);
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        if (!SocketErrors.IsConnecting(error))
        {
            OnConnected(error == SocketErrors.IsConnected ? 0 : error);
        }
    }

    private void OnConnected(int error)
    {
        TaskCompletionSource? connecting = Interlocked.Exchange(ref _connecting, null);
        if (error == 0)
        {
            connecting?.TrySetResult();
        }
        else
        {
            connecting?.TrySetException(new SocketException((int)SocketErrors.Of(error)));
        }
    }
}
