using System.IO.Pipelines;
using Breakwater.Http;

namespace Breakwater.Edge.Exchanges;

/// <summary>How a read of the request's body went.</summary>
internal enum BodyStatus : byte
{
    /// <summary>There is data.</summary>
    Data,

    /// <summary>The body is complete; there may still be data in the same piece.</summary>
    End,

    /// <summary>The client went away or was cut off; <see cref="ClientStream.Failure"/> says why.</summary>
    Failed,
}

/// <summary>A piece of a request's body, decoded. Valid until <see cref="ClientStream.AdvanceBody"/>.</summary>
internal readonly record struct BodyPiece(BodyStatus Status, ReadOnlyMemory<byte> Data);

/// <summary>How a response's body is delimited toward the client.</summary>
internal enum ResponseFraming : byte
{
    /// <summary>There is none (HEAD, 204, 304).</summary>
    None,

    /// <summary>Its length is stated in the head.</summary>
    Length,

    /// <summary>It ends when it ends: chunked in HTTP/1.1, the stream's end in HTTP/2 and 3, the connection's end in HTTP/1.0.</summary>
    Streamed,
}

/// <summary>
/// The client's half of an exchange, as the rest of the edge sees it: what a front end (HTTP/1.1, or HTTP/2 and 3) implements.
/// One flow reads the body while at most one other writes the response; neither is called concurrently with itself.
/// Nothing here throws for what a client does: a write answers false, a read answers <see cref="BodyStatus.Failed"/>.
/// </summary>
internal abstract class ClientStream
{
    /// <summary>Why the client's side failed; <see cref="ExchangeEnd.None"/> while it has not.</summary>
    public abstract ExchangeEnd Failure { get; }

    /// <summary>
    /// Cancelled when the client gives the exchange up, where the protocol tells so on its own (RFC 9113 §6.4, RST_STREAM); elsewhere never.
    /// </summary>
    public virtual CancellationToken Gone => default;

    /// <summary>Whether the response's head is on its way, so that no other answer is possible any more.</summary>
    public abstract bool ResponseStarted { get; }

    /// <summary>Whether the request's body was read to its end.</summary>
    public abstract bool BodyEnded { get; }

    /// <summary>Trailer fields of the request; complete once the body has ended. Null when there are none.</summary>
    public abstract FieldBlock? RequestTrailers { get; }

    /// <summary>The next piece of the body. Each piece that has data is to be given back with <see cref="AdvanceBody"/>.</summary>
    public abstract ValueTask<BodyPiece> ReadBodyAsync();

    /// <summary>Gives the last piece back; all of it counts as used.</summary>
    public abstract void AdvanceBody();

    /// <summary>Makes a pending <see cref="ReadBodyAsync"/> answer <see cref="BodyStatus.Failed"/>. Called by the exchange's own flow.</summary>
    public abstract void CancelBodyRead();

    /// <summary>
    /// After <see cref="CancelBodyRead"/> and the read that it ended: makes the body readable again, from where it was. False when it is over, or
    /// the client is gone.
    /// </summary>
    public abstract bool TryResumeBody();

    /// <summary>Tells a client that waits for it to go on with its body (RFC 9110 §10.1.1). False when the client is gone.</summary>
    public abstract ValueTask<bool> SendContinueAsync();

    /// <summary>Sends a 1xx response. False when the client is gone.</summary>
    public abstract ValueTask<bool> SendInterimAsync(ResponseHead head);

    /// <summary>
    /// Writes the origin's response head without its hop-by-hop fields, with the edits of the exchange. Not flushed: what follows may
    /// travel with it.
    /// </summary>
    public abstract void WriteHead(Exchange exchange, ResponseHead head, ResponseFraming framing);

    /// <summary>Writes the head and body of an answer of the edge, and flushes. False when the client is gone.</summary>
    public abstract ValueTask<bool> SendAsync(Exchange exchange, LocalResponse response);

    /// <summary>Writes body bytes. Not flushed.</summary>
    public abstract void WriteBody(ReadOnlySpan<byte> bytes);

    /// <summary>Room for body bytes, to be filled in place; only where the body's length is stated (<see cref="ResponseFraming.Length"/>).</summary>
    public abstract Memory<byte> GetMemory(int sizeHint);

    /// <summary>Says how many bytes of <see cref="GetMemory"/> are body now.</summary>
    public abstract void Advance(int count);

    /// <summary>Sends what was written; waits while the client is slower than the edge. False when the client is gone.</summary>
    public abstract ValueTask<bool> FlushAsync();

    /// <summary>Ends the response, with trailer fields where the protocol carries them, and flushes. False when the client is gone.</summary>
    public abstract ValueTask<bool> EndAsync(FieldBlock? trailers);

    /// <summary>
    /// Breaks the response off so that the client can tell: the connection is cut, or the stream reset. Thread-safe, so that a deadline
    /// may call it.
    /// </summary>
    public abstract void Abort(ExchangeEnd reason);

    /// <summary>
    /// Answers an upgrade (101 in HTTP/1.1, 200 to an extended CONNECT in HTTP/2) and hands over the raw byte stream. Null when the
    /// client is gone.
    /// </summary>
    public abstract ValueTask<IDuplexPipe?> AcceptTunnelAsync(Exchange exchange, ResponseHead head);
}
