using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Http;
using Breakwater.Rules.Rulesets;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <content>The origin's response: its head, then as much of a text body as is there when the first bytes go out.</content>
internal sealed partial class WafRun
{
    /// <summary>Looks at the response's head. Returns what is to be sent in its place; null = it goes out.</summary>
    public LocalResponse? JudgeResponse() => Guarded(ofBody: false, default, isCut: false);

    /// <summary>Whether the rules are to see the response's body; after <see cref="JudgeResponse"/>.</summary>
    public bool WantsResponseBody => _stage == Stage.AwaitsResponseBody;

    /// <summary>How much of it.</summary>
    public int ResponseBodyLimit => (int)Math.Min(_transaction?.ResponseBodyLimit ?? 0, int.MaxValue);

    /// <summary>Looks at what there is of the body. Returns what is to be sent in the response's place; null = it goes out.</summary>
    /// <param name="body">What came of it.</param>
    /// <param name="isCut">Whether there was no memory to wait for more of it.</param>
    public LocalResponse? JudgeResponseBody(ReadOnlyMemory<byte> body, bool isCut) => Guarded(ofBody: true, body, isCut);

    /// <summary>Behind the fuse, where there is one.</summary>
    private LocalResponse? Guarded(bool ofBody, ReadOnlyMemory<byte> body, bool isCut)
    {
        if (IsRehearsal || exchange.Zone?.Fuses?[ModuleId.WafResponse] is not { } fuse)
        {
            return Judge(ofBody, body, isCut);
        }

        Admission admission = fuse.Admit();
        if (admission > Admission.Probe)
        {
            // What was found in the request is told all the same.
            Conclude();
            return PassResponseBy(admission);
        }

        FuseCall call = fuse.Begin(exchange);
        LocalResponse? instead;
        try
        {
            fuse.Strike(exchange);
            instead = Judge(ofBody, body, isCut);
        }
        catch (Exception fault)
        {
            call.Threw(fault);
            Lose();
            _stage = Stage.Over;
            return PassResponseBy(Admission.Blown);
        }

        call.End(admission);
        return instead;
    }

    private LocalResponse? PassResponseBy(Admission admission)
    {
        if (admission != Admission.Blown || _waf is not { Fail: Config.WafFail.Closed, Enforces: true })
        {
            return null;
        }

        ReplacedBy = ExchangeEnd.InspectionFailed;
        return Pipeline.ErrorPage(exchange, ExchangeEnd.InspectionFailed, HttpViolation.None);
    }

    private LocalResponse? Judge(bool ofBody, ReadOnlyMemory<byte> body, bool isCut)
    {
        try
        {
            return ofBody ? JudgeBody(body, isCut) : IsResponseSpared() ? null : JudgeHead();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return Instead(OnFault(_waf!, fault, ModuleId.WafResponse));
        }
    }

    private LocalResponse? JudgeBody(ReadOnlyMemory<byte> body, bool isCut)
    {
        if (_transaction is not { } transaction)
        {
            return null;
        }

        Give(body, transaction);
        _decided = transaction.Evaluate(SecPhase.ResponseBody);
        if (isCut)
        {
            _trouble = "no memory for the response's body";
            _decided = _decided.IsContinue ? new WafVerdict(WafVerdictKind.Exhausted, 0, null, SecPhase.ResponseBody) : _decided;
        }

        return Instead(Concluded());
    }

    private bool IsResponseSpared() =>
        exchange.RulesIfAny is { Rules: not null, State: { } state } && state.IsSkipped(RulePhase.HttpResponseFirewallManaged);

    private LocalResponse? JudgeHead()
    {
        WafTransaction transaction = Resume();
        ResponseHead head = exchange.Response;
        transaction.SetResponse(head);
        _decided = transaction.Evaluate(SecPhase.ResponseHeaders);
        bool hasBody = head.Framing != BodyFraming.None && !(head.Framing == BodyFraming.Length && head.ContentLength == 0);
        if (_decided.IsContinue && hasBody && transaction.InspectsResponseBody && !IsEventStream(head))
        {
            _stage = Stage.AwaitsResponseBody;
            return null;
        }

        if (_decided.IsContinue)
        {
            // What was found in the head is added up there.
            _decided = transaction.Evaluate(SecPhase.ResponseBody);
        }

        return Instead(Concluded());
    }

    private Verdict Concluded()
    {
        ReplacedBy = ExchangeEnd.AnsweredByEdge;
        Conclude();
        Verdict verdict = Answer();
        ReplacedBy = verdict.Kind == VerdictKind.Continue ? ExchangeEnd.None : verdict.End;
        return verdict;
    }

    private LocalResponse? Instead(Verdict verdict)
    {
        switch (verdict.Kind)
        {
            case VerdictKind.Continue:
                return null;
            case VerdictKind.Drop:
                ReplacedBy = ExchangeEnd.Dropped;
                exchange.Client.Abort(ExchangeEnd.Dropped);
                return Page(403);
            default:
                ReplacedBy = verdict.End;
                return verdict.Response ?? Pipeline.ErrorPage(exchange, verdict.End, HttpViolation.None);
        }
    }

    private void Give(ReadOnlyMemory<byte> body, WafTransaction transaction)
    {
        var codings = BodyDecoder.CodingsOf(exchange.Response);
        if (codings.IsEmpty)
        {
            transaction.AppendResponseBody(body.Span);
            return;
        }

        // A beginning is decoded as far as it goes.
        BodyDecoder.Decode(codings, new PartsStream(1, _ => body), body.Length, part => transaction.AppendResponseBody(part.Span));
    }

    private static bool IsEventStream(ResponseHead head) =>
        head.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> type) && StartsWith(type, "text/event-stream"u8);
}
