using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Rules;
using Breakwater.Http;
using Breakwater.Rules.Rulesets;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Waf;

/// <summary>
/// One exchange on its way through the firewall: holds the transaction while there is something to judge, and what came of it until the
/// exchange is over. Owned by one exchange and as long-lived as that object; allocates nothing in steady state, except for what is refused or told.
/// </summary>
/// <remarks>
/// <code>
///  head ─ phase 1 ─┬─ no body ──────────────┬─ phase 2 ─┬─ responses not inspected ─ phase 5 ─ transaction back
///                  └─ ReadBody … the body ──┘           └─ origin … phases 3 and 4 ─ phase 5 ─ transaction back
/// </code>
/// Where others wait with theirs already, the transaction goes back before a wait, and what it had seen is judged anew after it.
/// </remarks>
internal sealed partial class WafRun(Exchange exchange)
{
    private ZoneWaf? _waf;
    private WafTransaction? _transaction;
    private Stage _stage;
    private bool _isWaiting;
    private long _waitingBytes;
    private WafVerdict _decided;
    private WafVerdict _ownVerdict;
    private string? _trouble;

    private enum Stage : byte
    {
        None,
        AwaitsBody,
        Examined,
        AwaitsResponse,
        AwaitsResponseBody,
        Over,
    }

    /// <summary>The firewall that looked at the exchange; null where none did.</summary>
    public ZoneWaf? Firewall => _waf;

    /// <summary>What the rules found of the request, in points; null where they have not looked at all of it.</summary>
    public WafScore? Score { get; private set; }

    /// <summary>What is to be told; null where nothing is.</summary>
    public WafFacts? Facts { get; private set; }

    /// <summary>What became of it.</summary>
    public RuleEffect Effect { get; private set; }

    /// <summary>Transactions of the zone since its last event that were only counted.</summary>
    public long Suppressed { get; private set; }

    /// <summary>Whether nothing is to be counted or kept: the exchange is an explanation's. To be set before the first phase.</summary>
    public bool IsRehearsal { get; set; }

    /// <summary>Whether what it would have found is missing, because it was left out or had a fault; not because there was nothing to look at.</summary>
    public bool IsAbsent { get; private set; }

    /// <summary>Whether the response is to be shown to the rules.</summary>
    public bool AwaitsResponse => _stage == Stage.AwaitsResponse;

    /// <summary>The request, where its verdict is to take effect.</summary>
    public Verdict Judge(ZoneWaf waf)
    {
        if (IsSpared())
        {
            // What was found out before the rule that spares it is nobody's business.
            Drop();
            _stage = Stage.Over;
            return Verdict.Continue;
        }

        Verdict verdict = Examine(waf);
        if (verdict.Kind == VerdictKind.ReadBody || _stage != Stage.Examined)
        {
            return verdict;
        }

        Keep(_transaction!);
        if (_decided.IsContinue && waf.InspectsResponses)
        {
            _stage = Stage.AwaitsResponse;
            Park();
            return Verdict.Continue;
        }

        Conclude();
        return Answer();
    }

    /// <summary>Finds out what the rules say of the request, without effect yet. Asks for the body where they must see it.</summary>
    public Verdict Examine(ZoneWaf waf)
    {
        try
        {
            return _stage switch
            {
                Stage.None => ExamineHead(waf),
                Stage.AwaitsBody => ExamineBody(),
                _ => Verdict.Continue,
            };
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return OnFault(waf, fault, ModuleId.Waf);
        }
    }

    /// <summary>The exchange goes on without the firewall, from wherever it was.</summary>
    public void Abandon()
    {
        Lose();
        _stage = Stage.Over;
        Score = null;
        IsAbsent = true;
    }

    /// <summary>The exchange is over: what was not concluded is.</summary>
    public void Finish()
    {
        if (_refused is not null)
        {
            ExamineRefusedHead();
        }

        if (_transaction is not null)
        {
            Conclude();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Drop();
        ReturnRefusedHead();
        _waf = null;
        _stage = Stage.None;
        _decided = _ownVerdict = default;
        _trouble = null;
        _redirect = null;
        ReplacedBy = ExchangeEnd.None;
        Score = null;
        Facts = null;
        DecidedBy = null;
        Effect = default;
        Suppressed = 0;
        IsRehearsal = IsAbsent = false;
    }

    private bool IsSpared() =>
        exchange.RulesIfAny is { Rules: not null, State: { } state }
        && (state.Products.HasFlag(SkippedProducts.Waf) || state.IsSkipped(RulePhase.HttpRequestFirewallManaged));

    private Verdict ExamineHead(ZoneWaf waf)
    {
        _waf = waf;
        WafTransaction transaction = Begin();
        if (!transaction.IsActive)
        {
            Drop();
            _stage = Stage.Over;
            return Verdict.Continue;
        }

        _decided = transaction.Evaluate(SecPhase.RequestHeaders);
        if (!_decided.IsContinue || exchange.Client.BodyEnded || !transaction.InspectsRequestBody || exchange.Request.MethodKind == MethodKind.Connect)
        {
            return Examined(transaction);
        }

        if (IsStream(exchange.Request))
        {
            Count(WafBody.Stream);
            return Examined(transaction);
        }

        int limit = (int)Math.Min(transaction.RequestBodyLimit, waf.BodyLimit);
        if (waf.OnLargeBody == Config.WafLargeBody.Refuse && exchange.Request.ContentLength > limit && waf.Enforces)
        {
            // What is stated to be too long need not be read.
            _decided = new WafVerdict(WafVerdictKind.Deny, 413, null, SecPhase.RequestBody);
            _stage = Stage.Examined;
            return Verdict.Continue;
        }

        _stage = Stage.AwaitsBody;
        Park();
        return Verdict.ReadBody(limit);
    }

    private Verdict ExamineBody()
    {
        WafTransaction transaction = Resume();
        ReadAheadStream body = exchange.ReadAhead!;
        WafBody inspected = RequestBodyInspection.Give(exchange.Request, body, transaction);
        Count(inspected);
        if (inspected == WafBody.NoMemory)
        {
            _trouble = "no memory for the request's body";
        }
        else if (inspected == WafBody.Undecodable)
        {
            _trouble = "the request's body cannot be decoded";
            _ownVerdict = new WafVerdict(WafVerdictKind.Deny, 400, null, SecPhase.RequestBody);
        }

        _decided = transaction.Verdict;
        Verdict verdict = Examined(transaction);
        if (_decided.IsContinue && RequestBodyInspection.HoldsText(exchange.Request, body))
        {
            ExamineAsItIs(body);
        }

        return verdict;
    }

    /// <summary>A body that says that it is coded, as an origin sees it that does not decode. The worse of the two counts.</summary>
    private void ExamineAsItIs(ReadAheadStream body)
    {
        WafTransaction decoded = _transaction!;
        WafScore? score = Score;
        _transaction = null;
        WafTransaction transaction = Begin();
        transaction.Evaluate(SecPhase.RequestHeaders);
        RequestBodyInspection.GiveAsItIs(body, transaction);
        Examined(transaction);
        bool isWorse = !_decided.IsContinue || !transaction.Withheld.IsContinue || Score?.Total > score?.Total;
        _waf!.Stores.Transactions.Return(isWorse ? decoded : transaction);
        if (!isWorse)
        {
            _transaction = decoded;
            Score = score;
        }
    }

    /// <summary>The rules about bodies run whether or not there is one.</summary>
    private Verdict Examined(WafTransaction transaction)
    {
        if (_decided.IsContinue)
        {
            _decided = transaction.Evaluate(SecPhase.RequestBody);
        }

        if (_decided.IsContinue)
        {
            _decided = !_ownVerdict.IsContinue ? _ownVerdict
                : _trouble is not null ? new WafVerdict(WafVerdictKind.Exhausted, 0, null, SecPhase.RequestBody)
                : _decided;
        }

        _stage = Stage.Examined;
        Score = WafScore.Of(transaction);
        return Verdict.Continue;
    }

    /// <summary>A transaction that has been told of the connection and of the request's head.</summary>
    private WafTransaction Begin()
    {
        WafTransaction transaction = _transaction ??= _waf!.Stores.Transactions.Rent();
        Span<byte> client = stackalloc byte[Clients.ClientAddress.MaxTextLength];
        Span<byte> server = stackalloc byte[Clients.ClientAddress.MaxTextLength];
        Span<byte> ray = stackalloc byte[RayId.Length];
        exchange.Ray.Format(ray);
        ClientConnection connection = exchange.Connection;
        transaction.Begin(_waf!.OverlayFor(exchange), new WafConnection
        {
            ClientAddress = client[..exchange.ClientAddress.Format(client)],
            ClientPort = connection.PeerPort,
            ServerAddress = server[..Clients.ClientAddress.From(connection.Local.Address).Format(server)],
            ServerPort = connection.Local.Port,
            UniqueId = ray,
        });
        if (_refused is null)
        {
            transaction.SetRequest(exchange.Request);
        }
        else
        {
            transaction.SetRefusedRequest(RefusedHead);
        }

        if (!IsRehearsal && _waf.Stores.Times.Take(transaction.Program) is { } profile)
        {
            transaction.Time(profile);
        }

        return transaction;
    }

    /// <summary>Makes ready for a wait.</summary>
    private void Park()
    {
        if (_waf!.Stores.Transactions.TryWait(_transaction!, out _waitingBytes))
        {
            _isWaiting = true;
        }
        else
        {
            Release();
        }
    }

    /// <summary>After a wait: the transaction, which has seen the head.</summary>
    private WafTransaction Resume()
    {
        EndWait();
        if (_transaction is { } kept)
        {
            return kept;
        }

        WafTransaction transaction = Begin();
        transaction.Evaluate(SecPhase.RequestHeaders);
        return transaction;
    }

    private void EndWait()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            _waf!.Stores.Transactions.EndWait(_waitingBytes);
        }
    }

    /// <summary>Gives the transaction back.</summary>
    private void Release()
    {
        if (_transaction is { } transaction)
        {
            _transaction = null;
            _waf!.Stores.Transactions.Return(transaction);
        }
    }

    private void Drop()
    {
        EndWait();
        Release();
    }

    /// <summary>All has been judged: the rules that keep records run, what is to be told is taken down, the transaction goes back.</summary>
    private void Conclude()
    {
        EndWait();
        _stage = Stage.Over;
        if (_transaction is not { } transaction)
        {
            return;
        }

        try
        {
            if (!IsRehearsal)
            {
                transaction.Evaluate(SecPhase.Logging);
                _waf!.Stores.Observer?.Invoke(exchange, transaction);
            }

            Tell(transaction);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            TellFault(_waf!, fault, ModuleId.Waf);
            Lose();
        }

        Release();
    }

    private Verdict OnFault(ZoneWaf waf, Exception fault, ModuleId module)
    {
        TellFault(waf, fault, module);
        Lose();
        _waf = waf;
        _stage = Stage.Over;
        Score = null;
        IsAbsent = true;
        _decided = new WafVerdict(WafVerdictKind.Exhausted, 0, null, SecPhase.RequestBody);
        _trouble = "a fault of the firewall";
        TellTrouble();
        return Answer();
    }

    /// <summary>Tells the fuse of a fault; it tells the log, once and not each time.</summary>
    private void TellFault(ZoneWaf waf, Exception fault, ModuleId module)
    {
        if (!IsRehearsal && exchange.Zone?.Fuses is { } fuses)
        {
            fuses[module].Threw(fault, exchange);
        }
        else
        {
            Log.Fault(waf.Stores.Log, exchange.Ray, fault);
        }
    }

    /// <summary>Lets go of a transaction of which nobody knows what state it is in.</summary>
    private void Lose()
    {
        EndWait();
        _transaction?.Dispose();
        _transaction = null;
    }

    /// <summary>Keeps a request that is refused, or would be, while its body is still there.</summary>
    private void Keep(WafTransaction transaction)
    {
        bool wouldBe = _decided.Kind is not (WafVerdictKind.Continue or WafVerdictKind.Exhausted) || !transaction.Withheld.IsContinue;
        if (wouldBe && !IsRehearsal)
        {
            _waf!.Stores.Samples.Add(exchange);
        }
    }

    private void Count(WafBody body)
    {
        if (!IsRehearsal)
        {
            _waf!.State.Count(body);
        }
    }

    /// <summary>Bodies that are streams of calls: client and origin take turns, so that waiting for the end would be waiting for ever.</summary>
    private static bool IsStream(RequestHead request) =>
        request.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> type)
        && (StartsWith(type, "application/grpc"u8) || StartsWith(type, "application/connect+"u8));

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.Length >= start.Length && System.Text.Ascii.EqualsIgnoreCase(text[..start.Length], start);

    private static partial class Log
    {
        [LoggerMessage(EventId = 643, Level = LogLevel.Error, Message = "Fault in the firewall at ray {Ray}. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, RayId ray, Exception fault);
    }
}
