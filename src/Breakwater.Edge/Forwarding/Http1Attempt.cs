using System.Net;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;
using Breakwater.Http;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// One attempt to have a request answered by an origin over HTTP/1.1.
/// </summary>
/// <remarks>
/// <code>
/// 1 connection (pooled or new) ─ 2 head, and body while there is one ─┐
///                               3 response head (1xx pass) ◄──────────┘ both at once: an origin may answer early
///                               4 relay: counted, chunked, until close, or a tunnel after 101
///                               5 connection back to the pool if both messages are over and clean
/// </code>
/// </remarks>
internal static class Http1Attempt
{
    /// <summary>More interim responses than this is an origin gone mad.</summary>
    private const int MaxInterim = 32;

    /// <summary>Addresses of one origin that are tried for one request.</summary>
    private const int MaxConnects = 3;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<AttemptResult> RunAsync(Exchange exchange, Origin origin, EdgeClock clock, bool fresh)
    {
        // 1. A connection.
        OriginTimeouts timeouts = exchange.Zone!.Timeouts;
        OriginConnection? connection = fresh ? null : origin.Pool.TryRent();
        exchange.Record.OriginConnectionReused = connection is not null;
        if (connection is null)
        {
            (connection, ExchangeEnd failure) = await ConnectAsync(exchange, origin, clock).ConfigureAwait(false);
            if (connection is null)
            {
                return AttemptResult.OfOrigin(failure, AttemptProgress.NothingSent);
            }
        }

        bool hadBody = !exchange.Client.BodyEnded;

        // 2. The request. A send that fails is not the end yet: the origin may have answered before it closed.
        var deadlines = new OriginDeadlines(connection, clock, timeouts, exchange.Record.StartMicros);
        ValueTask<bool> sending = RequestSender.SendAsync(exchange, origin, connection, deadlines);
        Task<bool>? body = sending.IsCompleted ? null : sending.AsTask();
        bool sent = body is null && sending.Result;

        // 3. and 4. The response. A client that says that it is gone ends the wait for it.
        AttemptResult result;
        CancellationTokenRegistration gone = exchange.Client.Gone.UnsafeRegister(
            static connection => ((OriginConnection)connection!).Abort(ExchangeEnd.ClientAborted), connection);
        try
        {
            result = await ReceiveAsync(exchange, connection, deadlines, clock).ConfigureAwait(false);
        }
        finally
        {
            if (body is not null)
            {
                if (!body.IsCompleted)
                {
                    // The answer is complete, or there will be none: the origin has no use for the rest of the body.
                    connection.Abort(ExchangeEnd.Completed);
                    exchange.Client.CancelBodyRead();
                }

                sent = await body.ConfigureAwait(false);
            }

            // Before the connection may serve someone else; waits for a callback under way.
            await gone.DisposeAsync().ConfigureAwait(false);
        }

        if (connection.Failure == ExchangeEnd.ClientAborted && result.End is not (ExchangeEnd.Completed or ExchangeEnd.TunnelClosed))
        {
            result = AttemptResult.OfClient(ExchangeEnd.ClientAborted);
        }

        // 5. The end.
        if (sent && result.End == ExchangeEnd.Completed && exchange.Response.KeepAlive)
        {
            connection.Pool.Return(connection);
        }
        else
        {
            connection.Pool.Discard(connection);
        }

        return result.Progress == AttemptProgress.Unanswered && hadBody && !IsBodyAtHand(exchange)
            ? result with { Progress = AttemptProgress.Final }
            : result;
    }

    /// <summary>What was read of a body is gone, unless all of it is held. One of which nothing was read is still with the client.</summary>
    private static bool IsBodyAtHand(Exchange exchange) =>
        exchange.HeldBody.IsHeld || (exchange.Record.RequestBodyBytes == 0 && exchange.Client.TryResumeBody());

    private static async ValueTask<(OriginConnection? Connection, ExchangeEnd Failure)> ConnectAsync(Exchange exchange, Origin origin, EdgeClock clock)
    {
        OriginTimeouts timeouts = exchange.Zone!.Timeouts;
        long deadline = Math.Min(OriginDeadlines.After(clock.Micros, timeouts.Connect), OriginDeadlines.After(exchange.Record.StartMicros, timeouts.Total));
        ExchangeEnd failure = ExchangeEnd.OriginUnresolved;
        for (int i = 0; i < Math.Clamp(origin.Resolver.Count, 1, MaxConnects); i++)
        {
            EndPoint? endPoint = await origin.Resolver.GetEndPointAsync().ConfigureAwait(false);
            if (endPoint is null)
            {
                break;
            }

            var attempt = new ConnectAttempt(deadline);
            OriginConnection? connection = await origin.Pool.OpenAsync(endPoint, attempt).ConfigureAwait(false);
            if (connection is not null)
            {
                return (connection, ExchangeEnd.None);
            }

            failure = attempt.End;
            origin.Resolver.OnConnectFailed(endPoint);
            if (clock.Micros > deadline)
            {
                break;
            }
        }

        return (null, failure);
    }

    /// <summary>Reads the response's head, passes interim ones on, then relays the rest.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<AttemptResult> ReceiveAsync(Exchange exchange, OriginConnection connection, OriginDeadlines deadlines, EdgeClock clock)
    {
        ResponseHead head = exchange.Response;
        MethodKind method = exchange.Request.MethodKind;
        bool answered = false;
        int interim = 0;
        while (true)
        {
            ReadStatus status = head.Read(connection.Buffered.Span, method, out int consumed);
            if (status == ReadStatus.Invalid)
            {
                exchange.Record.Violation = head.Violation;
                return AttemptResult.OfOrigin(ExchangeEnd.OriginBadResponse, AttemptProgress.Final);
            }

            connection.Consume(consumed);
            if (status == ReadStatus.NeedMore)
            {
                if (await connection.ReceiveAsync().ConfigureAwait(false) <= 0)
                {
                    return Unanswered(exchange, connection, answered);
                }

                answered = true;
            }
            else if (!head.IsInterim)
            {
                break;
            }
            else if (++interim > MaxInterim)
            {
                return AttemptResult.OfOrigin(ExchangeEnd.OriginBadResponse, AttemptProgress.Final);
            }
            else
            {
                // 100 is for a client that asked for it; other interim responses are for any (RFC 9110 §15.2).
                bool wanted = head.StatusCode != 100 || exchange.Request.ExpectContinue;
                if (wanted && !await exchange.Client.SendInterimAsync(head).ConfigureAwait(false))
                {
                    return AttemptResult.OfClient(ExchangeEnd.ClientAborted);
                }

                head.Clear();
            }
        }

        exchange.Record.OriginHeadMicros = clock.Micros;
        exchange.Record.OriginStatus = exchange.Record.Status = head.StatusCode;
        return await ResponseRelay.RunAsync(exchange, connection, deadlines).ConfigureAwait(false);
    }

    /// <summary>The connection ended before a response did: whose doing that is, and whether the request may be repeated.</summary>
    private static AttemptResult Unanswered(Exchange exchange, OriginConnection connection, bool answered)
    {
        ExchangeEnd end = connection.Failure != ExchangeEnd.None ? connection.Failure : ExchangeEnd.OriginReset;

        // A timeout is not repeated either: what took one origin too long would take the next one too long as well.
        bool final = answered || end != ExchangeEnd.OriginReset;
        return AttemptResult.OfOrigin(end, final ? AttemptProgress.Final : AttemptProgress.Unanswered);
    }
}
