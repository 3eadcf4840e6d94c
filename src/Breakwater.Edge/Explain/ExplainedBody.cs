using System.IO.Pipelines;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Explain;

/// <summary>The client's half of an exchange that is only explained: its body is at hand, and nobody is answered. Owned by one explanation.</summary>
internal sealed class ExplainedBody : ClientStream
{
    private readonly byte[] _body;
    private bool _isRead;

    /// <param name="head">The request's head.</param>
    /// <param name="rest">What follows it.</param>
    public ExplainedBody(RequestHead head, ReadOnlySpan<byte> rest)
    {
        _body = head.Framing switch
        {
            BodyFraming.Chunked => Decode(rest),
            BodyFraming.Length => rest[..(int)Math.Min(head.ContentLength, rest.Length)].ToArray(),
            _ => [],
        };
        _isRead = _body.Length == 0;
    }

    public override ExchangeEnd Failure => ExchangeEnd.None;

    public override bool ResponseStarted => false;

    public override bool BodyEnded => _isRead;

    public override FieldBlock? RequestTrailers => null;

    public override ValueTask<BodyPiece> ReadBodyAsync() => new(new BodyPiece(BodyStatus.End, _isRead ? default : _body));

    public override void AdvanceBody() => _isRead = true;

    public override void CancelBodyRead()
    {
    }

    public override bool TryResumeBody() => !_isRead;

    public override ValueTask<bool> SendContinueAsync() => new(true);

    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => new(true);

    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing)
    {
    }

    public override ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response) => new(true);

    public override void WriteBody(ReadOnlySpan<byte> bytes)
    {
    }

    public override Memory<byte> GetMemory(int sizeHint) => new byte[sizeHint];

    public override void Advance(int count)
    {
    }

    public override ValueTask<bool> FlushAsync() => new(true);

    public override ValueTask<bool> EndAsync(FieldBlock? trailers) => new(true);

    public override void Abort(ExchangeEnd reason)
    {
    }

    public override ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head) => new((IDuplexPipe?)null);

    /// <summary>As far as it is chunked; what is wrong with it is for the listener to refuse.</summary>
    private static byte[] Decode(ReadOnlySpan<byte> rest)
    {
        var reader = new ChunkedReader();
        var body = new List<byte>();
        ReadStatus status = ReadStatus.NeedMore;
        while (!rest.IsEmpty && status == ReadStatus.NeedMore)
        {
            status = reader.Read(rest, out int consumed, out int start, out int length);
            body.AddRange(rest.Slice(start, length));
            if (consumed == 0)
            {
                break;
            }

            rest = rest[consumed..];
        }

        return [.. body];
    }
}
