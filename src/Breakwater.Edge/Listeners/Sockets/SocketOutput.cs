using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Connections.Polling;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// What a client gets: collected in one buffer, and sent from there. A flush is over when the kernel has taken everything, so that it
/// waits for a client that does not read. Owned by the connection's flow; only the socket's completions come from another thread.
/// </summary>
/// <remarks>
/// Nothing may be written while a flush is in progress, as everywhere in the edge; Kestrel's HTTP/2 sees to it by its own queue. A flush
/// can't be cancelled (a part of a message may be out): what ends it is the end of the connection.
/// </remarks>
internal sealed class SocketOutput(PolledSocket socket) : PipeWriter, IValueTaskSource<FlushResult>
{
    private const int SmallBuffer = 4096;

    private readonly SocketSender _sender = new(socket);

    private byte[] _buffer = [];
    private int _written;
    private bool _sending;
    private bool _broken;
    private volatile bool _cancelNext;

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

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => Sent(_sender.GetResult(token));

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _sender.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _sender.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> Send(ReadOnlyMemory<byte> bytes)
    {
        if (_broken)
        {
            return new ValueTask<FlushResult>(Result());
        }

        Volatile.Write(ref _sending, true);
        ValueTask<bool> sent = _sender.SendAsync(bytes);
        return sent.IsCompleted ? new ValueTask<FlushResult>(Sent(sent.Result)) : new ValueTask<FlushResult>(this, _sender.Version);
    }

    private FlushResult Sent(bool all)
    {
        Volatile.Write(ref _sending, false);
        _broken |= !all;

        // An idle connection holds no memory for what it may have to say.
        ReleaseBuffer();
        _buffer = [];
        return Result();
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
}
