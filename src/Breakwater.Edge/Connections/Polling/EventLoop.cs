namespace Breakwater.Edge.Connections.Polling;

/// <summary>
/// A thread that waits for what happens to sockets, and goes on from there with the work of whoever waits for it: as many of them as there are
/// processors, each with its own sockets. Made when first needed; they last as long as the process. Thread-safe.
/// </summary>
/// <remarks>
/// In place of the platform's own loop, which asks the kernel twice for each receive: once to hear that nothing is there yet, once when it is.
/// </remarks>
internal sealed class EventLoop
{
    /// <summary>How many events are taken at a time.</summary>
    private const int Batch = 256;

    // In the program: on the loop's thread, as the platform's own sockets do. Elsewhere code may block, so it must not have such a thread.
    private static readonly bool Inline = Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS") == "1";
    private static readonly EventLoop[] Loops = [.. Enumerable.Range(0, Inline ? Environment.ProcessorCount : 1).Select(number => new EventLoop(number))];
    private static uint _next;

    private readonly Lock _lock = new();
    private readonly int _set = Epoll.Create();
    private readonly Stack<int> _free = [];

    // By the lower half of their tokens. Replaced by a longer one, never shortened.
    private PolledSocket?[] _sockets = new PolledSocket?[64];
    private int _used;
    private uint _given;

    private EventLoop(int number) => new Thread(Run) { Name = $"sockets {number}", IsBackground = true }.UnsafeStart();

    /// <summary>Whether those who wait go on with the thread that found out for them; otherwise with one of the thread pool.</summary>
    public static bool RunsInline => Inline;

    /// <summary>The loop for the next socket.</summary>
    public static EventLoop Next() => Loops[Interlocked.Increment(ref _next) % (uint)Loops.Length];

    /// <summary>Begins to watch a socket: what is so already is told at once. False when the system can't.</summary>
    /// <param name="socket">Has <see cref="PolledSocket.OnEvents"/> called from now on.</param>
    /// <param name="events">What to watch for.</param>
    public bool TryAdd(PolledSocket socket, uint events)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out int place))
            {
                place = _used;
                if (place == _sockets.Length)
                {
                    PolledSocket?[] longer = new PolledSocket?[place * 2];
                    _sockets.CopyTo(longer, 0);
                    Volatile.Write(ref _sockets, longer);
                }

                _used++;
            }

            // A place has many sockets one after the other; an event may be late, and must not be taken for the next one's.
            socket.Token = (ulong)++_given << 32 | (uint)place;
            Volatile.Write(ref _sockets[place], socket);
        }

        if (Epoll.TryAdd(_set, socket.Handle, events, socket.Token))
        {
            return true;
        }

        Remove(socket);
        return false;
    }

    /// <summary>Watches for something else, and tells at once what is so already.</summary>
    public bool TryModify(PolledSocket socket, uint events) => Epoll.TryModify(_set, socket.Handle, events, socket.Token);

    /// <summary>Forgets a socket, which is about to be closed: so the kernel forgets it too.</summary>
    public void Remove(PolledSocket socket)
    {
        int place = (int)(uint)socket.Token;
        lock (_lock)
        {
            if (ReferenceEquals(_sockets[place], socket))
            {
                _sockets[place] = null;
                _free.Push(place);
            }
        }
    }

    private void Run()
    {
        byte[] events = GC.AllocateUninitializedArray<byte>(Batch * Epoll.EventSize, pinned: true);
        while (true)
        {
            int count = Epoll.Wait(_set, events);
            for (int i = 0; i < count; i++)
            {
                ulong token = Epoll.TokenAt(events, i);
                PolledSocket? socket = Volatile.Read(ref Volatile.Read(ref _sockets)[(int)(uint)token]);
                if (socket is not null && socket.Token == token)
                {
                    socket.OnEvents(Epoll.EventsAt(events, i));
                }
            }
        }
    }
}
