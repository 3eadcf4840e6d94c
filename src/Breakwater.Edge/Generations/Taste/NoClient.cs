using System.IO.Pipelines;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>The client's half of an exchange that is only rehearsed: nobody, who sends no body and takes no answer. Stateless.</summary>
internal sealed class NoClient : ClientStream
{
    public override ExchangeEnd Failure => ExchangeEnd.None;

    public override bool ResponseStarted => false;

    public override bool BodyEnded => true;

    public override FieldBlock? RequestTrailers => null;

    public override ValueTask<BodyPiece> ReadBodyAsync() => new(new BodyPiece(BodyStatus.End, default));

    public override void AdvanceBody()
    {
    }

    public override void CancelBodyRead()
    {
    }

    public override bool TryResumeBody() => false;

    public override ValueTask<bool> SendContinueAsync() => new(false);

    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => new(false);

    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing)
    {
    }

    public override ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response) => new(false);

    public override void WriteBody(ReadOnlySpan<byte> bytes)
    {
    }

    public override Memory<byte> GetMemory(int sizeHint) => new byte[sizeHint];

    public override void Advance(int count)
    {
    }

    public override ValueTask<bool> FlushAsync() => new(false);

    public override ValueTask<bool> EndAsync(FieldBlock? trailers) => new(false);

    public override void Abort(ExchangeEnd reason)
    {
    }

    public override ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head) => new((IDuplexPipe?)null);
}
