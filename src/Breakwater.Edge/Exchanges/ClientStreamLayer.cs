using System.IO.Pipelines;
using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// A client's half of an exchange that stands in for another and changes some of what passes; the rest goes straight through. Owned as the
/// one below it is; the exchange takes it away when it is over (<see cref="Exchange.Cover"/>).
/// </summary>
internal abstract class ClientStreamLayer : ClientStream, IDisposable
{
    /// <summary>Whom it stands in for.</summary>
    public ClientStream Inner { get; protected set; } = null!;

    /// <inheritdoc/>
    public override ExchangeEnd Failure => Inner.Failure;

    /// <inheritdoc/>
    public override CancellationToken Gone => Inner.Gone;

    /// <inheritdoc/>
    public override bool ResponseStarted => Inner.ResponseStarted;

    /// <inheritdoc/>
    public override bool BodyEnded => Inner.BodyEnded;

    /// <inheritdoc/>
    public override FieldBlock? RequestTrailers => Inner.RequestTrailers;

    /// <inheritdoc/>
    public override ValueTask<BodyPiece> ReadBodyAsync() => Inner.ReadBodyAsync();

    /// <inheritdoc/>
    public override void AdvanceBody() => Inner.AdvanceBody();

    /// <inheritdoc/>
    public override void CancelBodyRead() => Inner.CancelBodyRead();

    /// <inheritdoc/>
    public override bool TryResumeBody() => Inner.TryResumeBody();

    /// <inheritdoc/>
    public override ValueTask<bool> SendContinueAsync() => Inner.SendContinueAsync();

    /// <inheritdoc/>
    public override ValueTask<bool> SendInterimAsync(ResponseHead head) => Inner.SendInterimAsync(head);

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing) => Inner.WriteHead(exchange, head, framing);

    /// <inheritdoc/>
    public override ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response) => Inner.SendAsync(exchange, response);

    /// <inheritdoc/>
    public override void WriteBody(ReadOnlySpan<byte> bytes) => Inner.WriteBody(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint) => Inner.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int count) => Inner.Advance(count);

    /// <inheritdoc/>
    public override ValueTask<bool> FlushAsync() => Inner.FlushAsync();

    /// <inheritdoc/>
    public override ValueTask<bool> EndAsync(FieldBlock? trailers) => Inner.EndAsync(trailers);

    /// <inheritdoc/>
    public override void Abort(ExchangeEnd reason) => Inner.Abort(reason);

    /// <inheritdoc/>
    public override ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head) => Inner.AcceptTunnelAsync(exchange, head);

    /// <summary>Lets go of what it holds: the exchange is over.</summary>
    public abstract void Dispose();
}
