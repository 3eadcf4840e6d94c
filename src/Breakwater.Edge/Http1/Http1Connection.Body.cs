using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Http1;

/// <content>Bodies of requests: counted by Content-Length or decoded from chunks (RFC 9112 §6, §7).</content>
internal sealed partial class Http1Connection
{
    /// <summary>How much of an unread body is read away so that the connection can be kept. More costs more than a new connection.</summary>
    private const long MaxDrainedBytes = 256 * 1024;

    private BodyFraming _bodyFraming;
    private long _bodyRemaining;
    private long _bodyBytes;
    private bool _bodyEnded;
    private bool _bodyReadCanceled;
    private ChunkedReader? _chunks;

    // The input that the piece in the reader's hands came from, to be consumed with it.
    private SequencePosition _pieceEnd;
    private int _pieceLength;
    private bool _pieceIsLast;

    /// <inheritdoc/>
    public override bool BodyEnded => _bodyEnded;

    /// <inheritdoc/>
    public override FieldBlock? RequestTrailers => _bodyFraming == BodyFraming.Chunked && _chunks is { Trailers.Count: > 0 } chunks ? chunks.Trailers : null;

    /// <inheritdoc/>
    public override ValueTask<BodyPiece> ReadBodyAsync()
    {
        if (_bodyEnded)
        {
            return new ValueTask<BodyPiece>(new BodyPiece(BodyStatus.End, default));
        }

        return _input.TryRead(out ReadResult read) && TryTakePiece(read, out BodyPiece piece)
            ? new ValueTask<BodyPiece>(piece)
            : AwaitBodyAsync();
    }

    /// <inheritdoc/>
    public override void AdvanceBody()
    {
        _input.AdvanceTo(_pieceEnd);
        _bodyBytes += _pieceLength;
        _bodyRemaining -= _pieceLength;
        _bodyEnded = _pieceIsLast;
    }

    /// <inheritdoc/>
    public override void CancelBodyRead()
    {
        Volatile.Write(ref _bodyReadCanceled, true);
        _input.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override bool TryResumeBody()
    {
        Volatile.Write(ref _bodyReadCanceled, false);
        return !_bodyEnded && _failure == ExchangeEnd.None;
    }

    /// <summary>Makes ready for the body that the head announces.</summary>
    private void BeginBody(RequestHead head)
    {
        _bodyFraming = head.Framing;
        _bodyRemaining = head.Framing == BodyFraming.Length ? head.ContentLength : 0;
        _bodyBytes = 0;
        _bodyWaited = 0;
        _bodyReadCanceled = false;
        _bodyEnded = head.Framing == BodyFraming.None || (head.Framing == BodyFraming.Length && _bodyRemaining == 0);
        if (head.Framing == BodyFraming.Chunked)
        {
            _chunks ??= new ChunkedReader();
            _chunks.Reset();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<BodyPiece> AwaitBodyAsync()
    {
        try
        {
            while (true)
            {
                long since = _plane.Clock.Micros;
                Volatile.Write(ref _bodyWaitSince, since);
                ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
                Volatile.Write(ref _bodyWaitSince, 0);
                Volatile.Write(ref _bodyWaited, _bodyWaited + (_plane.Clock.Micros - since));
                if (TryTakePiece(read, out BodyPiece piece))
                {
                    return piece;
                }
            }
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            return BodyFailed(ExchangeEnd.ClientAborted);
        }
        finally
        {
            Volatile.Write(ref _bodyWaitSince, 0);
        }
    }

    /// <summary>Takes the next piece from what was read. False when more must be read first; then everything is consumed.</summary>
    private bool TryTakePiece(ReadResult read, out BodyPiece piece)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        if (Volatile.Read(ref _bodyReadCanceled))
        {
            _input.AdvanceTo(buffer.Start);
            piece = new BodyPiece(BodyStatus.Failed, default);
            return true;
        }

        if (!buffer.IsEmpty)
        {
            return _bodyFraming == BodyFraming.Chunked ? TryTakeChunk(buffer, out piece) : TakeCounted(buffer, out piece);
        }

        _input.AdvanceTo(buffer.End);
        bool tooSlow = read.IsCanceled && _overdue == DeadlineKind.Body;
        piece = tooSlow ? BodyFailed(ExchangeEnd.BodyTimeout) : read.IsCompleted ? BodyFailed(ExchangeEnd.ClientAborted) : default;
        return tooSlow || read.IsCompleted;
    }

    private bool TakeCounted(ReadOnlySequence<byte> buffer, out BodyPiece piece)
    {
        ReadOnlyMemory<byte> data = FirstNonEmpty(buffer);
        if (data.Length > _bodyRemaining)
        {
            data = data[..(int)_bodyRemaining];
        }

        _pieceLength = data.Length;
        _pieceEnd = buffer.GetPosition(data.Length);
        _pieceIsLast = data.Length == _bodyRemaining;
        piece = new BodyPiece(_pieceIsLast ? BodyStatus.End : BodyStatus.Data, data);
        return true;
    }

    private bool TryTakeChunk(ReadOnlySequence<byte> buffer, out BodyPiece piece)
    {
        piece = default;
        ReadOnlyMemory<byte> memory = FirstNonEmpty(buffer);
        ReadStatus status = _chunks!.Read(memory.Span, out int consumed, out int start, out int length);
        _pieceEnd = buffer.GetPosition(status == ReadStatus.Invalid ? 0 : consumed);
        _pieceLength = length;
        _pieceIsLast = status == ReadStatus.Complete;
        if (status == ReadStatus.Invalid)
        {
            _input.AdvanceTo(buffer.End);
            _exchange!.Record.Violation = _chunks.Violation;
            piece = BodyFailed(ExchangeEnd.BadRequest);
            return true;
        }

        if (length > 0)
        {
            piece = new BodyPiece(_pieceIsLast ? BodyStatus.End : BodyStatus.Data, memory.Slice(start, length));
            return true;
        }

        AdvanceBody();
        piece = new BodyPiece(BodyStatus.End, default);
        return _pieceIsLast;
    }

    private static ReadOnlyMemory<byte> FirstNonEmpty(ReadOnlySequence<byte> buffer)
    {
        ReadOnlyMemory<byte> first = buffer.First;
        return first.IsEmpty ? buffer.Slice(buffer.GetPosition(0)).First : first;
    }

    private BodyPiece BodyFailed(ExchangeEnd reason)
    {
        Fail(reason);
        return new BodyPiece(BodyStatus.Failed, default);
    }

    private void Fail(ExchangeEnd reason)
    {
        if (_failure == ExchangeEnd.None)
        {
            _failure = reason;
        }

        _keepAlive = false;
    }

    /// <summary>Reads the rest of a body away. False when that is not worth it, or fails.</summary>
    private async ValueTask<bool> DrainBodyAsync()
    {
        _bodyReadCanceled = false;
        long limit = _bodyBytes + MaxDrainedBytes;
        while (!_bodyEnded)
        {
            if (_bodyBytes > limit || (_bodyFraming == BodyFraming.Length && _bodyRemaining > MaxDrainedBytes))
            {
                return false;
            }

            BodyPiece piece = await ReadBodyAsync().ConfigureAwait(false);
            if (piece.Status == BodyStatus.Failed)
            {
                return false;
            }

            if (!piece.Data.IsEmpty)
            {
                AdvanceBody();
            }
        }

        return true;
    }
}
