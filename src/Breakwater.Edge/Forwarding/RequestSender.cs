using System.Buffers;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Http;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// Sends a request to an HTTP/1.1 origin: the head, and the body as it comes from the client, counted or in chunks. One piece is in flight
/// at a time, so a slow origin slows the client down and memory stays bounded.
/// </summary>
/// <remarks>
/// The body of an idempotent request that fits into one buffer is left to the exchange (<see cref="HeldBody"/>): it costs no copy, and the
/// request can be sent again when the origin goes away without an answer.
/// </remarks>
internal static class RequestSender
{
    /// <summary>Small pieces are gathered with their head or chunk framing into one write of about this size.</summary>
    private const int GatherBytes = 16 * 1024;

    /// <summary>
    /// Sends it all. False when that failed; if it was the client's doing, the connection is cut with the reason, so that nobody waits for an
    /// answer to half a request.
    /// </summary>
    public static ValueTask<bool> SendAsync(Exchange exchange, Origin origin, OriginConnection connection, OriginDeadlines deadlines)
    {
        int size = OriginRequestWriter.MaxSize(exchange, origin);
        bool hasBody = !exchange.Client.BodyEnded && exchange.Request.MethodKind != MethodKind.Connect;
        ReadOnlySpan<byte> again = exchange.HeldBody.Bytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(hasBody ? Math.Max(size, GatherBytes) : size + again.Length);
        int length = OriginRequestWriter.Write(exchange, origin, buffer);
        exchange.Record.OriginSentMicros = exchange.Record.StartMicros;
        length += Append(again, buffer, length);
        if (hasBody)
        {
            return SendWithBodyAsync(exchange, connection, deadlines, buffer, length);
        }

        deadlines.FirstByte();
        ValueTask<bool> sending = connection.SendAsync(buffer.AsMemory(0, length));
        if (sending.IsCompletedSuccessfully)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return sending;
        }

        return AwaitAsync(sending, buffer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> AwaitAsync(ValueTask<bool> sending, byte[] buffer)
    {
        bool sent = await sending.ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(buffer);
        return sent;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> SendWithBodyAsync(
        Exchange exchange, OriginConnection connection, OriginDeadlines deadlines, byte[] buffer, int length)
    {
        ClientStream client = exchange.Client;
        bool chunked = exchange.Request.Framing != BodyFraming.Length;
        long limit = exchange.Zone!.BodyLimit;
        bool holdsPiece = false;

        // The buffer: the head, the body from bodyStart on, of which what comes before start is sent. While the body may be held, nothing
        // is overwritten.
        int start = 0;
        int bodyStart = length;
        bool mayHold = Forwarder.IsIdempotent(exchange.Request.MethodKind);
        try
        {
            while (true)
            {
                ValueTask<BodyPiece> reading = client.ReadBodyAsync();
                if (!reading.IsCompleted)
                {
                    // Nothing more right now: what was gathered goes first. The head must, for a client that waits for 100 (Continue).
                    if (length > start && !await SendAsync(connection, deadlines, buffer, start, length).ConfigureAwait(false))
                    {
                        client.CancelBodyRead();
                        BodyPiece unsent = await reading.ConfigureAwait(false);
                        holdsPiece = !unsent.Data.IsEmpty;
                        exchange.Record.RequestBodyBytes += unsent.Data.Length;
                        return false;
                    }

                    start = length = mayHold ? length : 0;
                    deadlines.Pause();
                }

                BodyPiece piece = await reading.ConfigureAwait(false);
                if (piece.Status == BodyStatus.Failed)
                {
                    connection.Abort(client.Failure == ExchangeEnd.None ? ExchangeEnd.Completed : client.Failure);
                    return false;
                }

                if (!piece.Data.IsEmpty)
                {
                    holdsPiece = true;
                    exchange.Record.RequestBodyBytes += piece.Data.Length;
                    if (exchange.Record.RequestBodyBytes > limit)
                    {
                        connection.Abort(ExchangeEnd.BodyTooLarge);
                        return false;
                    }

                    // Room for the framing around this piece and for the end of the body.
                    if (buffer.Length - length < piece.Data.Length + 64)
                    {
                        if (length > start && !await SendAsync(connection, deadlines, buffer, start, length).ConfigureAwait(false))
                        {
                            return false;
                        }

                        start = length = 0;
                        mayHold = false;
                    }

                    length += chunked ? ChunkedWriter.WriteSize(buffer.AsSpan(length), piece.Data.Length) : 0;
                    if (piece.Data.Length + 64 <= buffer.Length - length)
                    {
                        piece.Data.Span.CopyTo(buffer.AsSpan(length));
                        length += piece.Data.Length;
                    }
                    else
                    {
                        // Too large to be worth a copy. What is in the buffer is the size of this chunk at most.
                        if (length > 0 && !await SendAsync(connection, deadlines, buffer, 0, length).ConfigureAwait(false))
                        {
                            return false;
                        }

                        length = 0;
                        deadlines.BetweenBytes();
                        if (!await connection.SendAsync(piece.Data).ConfigureAwait(false))
                        {
                            return false;
                        }
                    }

                    if (chunked)
                    {
                        length += Append("\r\n"u8, buffer, length);
                    }

                    client.AdvanceBody();
                    holdsPiece = false;
                }

                if (piece.Status == BodyStatus.End)
                {
                    break;
                }
            }

            if (chunked && client.RequestTrailers is { } trailers)
            {
                if (length > start && !await SendAsync(connection, deadlines, buffer, start, length).ConfigureAwait(false))
                {
                    return false;
                }

                start = 0;
                mayHold = false;
                length = await AppendTrailersAsync(trailers, connection, deadlines, buffer).ConfigureAwait(false);
            }
            else if (chunked)
            {
                length += Append("0\r\n\r\n"u8, buffer, length);
            }

            ValueTask<bool> sending = length == start ? new ValueTask<bool>(true)
                : length < 0 ? new ValueTask<bool>(false)
                : SendAsync(connection, deadlines, buffer, start, length);
            bool sent = await sending.ConfigureAwait(false);
            if (mayHold)
            {
                exchange.HeldBody.Hold(buffer, bodyStart, length - bodyStart);
                buffer = [];
            }

            if (sent && exchange.Record.OriginHeadMicros == 0)
            {
                exchange.Record.OriginSentMicros = deadlines.Clock.Micros;
                deadlines.FirstByte();
            }

            return sent;
        }
        finally
        {
            if (holdsPiece)
            {
                client.AdvanceBody();
            }

            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ValueTask<bool> SendAsync(OriginConnection connection, OriginDeadlines deadlines, byte[] buffer, int start, int length)
    {
        deadlines.BetweenBytes();
        return connection.SendAsync(buffer.AsMemory(start, length - start));
    }

    /// <summary>Writes last chunk and trailers to the buffer's beginning; below 0 when the origin is gone.</summary>
    private static async ValueTask<int> AppendTrailersAsync(FieldBlock trailers, OriginConnection connection, OriginDeadlines deadlines, byte[] buffer)
    {
        int length = Append("0\r\n"u8, buffer, 0);
        for (int i = 0; i < trailers.Count; i++)
        {
            if (buffer.Length - length < trailers.Line(i).Length + 64)
            {
                if (!await SendAsync(connection, deadlines, buffer, 0, length).ConfigureAwait(false))
                {
                    return -1;
                }

                length = 0;
            }

            length += Append(trailers.Line(i), buffer, length);
        }

        return length + Append("\r\n"u8, buffer, length);
    }

    private static int Append(ReadOnlySpan<byte> bytes, byte[] buffer, int length)
    {
        bytes.CopyTo(buffer.AsSpan(length));
        return bytes.Length;
    }
}
