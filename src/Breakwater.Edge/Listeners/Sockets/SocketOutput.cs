using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// What a client gets: collected in one buffer, and sent from there. A flush is over when the kernel has taken everything, so that it
/// waits for a client that does not read. Owned by the connection's flow; only the socket's completions come from another thread.
/// </summary>
/// <remarks>
/// Nothing may be written while a flush is in progress, as everywhere in the edge; Kestrel's HTTP/2 sees to it by its own queue. A flush
/// can't be cancelled (a part of a message may be out): what ends it is the end of the connection.
/// </remarks>
internal sealed class SocketOutput : PipeWriter, IValueTaskSource<FlushResult>
{
    private const int SmallBuffer = 4096;

    private readonly Socket _socket;
    private readonly Sender _sender;

    private ManualResetValueTaskSourceCore<FlushResult> _flush;
    private byte[] _buffer = [];
    private int _written;
    private bool _sending;
    private bool _broken;
    private volatile bool _cancelNext;

    public SocketOutput(Socket socket)
    {
        _socket = socket;
        _sender = new Sender(this);
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _written;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_written);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _written), nameof(bytes));
        _written += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        int count = _written;
        _written = 0;
        return count == 0 ? new ValueTask<FlushResult>(Result()) : Send(_buffer.AsMemory(0, count));
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_written == 0 && !source.IsEmpty)
        {
            // The writer keeps its memory as it is until the flush is over, so it need not be copied.
            return Send(source);
        }

        source.Span.CopyTo(GetSpan(source.Length));
        _written += source.Length;
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _cancelNext = true;

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        // Memory that the kernel may still read from is left to the collector.
        if (!Volatile.Read(ref _sending))
        {
            ReleaseBuffer();
        }

        _buffer = [];
        _written = 0;
        _broken = true;
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        _flush.GetResult(token);
        Volatile.Write(ref _sending, false);
        Sent();
        return Result();
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _flush.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _flush.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> Send(ReadOnlyMemory<byte> bytes)
    {
        if (_broken)
        {
            return new ValueTask<FlushResult>(Result());
        }

        _flush.Reset();
        Volatile.Write(ref _sending, true);
        if (_sender.TryStart(_socket, bytes))
        {
            Volatile.Write(ref _sending, false);
            Sent();
            return new ValueTask<FlushResult>(Result());
        }

        return new ValueTask<FlushResult>(this, _flush.Version);
    }

    private void Sent()
    {
        _broken |= !_sender.Succeeded;

        // An idle connection holds no memory for what it may have to say.
        ReleaseBuffer();
        _buffer = [];
    }

    private FlushResult Result()
    {
        bool isCanceled = _cancelNext;
        if (isCanceled)
        {
            _cancelNext = false;
        }

        return new FlushResult(isCanceled, isCompleted: _broken);
    }

    private void MakeRoom(int sizeHint)
    {
        int size = _written + Math.Max(sizeHint, 1);
        if (_buffer.Length >= size)
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(size, _buffer.Length * 2), SmallBuffer));
        _buffer.AsSpan(0, _written).CopyTo(buffer);
        ReleaseBuffer();
        _buffer = buffer;
    }

    private void ReleaseBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    /// <summary>One reusable operation.</summary>
    private sealed class Sender(SocketOutput output) : SocketAsyncEventArgs(true)
    {
        public bool Succeeded { get; private set; }

        /// <summary>Whether it ended at once, well or not.</summary>
        public bool TryStart(Socket socket, ReadOnlyMemory<byte> bytes)
        {
            SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes));
            try
            {
                if (socket.SendAsync(this))
                {
                    return false;
                }
            }
            catch (ObjectDisposedException)
            {
                Succeeded = false;
                return true;
            }

            Succeeded = IsAllSent;
            return true;
        }

        private bool IsAllSent => SocketError == SocketError.Success && BytesTransferred == Count;

        protected override void OnCompleted(SocketAsyncEventArgs e)
        {
            Succeeded = IsAllSent;
            output._flush.SetResult(default);
        }
    }
}
