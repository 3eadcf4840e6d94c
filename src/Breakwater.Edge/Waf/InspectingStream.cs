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
/// when the relay wants to send: nothing that streams waits.
/// </remarks>
internal sealed class InspectingStream : ClientStreamLayer
{
    private readonly Exchange _exchange;
    private readonly int _limit;
    private ResponseHead? _head;
    private ResponseFraming _framing;
    private byte[] _kept = [];
    private byte[] _room = [];
    private int _length;
    private bool _waitsForAll;
    private bool _isThrough;
    private ExchangeEnd _replacedBy;

    public InspectingStream(Exchange exchange)
    {
        _exchange = exchange;
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

        if (_replacedBy != ExchangeEnd.None)
        {
            return;
        }

        if (_kept.Length - _length < bytes.Length)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_kept.AsSpan(_length));
        _length += bytes.Length;
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
        : _waitsForAll && _length < _limit ? new ValueTask<bool>(true)
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
        }
    }

    private async ValueTask<bool> JudgeAsync(bool isEnd, FieldBlock? trailers)
    {
        if (_replacedBy != ExchangeEnd.None)
        {
            return false;
        }

        if (_exchange.Waf.JudgeResponseBody(_kept.AsMemory(0, _length)) is { } instead)
        {
            await ReplaceAsync(instead).ConfigureAwait(false);
            return false;
        }

        _isThrough = true;
        Inner.WriteHead(_exchange, _head!, _framing);
        Inner.WriteBody(_kept.AsSpan(0, _length));
        Dispose();
        return isEnd ? await Inner.EndAsync(trailers).ConfigureAwait(false) : await Inner.FlushAsync().ConfigureAwait(false);
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

    private void Grow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, Math.Max(16 * 1024, 2 * _length)));
        _kept.AsSpan(0, _length).CopyTo(larger);
        Dispose();
        _kept = larger;
    }
}
