using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Forwarding;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Time;
using Breakwater.Http;

namespace Breakwater.Edge.Generations.Taste;

/// <summary>
/// Takes requests the way that a listener's would go, for what becomes of them alone: the same parser, the same decisions, the modules of the
/// response on an answer such as any origin's, and nothing sent, counted or recorded. Bodies are not there: a module that waits for one is
/// passed over. Owned by one thread; used again for each request.
/// </summary>
/// <param name="generation">The configuration.</param>
/// <param name="clock">The clock.</param>
internal sealed class Rehearsal(Generation generation, EdgeClock clock)
{
    private static readonly byte[] OriginAnswer =
        "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 1024\r\nCache-Control: max-age=60\r\n\r\n"u8.ToArray();

    private static readonly NoClient Nobody = new();

    private readonly Generation _generation = generation.Unguarded();
    private readonly Exchange _exchange = new(generation.Settings.Head) { Clock = clock };
    private byte[] _room = [];

    /// <summary>What becomes of a request; one that ends in an exception, as if a visitor had sent it, fails.</summary>
    /// <param name="request">The request.</param>
    /// <param name="fault">The exception; null for none.</param>
    public RehearsedEnd Judge(RecentRequest request, out Exception? fault)
    {
        try
        {
            fault = null;
            return Judge(request);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            fault = exception;
            return new RehearsedEnd(VerdictKind.Refuse, ExchangeEnd.EdgeFault, 500);
        }
    }

    /// <summary>The processor time that judging a request takes, in microseconds: the best of three, for what runs the first time is compiled then.</summary>
    /// <param name="request">The request.</param>
    /// <param name="enough">A time from which on it is no matter.</param>
    public double Time(RecentRequest request, double enough = 0)
    {
        const int Tries = 3;
        double best = double.MaxValue;
        for (int i = 0; i < Tries && best > enough; i++)
        {
            double began = ThreadTime.Micros;
            Judge(request, out _);
            best = Math.Min(best, ThreadTime.Micros - began);
        }

        return best;
    }

    private RehearsedEnd Judge(RecentRequest request)
    {
        Exchange exchange = _exchange;
        try
        {
            exchange.Generation = _generation;
            exchange.Connection = new ExplainedClient(request.Peer, request.IsTls).ToConnection();
            exchange.Client = Nobody;
            exchange.Begin(default, clock.Micros);
            exchange.Rules.IsRehearsal = true;
            exchange.Waf.IsRehearsal = true;
            if (exchange.Request.Read(request.Head, out _) != ReadStatus.Complete)
            {
                return new RehearsedEnd(VerdictKind.Refuse, ExchangeEnd.BadRequest, 400);
            }

            Verdict verdict = Pipeline.Decide(exchange);
            while (verdict.Kind == VerdictKind.ReadBody)
            {
                exchange.WaitingModule++;
                verdict = Pipeline.Resume(exchange);
            }

            return verdict.Kind switch
            {
                VerdictKind.Continue => Forward(exchange),
                VerdictKind.Drop => new RehearsedEnd(VerdictKind.Drop, verdict.End, 0),
                _ => Answer(exchange, verdict),
            };
        }
        finally
        {
            exchange.Release();
        }
    }

    private static RehearsedEnd Answer(Exchange exchange, Verdict verdict)
    {
        LocalResponse response = verdict.Response ?? Pipeline.ErrorPage(exchange, verdict.End, HttpViolation.None);
        exchange.AnswerWith(response);
        response = ResponseModules.Run(exchange) ?? response;
        return new RehearsedEnd(verdict.Kind, verdict.End, response.Status);
    }

    private RehearsedEnd Forward(Exchange exchange)
    {
        OriginGroup group = exchange.Route?.Origins ?? exchange.Zone!.Origins;
        if (group.Origins is [Origin origin, ..])
        {
            int size = OriginRequestWriter.MaxSize(exchange, origin);
            _room = _room.Length < size ? new byte[size] : _room;
            OriginRequestWriter.Write(exchange, origin, _room);
        }

        exchange.Response.Read(OriginAnswer, exchange.Request.MethodKind, out _);
        exchange.Record.Status = exchange.Record.OriginStatus = 200;
        return ResponseModules.Run(exchange) is { } instead
            ? new RehearsedEnd(VerdictKind.Answer, exchange.Rules.ReplacedBy, instead.Status)
            : new RehearsedEnd(VerdictKind.Continue, ExchangeEnd.None, 200);
    }
}

/// <summary>What becomes of a request that was rehearsed. Immutable.</summary>
/// <param name="Kind">Forwarded, answered, refused or dropped.</param>
/// <param name="End">Why, where it is not forwarded.</param>
/// <param name="Status">The status that its client gets; 0 for none.</param>
internal readonly record struct RehearsedEnd(VerdictKind Kind, ExchangeEnd End, int Status)
{
    /// <summary>Whether it ended in an exception.</summary>
    public bool IsFault => End == ExchangeEnd.EdgeFault;

    /// <summary>Whether the edge turns it away.</summary>
    public bool IsBlocked => Kind == VerdictKind.Drop || Status >= 400;

    /// <summary>As a number, for a pipe.</summary>
    public int Packed => (int)Kind << 24 | (int)End << 16 | Status;

    /// <summary>From such a number.</summary>
    public static RehearsedEnd Unpack(int packed) => new((VerdictKind)(packed >> 24 & 0xFF), (ExchangeEnd)(packed >> 16 & 0xFF), packed & 0xFFFF);
}
