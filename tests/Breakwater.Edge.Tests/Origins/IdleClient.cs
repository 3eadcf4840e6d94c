using System.IO.Pipelines;
using Breakwater.Edge.Exchanges;
using Breakwater.Http;

namespace Breakwater.Edge.Tests.Origins;

/// <summary>A client that waits for its answer, until it leaves.</summary>
internal sealed class IdleClient : ClientStream
{
    private ExchangeEnd _failure;

    public override ExchangeEnd Failure => _failure;

    public override bool ResponseStarted => false;

    public override bool BodyEnded => true;

    public override FieldBlock? RequestTrailers => null;

    public void Leave() => _failure = ExchangeEnd.ClientAborted;

    public override ValueTask<BodyPiece> ReadBodyAsync() => throw new NotSupportedException();

    public override void AdvanceBody() => throw new NotSupportedException();

    public override void CancelBodyRead() => throw new NotSupportedException();

    public override bool TryResumeBody() => throw new NotSupportedException();

    public override ValueTask<bool> SendContinueAsync() => throw new NotSupportedException();

    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => throw new NotSupportedException();

    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing) => throw new NotSupportedException();

    public override ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response) => throw new NotSupportedException();

    public override void WriteBody(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public override Memory<byte> GetMemory(int sizeHint) => throw new NotSupportedException();

    public override void Advance(int count) => throw new NotSupportedException();

    public override ValueTask<bool> FlushAsync() => throw new NotSupportedException();

    public override ValueTask<bool> EndAsync(FieldBlock? trailers) => throw new NotSupportedException();

    public override void Abort(ExchangeEnd reason) => _failure = reason;

    public override ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head) => throw new NotSupportedException();
}
