using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Connections.Polling;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// What a client sends, received straight into the buffer that is read: one piece of memory, no copy, no second loop. Owned by the
/// connection's flow; <see cref="CancelPendingRead"/> and the socket's completions come from other threads.
/// </summary>
/// <remarks>
/// <para>A receive outlives the read that began it: a cancelled read leaves it running, and the next read takes what it brings. While it
/// runs the buffer stays where it is.</para>
/// <para>The buffer grows with what is unread: how much that may become is up to the reader, who knows what it waits for and bounds it. Here
/// nothing is consumed, and nothing received that nobody asked for.</para>
/// <para>A connection that the client has reset ends like one that it has closed, without an exception: a flood of resets must be cheap.</para>
/// </remarks>
internal sealed class SocketInput : PipeReader, IValueTaskSource<ReadResult>, IReceiving
{
    /// <summary>What a connection holds while it waits.</summary>
    private const int SmallBuffer = 4096;

    /// <summary>How far the buffer grows while a client sends faster than it is read.</summary>
    private const int LargeBuffer = 64 * 1024;

    /// <summary>Free space below which a buffer that holds unread bytes is exchanged for a larger one.</summary>
    private const int MinReceive = 512;

    // The receive: none; one that nobody waits for; one with a reader waiting; one that has ended and not been looked at.
    private const int None = 0;
    private const int Receiving = 1;
    private const int Awaited = 2;
    private const int Received = 3;

    private readonly SocketReceiver _receiver;

    private ManualResetValueTaskSourceCore<ReadResult> _read;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private int _state;
    private int _result;
    private bool _wokenByCancel;
    private volatile bool _cancelNext;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _examined;
    private bool _ended;

    public SocketInput(PolledSocket socket) => _receiver = new SocketReceiver(socket, this);

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out ReadResult read))
        {
            return new ValueTask<ReadResult>(read);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _state) == None && BeginReceive())
        {
            return new ValueTask<ReadResult>(Look(isCanceled: false));
        }

        return Await(cancellationToken);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (_cancelNext)
        {
            _cancelNext = false;
            result = Look(isCanceled: true);
            return true;
        }

        TakeReceived();
        if (_examined < _end || _ended)
        {
            result = Look(isCanceled: false);
            return true;
        }

        result = default;
        return false;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = Math.Max(_start, examined.GetInteger());
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        _cancelNext = true;
        WakeReader();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // Memory that the kernel may still write to is left to the collector.
        if (_buffer.Length > 0 && Volatile.Read(ref _state) is None or Received)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        _start = _end = _examined = 0;
        _ended = true;
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _read.GetResult(token);
        CancellationToken cancellation = _token;
        if (cancellation.CanBeCanceled)
        {
            // Waits for a call that is under way, unless it is what brought us here: it must not wake the next read.
            _registration.Dispose();
            _token = default;
        }

        TakeReceived();
        bool isCanceled = _wokenByCancel;
        _wokenByCancel = false;
        if (isCanceled)
        {
            cancellation.ThrowIfCancellationRequested();
            _cancelNext = false;
        }

        return Look(isCanceled);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    void IReceiving.OnReceived(int result)
    {
        _result = result;
        if (Interlocked.Exchange(ref _state, Received) == Awaited)
        {
            _read.SetResult(default);
        }
    }

    private ReadResult Look(bool isCanceled) => new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled, _ended);

    private ValueTask<ReadResult> Await(CancellationToken cancellation)
    {
        _read.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Receiving) != Receiving)
        {
            TakeReceived();
            return new ValueTask<ReadResult>(Look(isCanceled: false));
        }

        // Whoever cancelled before we were seen waiting could not wake us.
        if (_cancelNext)
        {
            WakeReader();
        }

        var read = new ValueTask<ReadResult>(this, _read.Version);
        if (cancellation.CanBeCanceled)
        {
            _token = cancellation;
            _registration = cancellation.UnsafeRegister(static input => ((SocketInput)input!).WakeReader(), this);
        }

        return read;
    }

    /// <summary>Ends a wait, if there is one, with nothing received.</summary>
    private void WakeReader()
    {
        if (Interlocked.CompareExchange(ref _state, Receiving, Awaited) == Awaited)
        {
            _wokenByCancel = true;
            _read.SetResult(default);
        }
    }

    /// <summary>Begins to receive behind what is unread. True when that ended at once.</summary>
    private bool BeginReceive()
    {
        MakeRoom();
        Volatile.Write(ref _state, Receiving);
        if (!_receiver.TryReceive(_buffer.AsMemory(_end), out int result))
        {
            return false;
        }

        Volatile.Write(ref _state, None);
        Take(result);
        return true;
    }

    private void MakeRoom()
    {
        int unread = _end - _start;
        bool wasFilled = _end == _buffer.Length && _end > 0;
        int size = wasFilled ? Math.Max(unread * 2, Math.Min(_buffer.Length * 2, LargeBuffer)) : Math.Max(unread + MinReceive, SmallBuffer);
        byte[] old = _buffer;

        // A buffer that grew for a body goes back when the body is over, not with the connection.
        if (old.Length < size || (old.Length > SmallBuffer && unread == 0 && _end <= SmallBuffer / 2))
        {
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        if (unread > 0 && (_start > 0 || _buffer != old))
        {
            Buffer.BlockCopy(old, _start, _buffer, 0, unread);
        }

        if (_buffer != old && old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }

        _start = 0;
        _end = unread;
        _examined = unread;
    }

    private void TakeReceived()
    {
        if (Volatile.Read(ref _state) == Received)
        {
            int result = _result;
            Volatile.Write(ref _state, None);
            Take(result);
        }
    }

    private void Take(int received)
    {
        if (received > 0)
        {
            _end += received;
        }
        else
        {
            _ended = true;
        }
    }
}
