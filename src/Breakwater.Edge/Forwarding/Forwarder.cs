using System.Runtime.CompilerServices;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Time;
using Breakwater.Http;

namespace Breakwater.Edge.Forwarding;

/// <summary>
/// Takes a request to an origin and its answer back: choice, admission, attempts, retries. Thread-safe; holds no state of a request.
/// </summary>
/// <remarks>
/// Another origin is asked only where that is safe: nothing of the request was sent, or the method is idempotent (RFC 9110 §9.2.2), its
/// body, if any, is still at hand, and nothing was answered; and only within the zone's retry budget, so that a failing origin is not flooded with
/// repetitions.
/// </remarks>
internal sealed class Forwarder(EdgeClock clock)
{
    /// <summary>Sends the request on and the response back. Always answers the client, or cuts it off if the answer had begun.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ForwardAsync(Exchange exchange)
    {
        OriginGroup group = exchange.Route?.Origins ?? exchange.Zone!.Origins;
        var choice = new OriginChoice(group.HashKey(exchange));
        group.Retries.OnRequest();
        ExchangeEnd end = ExchangeEnd.None;
        while (true)
        {
            ExchangeEnd failed = end;
            if (!group.TryChoose(in choice, out Origin? origin, out end))
            {
                break;
            }

            // A body is held in the framing of HTTP/1.1.
            if (exchange.HeldBody.IsHeld && UsesHttp2(exchange, origin))
            {
                end = failed;
                break;
            }

            exchange.Record.Origin = origin;
            exchange.Record.Attempts++;
            AdmissionResult admission = await origin.EnterAsync(exchange.Client).ConfigureAwait(false);
            if (admission != AdmissionResult.Admitted)
            {
                end = admission == AdmissionResult.ClientGone ? ExchangeEnd.ClientAborted : ExchangeEnd.OriginOverloaded;
                break;
            }

            long sent = clock.Micros;
            AttemptResult result;
            try
            {
                result = !UsesHttp2(exchange, origin)
                    ? await Http1Attempt.RunAsync(exchange, origin, clock, fresh: false).ConfigureAwait(false)
                    : await Http2Attempt.RunAsync(exchange, origin, clock).ConfigureAwait(false);
                if (WasStale(exchange, result))
                {
                    result = await Http1Attempt.RunAsync(exchange, origin, clock, fresh: true).ConfigureAwait(false);
                }
            }
            catch
            {
                origin.Exit(OriginOutcome.ClientGone, 0);
                throw;
            }

            long answered = exchange.Record.OriginHeadMicros;
            origin.Exit(result.Outcome, answered == 0 ? 0 : answered - sent);
            end = result.End;
            if (!MayRetry(exchange, group, result))
            {
                break;
            }

            choice.AddTried(origin);
        }

        exchange.Record.End = end;
        if (IsAnswered(end) || exchange.Client.Failure is not (ExchangeEnd.None or ExchangeEnd.BadRequest or ExchangeEnd.BodyTimeout))
        {
            return;
        }

        if (exchange.Client.ResponseStarted)
        {
            exchange.Client.Abort(end);
        }
        else
        {
            await Pipeline.RefuseAsync(exchange, end, exchange.Record.Violation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the client has its answer: the origin's, or what a rule or a fuse put in its place.</summary>
    private static bool IsAnswered(ExchangeEnd end) => end is ExchangeEnd.Completed or ExchangeEnd.AnsweredByEdge or ExchangeEnd.TunnelClosed
        or ExchangeEnd.TunnelIdle or ExchangeEnd.Blocked or ExchangeEnd.Challenged or ExchangeEnd.InspectionFailed;

    /// <summary>Where the configuration leaves it open, gRPC decides: it works over nothing else.</summary>
    private static bool UsesHttp2(Exchange exchange, Origin origin) => origin.Identity.Protocol switch
    {
        OriginProtocol.H1 => false,
        OriginProtocol.H2 => true,
        _ => exchange.Request.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> type) && type.StartsWith("application/grpc"u8),
    };

    /// <summary>
    /// Whether the request met a pooled connection just as the origin closed it for being idle, or for a reload of its own. That says nothing
    /// of the origin, and its other idle connections are likely to be closing too: so once more, over a new one, which counts neither as
    /// an attempt nor against the budget. At most once per attempt, so that it can double no more than what an idle pool can hold.
    /// </summary>
    private static bool WasStale(Exchange exchange, AttemptResult result) =>
        result is { Progress: AttemptProgress.Unanswered, End: ExchangeEnd.OriginReset }
        && exchange.Record.OriginConnectionReused
        && IsIdempotent(exchange.Request.MethodKind)
        && exchange.Client.Failure == ExchangeEnd.None;

    private static bool MayRetry(Exchange exchange, OriginGroup group, AttemptResult result)
    {
        bool safe = result.Progress switch
        {
            AttemptProgress.NothingSent => result.End != ExchangeEnd.Completed,
            AttemptProgress.Unanswered => IsIdempotent(exchange.Request.MethodKind),
            _ => false,
        };
        return safe
            && result.Outcome != OriginOutcome.ClientGone
            && exchange.Record.Attempts < group.Settings.MaxAttempts
            && exchange.Client.Failure == ExchangeEnd.None
            && group.Retries.TryTake();
    }

    /// <summary>Whether a request that is sent twice does what it does once (RFC 9110 §9.2.2).</summary>
    public static bool IsIdempotent(MethodKind method) =>
        method is MethodKind.Get or MethodKind.Head or MethodKind.Options or MethodKind.Put or MethodKind.Delete;
}
