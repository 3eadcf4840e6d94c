using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Http;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// Relays a response whose head has been read from an HTTP/1.1 origin. Whatever arrives goes out at once, so that streams stream; a slow
/// client slows the origin down, so that memory stays bounded.
/// </summary>
internal static class ResponseRelay
{
    /// <summary>How much is asked of the socket at a time for bodies of stated length.</summary>
    private const int ReadBytes = 32 * 1024;

    /// <summary>Sends the response to the client.</summary>
    public static ValueTask<AttemptResult> RunAsync(Exchange exchange, OriginConnection connection, OriginDeadlines deadlines)
    {
        ResponseHead head = exchange.Response;
        if (head.UpgradeAccepted)
        {
            return Tunnel.RunAsync(exchange, connection, deadlines);
        }

        if (ResponseModules.RunOnOrigin(exchange) is { } instead)
        {
            return ReplaceAsync(exchange, instead);
        }

        switch (head.Framing)
        {
            case BodyFraming.None:
                exchange.Client.WriteHead(exchange, head, ResponseFraming.None);
                return EndAsync(exchange, exchange.Client.EndAsync(null));
            case BodyFraming.Length:
                exchange.Client.WriteHead(exchange, head, ResponseFraming.Length);
                return RelayCounted(exchange, connection, deadlines);
            default:
                exchange.Client.WriteHead(exchange, head, ResponseFraming.Streamed);
                return head.Framing == BodyFraming.Chunked
                    ? RelayChunkedAsync(exchange, connection, deadlines)
                    : RelayUntilCloseAsync(exchange, connection, deadlines);
        }
    }

    /// <summary>Sends what rules put in the response's place. The origin's body stays unread, so its connection is not kept.</summary>
    public static async ValueTask<AttemptResult> ReplaceAsync(Exchange exchange, LocalResponse instead)
    {
        ExchangeEnd end = exchange.ReplacedBy != ExchangeEnd.None ? exchange.ReplacedBy : ExchangeEnd.AnsweredByEdge;
        exchange.AnswerWith(instead);
        return await exchange.Client.SendAsync(exchange, instead).ConfigureAwait(false)
            ? new AttemptResult(end, OriginOutcomes.OfStatus(exchange.Response.StatusCode), AttemptProgress.Final)
            : AttemptResult.OfClient(exchange.Client.Failure);
    }

    /// <summary>A body of stated length. One that came along with its head leaves with it, in one write.</summary>
    private static ValueTask<AttemptResult> RelayCounted(Exchange exchange, OriginConnection connection, OriginDeadlines deadlines)
    {
        long remaining = exchange.Response.ContentLength;
        ReadOnlyMemory<byte> buffered = connection.Buffered;
        int count = (int)Math.Min(remaining, buffered.Length);
        exchange.Client.WriteBody(buffered.Span[..count]);
        exchange.Record.ResponseBodyBytes = count;
        connection.Consume(count);
        return remaining == count
            ? EndAsync(exchange, exchange.Client.EndAsync(null))
            : RelayRestAsync(exchange, connection, deadlines, remaining - count);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptResult> RelayRestAsync(
        Exchange exchange, OriginConnection connection, OriginDeadlines deadlines, long remaining)
    {
        ClientStream client = exchange.Client;
        while (true)
        {
            if (!await FlushAsync(client, deadlines).ConfigureAwait(false))
            {
                return AttemptResult.OfClient(client.Failure);
            }

            Memory<byte> memory = client.GetMemory((int)Math.Min(remaining, ReadBytes));
            if (memory.Length > remaining)
            {
                memory = memory[..(int)remaining];
            }

            deadlines.BetweenBytes();
            int received = await connection.ReceiveAsync(memory).ConfigureAwait(false);
            if (received <= 0)
            {
                return Truncated(connection);
            }

            client.Advance(received);
            exchange.Record.ResponseBodyBytes += received;
            remaining -= received;
            if (remaining == 0)
            {
                return await EndAsync(exchange, client.EndAsync(null)).ConfigureAwait(false);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptResult> RelayChunkedAsync(Exchange exchange, OriginConnection connection, OriginDeadlines deadlines)
    {
        ClientStream client = exchange.Client;
        ChunkedReader chunks = exchange.ResponseChunks;
        chunks.Reset();
        while (true)
        {
            ReadOnlyMemory<byte> buffered = connection.Buffered;
            ReadStatus status = chunks.Read(buffered.Span, out int consumed, out int start, out int length);
            client.WriteBody(buffered.Span.Slice(start, length));
            exchange.Record.ResponseBodyBytes += length;
            if (status == ReadStatus.Invalid)
            {
                exchange.Record.Violation = chunks.Violation;
                return AttemptResult.OfOrigin(ExchangeEnd.OriginBadResponse, AttemptProgress.Final);
            }

            connection.Consume(consumed);
            if (status == ReadStatus.Complete)
            {
                return await EndAsync(exchange, client.EndAsync(chunks.Trailers.Count > 0 ? chunks.Trailers : null)).ConfigureAwait(false);
            }

            if (connection.Buffered.IsEmpty)
            {
                if (!await FlushAsync(client, deadlines).ConfigureAwait(false))
                {
                    return AttemptResult.OfClient(client.Failure);
                }

                deadlines.BetweenBytes();
                if (await connection.ReceiveAsync().ConfigureAwait(false) <= 0)
                {
                    return Truncated(connection);
                }
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptResult> RelayUntilCloseAsync(Exchange exchange, OriginConnection connection, OriginDeadlines deadlines)
    {
        ClientStream client = exchange.Client;
        while (true)
        {
            ReadOnlyMemory<byte> buffered = connection.Buffered;
            client.WriteBody(buffered.Span);
            exchange.Record.ResponseBodyBytes += buffered.Length;
            connection.Consume(buffered.Length);
            if (!await FlushAsync(client, deadlines).ConfigureAwait(false))
            {
                return AttemptResult.OfClient(client.Failure);
            }

            deadlines.BetweenBytes();
            int received = await connection.ReceiveAsync().ConfigureAwait(false);
            if (received == 0)
            {
                return await EndAsync(exchange, client.EndAsync(null)).ConfigureAwait(false);
            }

            if (received < 0)
            {
                return Truncated(connection);
            }
        }
    }

    /// <summary>Flushes; while that waits for the client, the origin's time stands still.</summary>
    private static ValueTask<bool> FlushAsync(ClientStream client, OriginDeadlines deadlines)
    {
        ValueTask<bool> flush = client.FlushAsync();
        if (!flush.IsCompleted)
        {
            deadlines.Pause();
        }

        return flush;
    }

    private static ValueTask<AttemptResult> EndAsync(Exchange exchange, ValueTask<bool> ending)
    {
        return ending.IsCompletedSuccessfully
            ? new ValueTask<AttemptResult>(Ended(exchange, ending.Result))
            : AwaitAsync(exchange, ending);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        static async ValueTask<AttemptResult> AwaitAsync(Exchange exchange, ValueTask<bool> ending) =>
            Ended(exchange, await ending.ConfigureAwait(false));
    }

    private static AttemptResult Ended(Exchange exchange, bool delivered) => delivered
        ? new AttemptResult(ExchangeEnd.Completed, OriginOutcomes.OfStatus(exchange.Response.StatusCode), AttemptProgress.Final)
        : AttemptResult.OfClient(exchange.Client.Failure);

    private static AttemptResult Truncated(OriginConnection connection) =>
        AttemptResult.OfOrigin(connection.Failure != ExchangeEnd.None ? connection.Failure : ExchangeEnd.OriginTruncated, AttemptProgress.Final);
}
