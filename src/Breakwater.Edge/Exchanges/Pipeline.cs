using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Events;
using Breakwater.Edge.Forwarding;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Trace;
using Breakwater.Edge.Waf;
using Breakwater.Edge.Zones;
using Breakwater.Http;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// The way of a request: who is the client, which zone, its modules in the order of their phases, then the origin; at the end the record.
/// Thread-safe; holds no state of a request.
/// </summary>
/// <remarks>
/// <code>
/// front end ─ RunAsync ─ 1 client ─ 2 trace? ─ 3 zone ─ 4 body limit, WebSocket ─ 5 modules ─ 6 forwarder ─ origin
///           └ RefuseAsync (malformed requests)                                    │    ▲   front end ─ Finish (always)
///                                                                    ReadAheadAsync ───┘ where a module asks for the body
/// </code>
/// </remarks>
internal sealed partial class Pipeline
{
    /// <summary>Exchanges kept for reuse. More may be alive; what exceeds this goes to the collector.</summary>
    private const int MaxPooled = 1024;

    private static readonly LocalResponse NoWebSocket = new()
    {
        Status = 403,
        Fields = "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"u8.ToArray(),
        Body = "This site takes no WebSocket connections here.\n"u8.ToArray(),
    };

    private readonly DataPlane _plane;
    private readonly Forwarder _forwarder;
    private readonly ILogger _logger;
    private readonly ConcurrentStack<Exchange> _pool = new();
    private Exchange? _first;
    private int _pooled;

    public Pipeline(DataPlane plane, Forwarder forwarder)
    {
        _plane = plane;
        _forwarder = forwarder;
        _logger = plane.Loggers.CreateLogger("Breakwater.Exchanges");
    }

    /// <summary>An exchange that nobody uses, to run under a generation.</summary>
    public Exchange Rent(Generation generation)
    {
        // One slot without a node to allocate serves the common case: the thread that just returned one takes it again.
        Exchange? exchange = Interlocked.Exchange(ref _first, null);
        if (exchange is null && _pool.TryPop(out exchange))
        {
            Interlocked.Decrement(ref _pooled);
        }

        // The limits of heads may be others than those of the generation that it ran under before.
        HeadLimits limits = generation.Settings.Head;
        exchange = exchange is not null && exchange.Request.Limits == limits ? exchange : new Exchange(limits) { Clock = _plane.Clock };
        exchange.Generation = generation;
        return exchange;
    }

    /// <summary>Takes an exchange back, cleared.</summary>
    public void Return(Exchange exchange)
    {
        exchange.Release();
        if (Interlocked.CompareExchange(ref _first, exchange, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _pooled) <= MaxPooled)
        {
            _pool.Push(exchange);
        }
        else
        {
            Interlocked.Decrement(ref _pooled);
        }
    }

    /// <summary>Answers a well-formed request.</summary>
    public ValueTask RunAsync(Exchange exchange)
    {
        Verdict verdict =
            _plane.Fuses is { } fuses ? DecideInFlight(exchange, fuses)
            : _plane.InForce.Canary is null ? Decide(exchange)
            : DecideAndMeasure(exchange);
        return verdict.Kind == VerdictKind.ReadBody ? ReadAheadAsync(exchange, verdict) : CarryOutAsync(exchange, verdict);
    }

    /// <summary>As <see cref="Decide"/>, written down, so that a request at which the process ends is known again.</summary>
    private Verdict DecideInFlight(Exchange exchange, FuseBox fuses)
    {
        if (fuses.Begin(exchange))
        {
            return Verdict.Refuse(ExchangeEnd.Quarantined);
        }

        ref FlightSlot slot = ref fuses.Recorder.Current;
        FlightEntry outer = slot.Entry;
        slot.Entry = new FlightEntry(fuses.EdgePlace, fuses.Clock.Millis, exchange.Fingerprint, exchange.Ray.Value);
        try
        {
            return _plane.InForce.Canary is null ? Decide(exchange) : DecideAndMeasure(exchange);
        }
        finally
        {
            slot.Entry = outer;
        }
    }

    /// <summary>Reads the body that modules want to see, and goes on where they wait for it.</summary>
    private ValueTask ReadAheadAsync(Exchange exchange, Verdict verdict)
    {
        while (verdict.Kind == VerdictKind.ReadBody)
        {
            ReadAheadStream body = exchange.BeginReadAhead(_plane.BodyMemory);
            ValueTask<bool> filling = body.FillAsync(Math.Min(verdict.BodyBytes, exchange.Zone!.BodyLimit));
            if (!filling.IsCompletedSuccessfully || LongBodies.Has(exchange))
            {
                return AwaitAsync(exchange, filling);
            }

            verdict = OnReadAhead(exchange, filling.Result);
        }

        return CarryOutAsync(exchange, verdict);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        async ValueTask AwaitAsync(Exchange exchange, ValueTask<bool> filling)
        {
            bool isReadable = await filling.ConfigureAwait(false);
            Verdict verdict = isReadable && LongBodies.Has(exchange) ? await OnLongBodyAsync(exchange, isReadable).ConfigureAwait(false) : OnReadAhead(exchange, isReadable);
            if (verdict.Kind == VerdictKind.ReadBody)
            {
                await ReadAheadAsync(exchange, verdict).ConfigureAwait(false);
            }
            else
            {
                await CarryOutAsync(exchange, verdict).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<Verdict> OnLongBodyAsync(Exchange exchange, bool isReadable)
    {
        await _plane.LongBodies.EnterAsync().ConfigureAwait(false);
        try
        {
            return OnReadAhead(exchange, isReadable);
        }
        finally
        {
            _plane.LongBodies.Leave();
        }
    }

    /// <summary>What becomes of a request whose body was read ahead, or could not be.</summary>
    private static Verdict OnReadAhead(Exchange exchange, bool isReadable)
    {
        ReadAheadStream body = exchange.ReadAhead!;
        Verdict verdict =
            !isReadable ? Verdict.Refuse(exchange.Client.Failure)
            : body.Length > exchange.Zone!.BodyLimit ? Verdict.Refuse(ExchangeEnd.BodyTooLarge)
            : exchange.Record.WorkMicros < 0 ? Resume(exchange)
            : ResumeAndMeasure(exchange);
        if (verdict.Kind is not (VerdictKind.Continue or VerdictKind.ReadBody))
        {
            exchange.Record.RequestBodyBytes = body.Length;
            body.Release();
        }

        return verdict;
    }

    private ValueTask CarryOutAsync(Exchange exchange, Verdict verdict)
    {
        switch (verdict.Kind)
        {
            case VerdictKind.Answer:
                return AnswerAsync(exchange, verdict.Response!, verdict.End);
            case VerdictKind.Refuse when exchange.Client.Failure is not (ExchangeEnd.None or ExchangeEnd.BadRequest or ExchangeEnd.BodyTimeout):
                // Nobody is there to be answered.
                exchange.Record.End = verdict.End;
                return default;
            case VerdictKind.Refuse:
                return RefuseAsync(exchange, verdict.End, exchange.Record.Violation);
            case VerdictKind.Drop:
                exchange.Record.End = verdict.End;
                exchange.Client.Abort(verdict.End);
                return default;
            default:
                // 6. The origin.
                return _forwarder.ForwardAsync(exchange);
        }
    }

    /// <summary>
    /// What becomes of a well-formed request: everything up to the origin, or to the module that must see the body first
    /// (<see cref="Resume"/>). Looks at the head alone, and sends nothing, so that an explanation can ask it too.
    /// </summary>
    public static Verdict Decide(Exchange exchange)
    {
        // 1. Who is asking.
        exchange.Identify(exchange.Generation.Settings);

        // 2. The edge's own view of the request, for people.
        RequestHead request = exchange.Request;
        if (request.Path.SequenceEqual(TraceEndpoint.Path))
        {
            return Verdict.Answer(TraceEndpoint.Create(exchange));
        }

        // 3. Whose site it is.
        Zone? zone = exchange.Generation.Zones.Find(request.HostName);
        if (zone is null)
        {
            return Verdict.Refuse(ExchangeEnd.UnknownHost);
        }

        exchange.Zone = zone;

        if (exchange.Connection.Redirect?.OnRequest(exchange) is { Kind: VerdictKind.Answer } redirect)
        {
            return redirect;
        }

        // 4. What is stated to be too long need not be read.
        if (request.ContentLength > zone.BodyLimit)
        {
            return Verdict.Refuse(ExchangeEnd.BodyTooLarge);
        }

        if (request.IsWebSocketUpgrade && !zone.AllowUpgrade)
        {
            return Verdict.Answer(NoWebSocket);
        }

        // 5. The zone's modules.
        return RunModules(exchange, zone.RequestModules, 0);
    }

    /// <summary>Goes on with the module that waited for the request's body.</summary>
    public static Verdict Resume(Exchange exchange) => RunModules(exchange, exchange.Zone!.RequestModules, exchange.WaitingModule);

    private static Verdict RunModules(Exchange exchange, IRequestModule[] modules, int first)
    {
        for (int i = first; i < modules.Length; i++)
        {
            Verdict verdict = modules[i].OnRequest(exchange);
            if (verdict.Kind != VerdictKind.Continue)
            {
                exchange.WaitingModule = i;
                return verdict;
            }
        }

        return Verdict.Continue;
    }

    /// <summary>As <see cref="Decide"/>, with a look at the clock: generations are being compared.</summary>
    private static Verdict DecideAndMeasure(Exchange exchange)
    {
        long began = exchange.Clock.Micros;
        Verdict verdict = Decide(exchange);
        exchange.Record.WorkMicros = exchange.Clock.Micros - began;
        return verdict;
    }

    /// <summary>As <see cref="Resume"/>, added to what <see cref="DecideAndMeasure"/> found.</summary>
    private static Verdict ResumeAndMeasure(Exchange exchange)
    {
        long began = exchange.Clock.Micros;
        Verdict verdict = Resume(exchange);
        exchange.Record.WorkMicros += exchange.Clock.Micros - began;
        return verdict;
    }

    /// <summary>Answers with the page for what went wrong.</summary>
    public static ValueTask RefuseAsync(Exchange exchange, ExchangeEnd end, HttpViolation violation)
    {
        exchange.Record.Violation = violation;
        return AnswerAsync(exchange, ErrorPage(exchange, end, violation), end);
    }

    /// <summary>A fault of our own: says so in the log, and to the client where that is still possible.</summary>
    public ValueTask FaultAsync(Exchange exchange, Exception exception)
    {
        Log.Fault(_logger, exchange.Ray, exception);
        if (exchange.Client.ResponseStarted)
        {
            exchange.Record.End = ExchangeEnd.EdgeFault;
            exchange.Client.Abort(ExchangeEnd.EdgeFault);
            return default;
        }

        return RefuseAsync(exchange, ExchangeEnd.EdgeFault, HttpViolation.None);
    }

    /// <summary>Records an exchange that is over. Never throws.</summary>
    public void Finish(Exchange exchange)
    {
        ref ExchangeRecord record = ref exchange.Record;
        record.EndMicros = _plane.Clock.Micros;

        // Before the front end looks where in the body it is.
        exchange.ReadAhead?.Release();
        ExchangeEnd failure = exchange.Client.Failure;
        if (failure != ExchangeEnd.None)
        {
            record.End = failure;
        }

        WafRun? waf = exchange.WafIfAny;
        waf?.Finish();
        _plane.Metrics.ExchangeEnded(exchange);
        _plane.InForce.Canary?.Add(exchange);
        _plane.Recent.Offer(exchange);
        ZoneFuses? fuses = exchange.Zone is { } zone ? zone.Fuses : _plane.Fuses?.NoZone;
        if (_plane.AccessLog is { } log)
        {
            Fuse.Run(fuses?[ModuleId.AccessLog], exchange, log, static (exchange, log) => log.Write(exchange));
        }

        if (exchange.RulesIfAny is { Hits.IsEmpty: false } || waf is { Facts: not null })
        {
            Fuse.Run(fuses?[ModuleId.Events], exchange, _plane.Events, static (exchange, events) => RecordEvents(exchange, events));
        }
    }

    private static void RecordEvents(Exchange exchange, SecurityEvents events)
    {
        if (exchange.RulesIfAny is { Hits.IsEmpty: false } rules)
        {
            events.Record(exchange, rules);
        }

        if (exchange.WafIfAny is { Facts: not null } waf)
        {
            events.Record(exchange, waf);
        }
    }

    /// <summary>The page of the exchange's zone, or of the edge where no zone is known.</summary>
    public static LocalResponse ErrorPage(Exchange exchange, ExchangeEnd end, HttpViolation violation)
    {
        ErrorPages pages = exchange.Zone?.Errors ?? ErrorPages.Default;
        bool close = end is ExchangeEnd.BadRequest or ExchangeEnd.HeaderTimeout or ExchangeEnd.BodyTimeout or ExchangeEnd.BodyTooLarge;
        return pages.HasOwn && exchange.Zone?.Fuses is { } fuses
            ? OwnErrorPage(fuses[ModuleId.ErrorPages], exchange, pages, end, violation, close) ?? pages.BuiltIn.Create(exchange, end, violation, close)
            : pages.Create(exchange, end, violation, close);
    }

    /// <summary>A page that the zone's operator has made; null where that fails.</summary>
    private static LocalResponse? OwnErrorPage(Fuse fuse, Exchange exchange, ErrorPages pages, ExchangeEnd end, HttpViolation violation, bool close)
    {
        LocalResponse? page = null;
        Fuse.Run(fuse, exchange, pages, (exchange, pages) => page = pages.Create(exchange, end, violation, close));
        return page;
    }

    /// <summary>Sends an answer of the edge, past the zone's response modules.</summary>
    public static ValueTask AnswerAsync(Exchange exchange, LocalResponse response, ExchangeEnd end)
    {
        exchange.Record.End = end;
        exchange.AnswerWith(response);
        if (ResponseModules.Run(exchange) is { } instead)
        {
            exchange.AnswerWith(response = instead);
        }

        // Whether the client took it is recorded by the client's side.
        ValueTask<bool> sent = exchange.Client.SendAsync(exchange, response);
        return sent.IsCompletedSuccessfully ? Done(sent.Result) : Await(sent);

        static ValueTask Done(bool _) => default;
        static async ValueTask Await(ValueTask<bool> sent) => await sent.ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Fault in the edge while answering ray {Ray}. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger logger, RayId ray, Exception exception);
    }
}
