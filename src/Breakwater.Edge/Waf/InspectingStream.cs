using System.Buffers;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Waf;

/// <summary>
/// The client's half of an exchange whose response body the firewall looks at: keeps the head and what follows it back until it has seen
/// enough, then lets everything through. Owned as the one below it is.
/// </summary>
/// <remarks>
/// A body of stated length that may be inspected as a whole is kept back as a whole; it arrives in any case. Of any other only what is there
/// when the relay wants to send: nothing that streams waits. What is kept back counts as bodies do that are read ahead
/// (<see cref="BodyMemory"/>); where there is no more memory, what is there is judged.
/// </remarks>
internal sealed class InspectingStream : ClientStreamLayer
{
    private readonly Exchange _exchange;
    private readonly BodyMemory _memory;
    private readonly int _limit;
    private ResponseHead? _head;
    private ResponseFraming _framing;
    private byte[] _kept = [];
    private byte[] _room = [];
    private int _length;
    private int _reserved;
    private LocalResponse? _instead;
    private bool _waitsForAll;
    private bool _isThrough;
    private ExchangeEnd _replacedBy;

    public InspectingStream(Exchange exchange)
    {
        _exchange = exchange;
        _memory = exchange.Waf.Firewall!.Stores.Bodies;
        _limit = exchange.Waf.ResponseBodyLimit;
        Inner = exchange.Client;
    }

    /// <summary>What is sent in the response's place ends the exchange as surely as a client that is gone.</summary>
    public override ExchangeEnd Failure => _replacedBy != ExchangeEnd.None ? _replacedBy : Inner.Failure;

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing)
    {
        _head = head;
        _framing = framing;
        _waitsForAll = framing == ResponseFraming.Length && head.ContentLength <= _limit;
    }

    /// <inheritdoc/>
    public override void WriteBody(ReadOnlySpan<byte> bytes)
    {
        if (_isThrough)
        {
            Inner.WriteBody(bytes);
            return;
        }

        if (_replacedBy != ExchangeEnd.None || _instead is not null)
        {
            return;
        }

        if (_kept.Length - _length >= bytes.Length || TryGrow(bytes.Length))
        {
            bytes.CopyTo(_kept.AsSpan(_length));
            _length += bytes.Length;
        }
        else if (Judge(isCut: true))
        {
            Inner.WriteBody(bytes);
        }
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint)
    {
        if (_isThrough)
        {
            return Inner.GetMemory(sizeHint);
        }

        if (_room.Length < sizeHint)
        {
            _room = new byte[sizeHint];
        }

        return _room;
    }

    /// <inheritdoc/>
    public override void Advance(int count)
    {
        if (_isThrough)
        {
            Inner.Advance(count);
        }
        else
        {
            WriteBody(_room.AsSpan(0, count));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<bool> FlushAsync() =>
        _isThrough ? Inner.FlushAsync()
        : _waitsForAll && _length < _limit && _instead is null ? new ValueTask<bool>(true)
        : JudgeAsync(isEnd: false, trailers: null);

    /// <inheritdoc/>
    public override ValueTask<bool> EndAsync(FieldBlock? trailers) => _isThrough ? Inner.EndAsync(trailers) : JudgeAsync(isEnd: true, trailers);

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_kept);
            _kept = [];
            _length = 0;
            _memory.Release(_reserved);
            _reserved = 0;
        }
    }

    private async ValueTask<bool> JudgeAsync(bool isEnd, FieldBlock? trailers)
    {
        if (_replacedBy != ExchangeEnd.None)
        {
            return false;
        }

        if (_instead is not null || !Judge(isCut: false))
        {
            await ReplaceAsync(_instead!).ConfigureAwait(false);
            return false;
        }

        return isEnd ? await Inner.EndAsync(trailers).ConfigureAwait(false) : await Inner.FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Looks at what there is. True: it goes out, and so does what follows. False: something else takes its place.</summary>
    private bool Judge(bool isCut)
    {
        _instead = _exchange.Waf.JudgeResponseBody(_kept.AsMemory(0, _length), isCut);
        if (_instead is null)
        {
            _isThrough = true;
            Inner.WriteHead(_exchange, _head!, _framing);
            Inner.WriteBody(_kept.AsSpan(0, _length));
        }

        Dispose();
        return _isThrough;
    }

    /// <summary>Sends what takes the response's place. What rules made of the origin's head is not for this one.</summary>
    private async ValueTask ReplaceAsync(LocalResponse instead)
    {
        _exchange.ResponseEdits.Clear();
        _exchange.AnswerWith(instead);
        if (ResponseModules.Run(_exchange) is { } other)
        {
            _exchange.AnswerWith(instead = other);
        }

        bool isSent = await Inner.SendAsync(_exchange, instead).ConfigureAwait(false);
        _replacedBy = isSent ? _exchange.ReplacedBy : Inner.Failure;
    }

    private bool TryGrow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, Math.Max(BodyMemory.ChunkBytes, 2 * _length)));
        if (!_memory.TryReserve(larger.Length - _reserved, _exchange.Generation.Settings.BodyMemory, larger.Length <= BodyMemory.ChunkBytes))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        _kept.AsSpan(0, _length).CopyTo(larger);
        if (_kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_kept);
        }

        _kept = larger;
        _reserved = larger.Length;
        return true;
    }
}
