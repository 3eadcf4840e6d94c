using System.Runtime.CompilerServices;
using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// A client's half whose request body is read ahead, so that it can be looked at before anything is forwarded, and then read again from its
/// beginning, the rest straight from the client. Owned by one exchange, which keeps it for the next one; used by its flow as any
/// <see cref="ClientStream"/> is.
/// </summary>
/// <remarks>
/// <code>
///  [ chunks ][ a piece of the client's, in place ][ what is still with the client … ]
/// </code>
/// A body that is there as a whole, or that exceeds the limit with its first piece, stays where the client's half has it: that costs no copy
/// and no memory. Anything else is copied into chunks of one size (<see cref="BodyMemory"/>), because a piece must be given back before the
/// next can be read. A chunk is free again as soon as it has been forwarded.
/// </remarks>
internal sealed class ReadAheadStream : ClientStreamLayer
{
    private readonly List<byte[]> _chunks = [];
    private BodyMemory _memory = null!;
    private Exchange _exchange = null!;
    private BodyPiece _inPlace;
    private bool _hasInPlace;
    private int _lastChunkLength;
    private int _next;
    private int _given;
    private bool _sentContinue;
    private volatile bool _isCanceled;

    /// <summary>Bytes that were read ahead, whether or not they have been forwarded since.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the body's end was reached.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether there was no memory to read on.</summary>
    public bool IsOutOfMemory { get; private set; }

    /// <inheritdoc/>
    public override bool BodyEnded => _next == _chunks.Count && !_hasInPlace && Inner.BodyEnded;

    /// <summary>Begins with an exchange.</summary>
    public void Begin(Exchange exchange, BodyMemory memory)
    {
        Inner = exchange.Client;
        _exchange = exchange;
        _memory = memory;
        IsWhole = Inner.BodyEnded;
    }

    /// <summary>
    /// Reads until there is more than <paramref name="limit"/>, or all, or no memory left. False when the client failed
    /// (<see cref="ClientStream.Failure"/>).
    /// </summary>
    public ValueTask<bool> FillAsync(long limit)
    {
        if (IsWhole || IsOutOfMemory || Length > limit)
        {
            return new ValueTask<bool>(true);
        }

        if (_hasInPlace && !TryCopyInPlace())
        {
            return new ValueTask<bool>(true);
        }

        while (true)
        {
            ValueTask<BodyPiece> reading = Inner.ReadBodyAsync();
            if (!reading.IsCompletedSuccessfully)
            {
                return FillAsync(reading, limit);
            }

            if (Take(reading.Result, limit) is { } done)
            {
                return new ValueTask<bool>(done);
            }
        }
    }

    /// <summary>In how many parts the bytes read ahead lie. None of them may have been forwarded yet.</summary>
    public int PartCount => _chunks.Count + (_hasInPlace ? 1 : 0);

    /// <summary>One of these parts, in order.</summary>
    public ReadOnlyMemory<byte> Part(int i) => i < _chunks.Count ? Chunk(i) : _inPlace.Data;

    /// <summary>Gives everything back that was not forwarded, as if it had been read away.</summary>
    public void Release()
    {
        for (; _next < _chunks.Count; _next++)
        {
            _memory.Return(_chunks[_next]);
        }

        _chunks.Clear();
        _next = _lastChunkLength = _given = 0;
        if (_hasInPlace)
        {
            _hasInPlace = false;
            _inPlace = default;
            Inner.AdvanceBody();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Release();
        Inner = null!;
        _exchange = null!;
        Length = 0;
        IsWhole = IsOutOfMemory = _sentContinue = _isCanceled = false;
    }

    /// <inheritdoc/>
    public override ValueTask<BodyPiece> ReadBodyAsync()
    {
        if (_isCanceled)
        {
            return new ValueTask<BodyPiece>(new BodyPiece(BodyStatus.Failed, default));
        }

        if (_next < _chunks.Count)
        {
            _given = 1;
            bool isLast = _next == _chunks.Count - 1 && IsWhole && !_hasInPlace;
            return new ValueTask<BodyPiece>(new BodyPiece(isLast ? BodyStatus.End : BodyStatus.Data, Chunk(_next)));
        }

        if (_hasInPlace)
        {
            _given = 2;
            return new ValueTask<BodyPiece>(_inPlace);
        }

        _given = 0;
        return Inner.ReadBodyAsync();
    }

    /// <inheritdoc/>
    public override void AdvanceBody()
    {
        switch (_given)
        {
            case 1:
                _memory.Return(_chunks[_next++]);
                break;
            case 2:
                _hasInPlace = false;
                _inPlace = default;
                Inner.AdvanceBody();
                break;
            default:
                Inner.AdvanceBody();
                break;
        }

        _given = 0;
    }

    /// <inheritdoc/>
    public override void CancelBodyRead()
    {
        _isCanceled = true;
        Inner.CancelBodyRead();
    }

    /// <inheritdoc/>
    public override bool TryResumeBody()
    {
        _isCanceled = false;
        return Inner.TryResumeBody() || (!BodyEnded && Inner.Failure == ExchangeEnd.None);
    }

    /// <summary>The client has been told to go on already; the origin's leave would be a second one.</summary>
    public override ValueTask<bool> SendInterimAsync(ResponseHead head) =>
        _sentContinue && head.StatusCode == 100 ? new ValueTask<bool>(true) : Inner.SendInterimAsync(head);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(ValueTask<BodyPiece> reading, long limit)
    {
        while (true)
        {
            if (!reading.IsCompleted && !_sentContinue && _exchange.Request.ExpectContinue)
            {
                // Nobody else will ask for the body before the edge has seen it. A client that is gone makes the read fail too.
                _sentContinue = true;
                await Inner.SendContinueAsync().ConfigureAwait(false);
            }

            if (Take(await reading.ConfigureAwait(false), limit) is { } done)
            {
                return done;
            }

            reading = Inner.ReadBodyAsync();
        }
    }

    /// <summary>Takes a piece up. Null when there is to be another; false when it says that the client failed.</summary>
    private bool? Take(BodyPiece piece, long limit)
    {
        if (piece.Status == BodyStatus.Failed)
        {
            return false;
        }

        IsWhole = piece.Status == BodyStatus.End;
        if (piece.Data.IsEmpty)
        {
            return IsWhole ? true : null;
        }

        Length += piece.Data.Length;
        if ((_chunks.Count == 0 && (IsWhole || Length > limit)) || !TryCopy(piece.Data.Span))
        {
            _inPlace = piece;
            _hasInPlace = true;
            return true;
        }

        Inner.AdvanceBody();
        return IsWhole || Length > limit ? true : null;
    }

    /// <summary>Copies what was left in place, so that more can be read.</summary>
    private bool TryCopyInPlace()
    {
        if (!TryCopy(_inPlace.Data.Span))
        {
            return false;
        }

        _hasInPlace = false;
        _inPlace = default;
        Inner.AdvanceBody();
        return true;
    }

    /// <summary>Copies all of it, or nothing: then there is not enough memory.</summary>
    private bool TryCopy(ReadOnlySpan<byte> bytes)
    {
        (int count, int last) = (_chunks.Count, _lastChunkLength);
        while (!bytes.IsEmpty)
        {
            if (_chunks.Count == 0 || _lastChunkLength == BodyMemory.ChunkBytes)
            {
                if (_memory.TryTake(_exchange.Generation.Settings.BodyMemory, _chunks.Count == 0) is not { } chunk)
                {
                    IsOutOfMemory = true;
                    for (int i = _chunks.Count - 1; i >= count; i--)
                    {
                        _memory.Return(_chunks[i]);
                        _chunks.RemoveAt(i);
                    }

                    _lastChunkLength = last;
                    return false;
                }

                _chunks.Add(chunk);
                _lastChunkLength = 0;
            }

            int fits = Math.Min(bytes.Length, BodyMemory.ChunkBytes - _lastChunkLength);
            bytes[..fits].CopyTo(_chunks[^1].AsSpan(_lastChunkLength));
            _lastChunkLength += fits;
            bytes = bytes[fits..];
        }

        return true;
    }

    private ReadOnlyMemory<byte> Chunk(int i) => _chunks[i].AsMemory(0, i < _chunks.Count - 1 ? BodyMemory.ChunkBytes : _lastChunkLength);
}
