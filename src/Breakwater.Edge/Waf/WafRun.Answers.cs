using System.Text;
using Breakwater.Edge.Errors;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Rules;
using Breakwater.Http;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <content>What the verdict does, and what is told of it.</content>
internal sealed partial class WafRun
{
    /// <summary>Matches of one exchange that are told; more are only counted.</summary>
    private const int MaxMatches = 32;

    // Taken from the transaction before it goes back; null where the rules redirect nobody.
    private byte[]? _redirect;

    /// <summary>How an exchange ended whose origin had answered already when the firewall ended it; none where that did not happen.</summary>
    public ExchangeEnd ReplacedBy { get; private set; }

    /// <summary>The answer by which the firewall ends an exchange; to go on where it does not.</summary>
    private Verdict Answer()
    {
        switch (_decided.Kind)
        {
            case WafVerdictKind.Deny when !_waf!.Enforces:
            case WafVerdictKind.Continue:
                return Verdict.Continue;
            case WafVerdictKind.Drop:
                return Verdict.Drop;
            case WafVerdictKind.Redirect when _redirect is { Length: > 0 }:
                return Verdict.Answer(new LocalResponse { Status = _decided.Status, Fields = _redirect }, ExchangeEnd.Blocked);
            case WafVerdictKind.Exhausted:
                return _waf!.Fail == Config.WafFail.Closed && _waf.Enforces ? Verdict.Refuse(ExchangeEnd.InspectionFailed) : Verdict.Continue;
            case WafVerdictKind.Deny when _decided is { Rule: null, Status: 413 }:
                return Verdict.Refuse(ExchangeEnd.BodyTooLarge);
            default:
                return _decided.Status is 403 or < 400 or > 599 ? Verdict.Refuse(ExchangeEnd.Blocked) : Verdict.Answer(Page(_decided.Status), ExchangeEnd.Blocked);
        }
    }

    /// <summary>The zone's block page, with the status that a rule says.</summary>
    private LocalResponse Page(int status) =>
        (exchange.Zone?.Errors ?? ErrorPages.Default).Create(exchange, ExchangeEnd.Blocked, HttpViolation.None, closeConnection: false, status == 403 ? 0 : status);

    /// <summary>Takes down what is to be told of a transaction all of whose rules have run.</summary>
    private void Tell(WafTransaction transaction)
    {
        ZoneWaf waf = _waf!;
        if (_decided.Kind == WafVerdictKind.Redirect)
        {
            _redirect = Encoding.ASCII.GetBytes($"Location: {Ascii(transaction.RedirectLocation)}\r\nCache-Control: no-store\r\n");
        }

        bool isRefused = _decided.Kind is not (WafVerdictKind.Continue or WafVerdictKind.Exhausted);
        bool wouldBe = _refused is null && (isRefused || !transaction.Withheld.IsContinue);
        bool failed = _decided.Kind == WafVerdictKind.Exhausted;
        if (failed && _trouble is null)
        {
            _trouble = "more work than a request may cost";
            if (!IsRehearsal)
            {
                exchange.Zone?.Fuses?[ModuleId.Waf].Fail(FuseCause.Work, _trouble, exchange);
            }
        }

        Effect = (isRefused && waf.Enforces) || (failed && waf.Fail == Config.WafFail.Closed && waf.Enforces) ? RuleEffect.Ended
            : wouldBe ? RuleEffect.WouldHaveEnded
            : RuleEffect.Noted;
        int told = 0;
        foreach (WafMatch match in transaction.Matches)
        {
            told += IsTold(match) ? 1 : 0;
        }

        if (IsRehearsal)
        {
            Facts = told > 0 || wouldBe || failed ? FactsOf(transaction, told) : null;
            return;
        }

        waf.State.Count(
            failed ? Effect == RuleEffect.Ended ? WafOutcome.FailedClosed : WafOutcome.FailedOpen
            : Effect == RuleEffect.Ended ? WafOutcome.Refused
            : Effect == RuleEffect.WouldHaveEnded ? WafOutcome.Detected
            : told > 0 ? WafOutcome.Matched
            : WafOutcome.Clean);
        if (told == 0 && !wouldBe && !failed)
        {
            return;
        }

        if (wouldBe)
        {
            waf.Stores.Report.Add(waf, exchange, transaction, Effect);
        }

        long now = exchange.Clock.Micros;
        if (!waf.State.Events.Budget.TryTake(now) || !waf.Stores.Events.Total.TryTake(now))
        {
            waf.State.Events.Suppress();
            waf.Stores.Events.Suppress();
            return;
        }

        Suppressed = waf.State.Events.TakeSuppressed();
        Facts = FactsOf(transaction, told);
    }

    /// <summary>A transaction that is lost.</summary>
    private void TellTrouble()
    {
        Effect = _waf!.Fail == Config.WafFail.Closed && _waf.Enforces ? RuleEffect.Ended : RuleEffect.Noted;
        Facts = new WafFacts { Rules = _waf.Rules.Name, Score = 0, Threshold = 0, NotInspected = _trouble, Matches = [] };
        if (!IsRehearsal)
        {
            _waf.State.Count(Effect == RuleEffect.Ended ? WafOutcome.FailedClosed : WafOutcome.FailedOpen);
        }
    }

    /// <summary>The match that decided; null where the edge itself did, or nobody.</summary>
    public WafMatchFacts? DecidedBy { get; private set; }

    /// <summary>Whether it was decided over the response.</summary>
    public bool IsOfResponse => _decided.Phase is SecPhase.ResponseHeaders or SecPhase.ResponseBody && !_decided.IsContinue;

    private WafFacts FactsOf(WafTransaction transaction, int told)
    {
        WafScore score = Score ?? WafScore.Of(transaction);
        var matches = new WafMatchFacts[Math.Min(told, MaxMatches)];
        int at = 0;
        foreach (WafMatch match in transaction.Matches)
        {
            if (at < matches.Length && IsTold(match))
            {
                matches[at++] = WafMatchText.Of(transaction, match, _waf!.Redaction);
            }
        }

        DecidedBy = DeciderOf(transaction);
        return new WafFacts
        {
            Rules = _waf!.Rules.Name,
            Score = score.Total,
            Threshold = score.Threshold,
            OutboundScore = WafScore.Outbound(transaction),
            NotInspected = _trouble,
            Matches = matches,
            Omitted = told - matches.Length + transaction.DroppedMatches,
        };
    }

    /// <summary>The match that refused, or wanted to; else the one with the most points.</summary>
    private WafMatchFacts? DeciderOf(WafTransaction transaction)
    {
        WafRule? decider = _decided.Rule ?? transaction.Withheld.Rule;
        WafMatch? found = null;
        foreach (WafMatch match in transaction.Matches)
        {
            if (decider is null ? match.Score > (found?.Score ?? 0) : match.Rule == decider)
            {
                found = match;
            }
        }

        return found is { } one ? WafMatchText.Of(transaction, one, _waf!.Redaction) : null;
    }

    /// <summary>Rules that only add up or report what others found say nothing of their own, unless they decide.</summary>
    private static bool IsTold(in WafMatch match) => match.Score > 0 || match.IsDisruptive || match.Target.Variable != SecVariable.Tx;

    /// <summary>A text as it may stand in a Location field.</summary>
    private static string Ascii(ReadOnlySpan<byte> text)
    {
        var line = new StringBuilder(text.Length);
        foreach (byte one in text[..Math.Min(text.Length, 8192)])
        {
            if (one is > (byte)' ' and < 0x7F and not (byte)'"' and not (byte)'<' and not (byte)'>' and not (byte)'\\' and not (byte)'`')
            {
                line.Append((char)one);
            }
            else
            {
                line.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return line.ToString();
    }
}
