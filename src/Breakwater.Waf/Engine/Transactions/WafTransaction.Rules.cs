using Breakwater.Matching;
using Breakwater.Waf.Bodies;
using Breakwater.Waf.Operators;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <content>
/// The rules of a phase, in order:
/// <code>
///   rule ── removed or skipped? ──> each value of each target ── operator ──> actions of the link, for each value that matches
///        ── chain: the next link, which sees what this one matched ──> all links matched: ctl, the record, then the disruptive action, once
/// </code>
/// </content>
public sealed partial class WafTransaction
{
    private readonly List<WafTarget> _found = [];

    /// <summary>
    /// Runs the rules of a phase. After a refusal only phase 5 runs. The answer is what to do now; in phase 5 it is always to go on.
    /// </summary>
    public WafVerdict Evaluate(SecPhase phase)
    {
        WafVerdict goOn = new(WafVerdictKind.Continue, 0, null, phase);
        if (!IsActive) return goOn;
        bool isLogging = phase == SecPhase.Logging;
        if (!_verdict.IsContinue && !isLogging) return _verdict;
        _phase = phase;
        if (phase >= SecPhase.RequestBody && !_bodyParsed) ParseBody();
        if (phase >= SecPhase.ResponseBody) EndResponseBody();
        if (Controls.Allow == AllowScope.All && !isLogging) return goOn;
        if (Controls.Allow == AllowScope.Request && phase <= SecPhase.RequestBody) return goOn;
        Controls.Allow = AllowScope.None;
        Run(Overlay.Plan.Phases[(int)phase]);
        if (isLogging) return goOn;
        if (_work.IsSpent && _verdict.IsContinue) Decide(new WafVerdict(WafVerdictKind.Exhausted, 0, Running, phase));
        return _verdict.IsContinue ? goOn : _verdict;
    }

    private void Run(PhaseScan phase)
    {
        WafRule[] rules = phase.Rules;
        RuleStep[] steps = phase.Steps;
        TransactionControls controls = Controls;
        FeedTable feeds = _parts!.Feeds;
        TxTable tx = Tx;
        feeds.Begin(phase);
        int at = 0;
        while (at < steps.Length)
        {
            ref readonly RuleStep step = ref steps[at++];
            if (controls.IsRemoved(step.Ordinal)) continue;
            switch (step.Kind)
            {
                case StepKind.Candidate:
                    if (!feeds.MayHold(step.Word, step.Bit)) continue;
                    break;
                case StepKind.TxPresent:
                    if (!TransactionMemory.IsPresent(tx[step.Place])) continue;
                    break;
                case StepKind.TxCount:
                    bool isThere = TransactionMemory.IsPresent(tx[step.Place]);
                    if (!(isThere ? step.HoldsWhenThere : step.HoldsWhenNot) && !controls.HasExclusion(step.Ordinal)) continue;
                    break;
                case StepKind.TxNumber:
                    if (!(tx.TryNumber(step.Place, out long number) ? (number >= step.From && number <= step.To) || step.HoldsWhenThere : step.HoldsWhenNot)) continue;
                    if (!step.OnlySkips || controls.HasExclusion(step.Ordinal)) break;
                    at = step.SkipTo;
                    continue;
            }

            WafRule rule = rules[at - 1];
            Running = rule;
            if (step.OnlySets && step.Kind is StepKind.Always or StepKind.TxCount && !controls.HasExclusion(step.Ordinal))
            {
                SetOnly(rule.First);
                if (rule.SkipTo >= 0) at = rule.SkipTo;
                continue;
            }

            if (!(_profile is null ? TryRule(rule) : TryRuleTimed(rule, _profile))) continue;
            if (_phase != SecPhase.Logging && (!_verdict.IsContinue || _work.IsSpent || Controls.Allow != AllowScope.None)) break;
            if (_phase == SecPhase.Logging && _work.IsSpent) break;
            if (rule.SkipTo >= 0) at = rule.SkipTo;
        }

        feeds.End();
    }

    /// <summary>What a rule does that only sets variables, and of which it is known that it matches: most of those by which a ruleset sets itself up.</summary>
    private void SetOnly(RuleLink link)
    {
        if (link.Kind == LinkKind.Tx)
        {
            int slot = link.Pieces[0].TxSlot;
            Matched.Clear();
            Matched.Add(new WafTarget(SecVariable.Tx, Program.TxNames[slot], TransactionMemory.IsPresent(Tx[slot]) ? Program.One : Program.Zero));
        }

        foreach (RuleAction action in link.Actions) action.Run(this);
    }

    private bool TryRuleTimed(WafRule rule, WafProfile profile)
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        bool matched = TryRule(rule);
        profile.Add(rule, System.Diagnostics.Stopwatch.GetTimestamp() - began);
        return matched;
    }

    /// <summary>Runs one rule with all its links and, if they match, what it does.</summary>
    private bool TryRule(WafRule rule)
    {
        RuleLink first = rule.First;
        Log.BeginRule();
        if (!Holds(first))
        {
            return false;
        }

        for (RuleLink? link = first.Next; link is not null; link = link.Next)
        {
            if (!Holds(link)) return false;
        }

        Finish(rule);
        return true;
    }

    /// <summary>Runs one link: whether any of its values matches; their actions have run then.</summary>
    private bool Holds(RuleLink link)
    {
        switch (link.Kind)
        {
            case LinkKind.Always:
                RunActions(link);
                return true;
            case LinkKind.Tx: return HoldsForTx(link);
            case LinkKind.Bundle: return HoldsForBundle(link);
            default: return HoldsForVolatile(link);
        }
    }

    private bool HoldsForTx(RuleLink link)
    {
        TargetPiece piece = link.Pieces[0];
        ByteSlice value = Tx[piece.TxSlot];
        bool isPresent = TransactionMemory.IsPresent(value);
        if (piece.IsCount) value = isPresent ? Program.One : Program.Zero;
        else if (!isPresent) return false;
        if (Controls.HasExclusion(link.Rule.Ordinal) && Controls.IsExcluded(link.Rule.Ordinal, piece, Memory[Program.TxNames[piece.TxSlot]]))
        {
            if (!piece.IsCount) return false;
            value = Program.Zero;
        }

        ByteSlice argument = Expand(link.Argument);
        if (!Test(link, value, argument)) return false;
        Matched.Clear();
        Match(link, new WafTarget(SecVariable.Tx, Program.TxNames[piece.TxSlot], value));
        return true;
    }

    private bool HoldsForBundle(RuleLink link)
    {
        Bundle bundle = link.Bundle!;
        FeedTable feeds = _parts!.Feeds;
        bool isSearched = link.CanBeSearched && ReferenceEquals(link, link.Rule.First) && Overlay.Plan.Has(link.Rule);
        ByteSlice argument = Expand(link.Argument);
        bool any = false;
        foreach (Feed feed in bundle.Feeds)
        {
            TargetScan? scan = isSearched ? feeds.ScanOf(feed.Piece, bundle.IsResponse) : null;
            if (scan is not null && !feeds.MayHold(scan, link.Bit)) continue;
            (int start, int count) = feeds.Read(feed.Piece);
            for (int i = start; i < start + count && !_work.IsSpent; i++)
            {
                FeedEntry entry = feeds[i];
                if (scan is not null && !FeedTable.MayHold(entry, scan, link.Bit)) continue;
                if (!feed.MultiMatch)
                {
                    int value = Buffers.Transform(entry.Buffer, feed.Chain);
                    if (scan is not null && !MayMatch(link, scan, entry.Buffer, value)) continue;
                    any |= HoldsForEntry(link, feed, entry.Name, value, argument, any);
                    continue;
                }

                int buffer = entry.Buffer;
                any |= HoldsForEntry(link, feed, entry.Name, buffer, argument, any);
                foreach (Transformations.TransformationKind kind in feed.Chain.Kinds)
                {
                    int next = Buffers.Transform(buffer, kind);
                    if (next != buffer) any |= HoldsForEntry(link, feed, entry.Name, next, argument, any);
                    buffer = next;
                }
            }
        }

        return any;
    }

    private bool HoldsForEntry(RuleLink link, Feed feed, ByteSlice name, int buffer, ByteSlice argument, bool hasMatched)
    {
        bool isResponse = link.Bundle!.IsResponse;
        bool isScanned = link.Bit >= 0 && Buffers.IsNarrowed(buffer, isResponse);
        int word = link.Bit >> 6;
        ulong bit = 1UL << link.Bit;
        bool isCandidate = !isScanned || (Buffers.NarrowedOf(buffer, isResponse)[word] & bit) != 0;
        if (!isCandidate && !link.Negated) return false;
        if (Controls.HasExclusion(link.Rule.Ordinal) && Controls.IsExcluded(link.Rule.Ordinal, feed.Piece, Memory[name])) return false;
        ByteSlice value = Buffers.SliceOf(buffer);
        bool holds = isCandidate && ((!link.Capture && IsExact(link, buffer)) || TestOperator(link, value, argument));
        if (isScanned && isCandidate && !holds) Buffers.NarrowedOf(buffer, isResponse)[word] &= ~bit;
        if (holds == link.Negated) return false;
        if (!hasMatched) Matched.Clear();
        Match(link, new WafTarget(feed.Piece.Variable, name, value));
        return true;
    }

    /// <summary>
    /// Whether a value is worth a test. That of one that was tested along with others is charged all the same: else the same request would not
    /// always cost the same.
    /// </summary>
    private bool MayMatch(RuleLink link, TargetScan scan, int source, int buffer)
    {
        if (!Buffers.IsNarrowed(buffer, scan.IsResponse) || !RuleBits.Has(Buffers.NarrowedOf(buffer, scan.IsResponse), link.Bit)) return true;
        if (Buffers.MayMatch(buffer, link.Bit, scan, source)) return true;
        _work.Charge(Buffers.SliceOf(buffer).Length);
        return false;
    }

    /// <summary>Whether the search for literals has settled that the operator holds.</summary>
    private bool IsExact(RuleLink link, int buffer)
    {
        bool isResponse = link.Bundle!.IsResponse;
        return link.Bit >= 0 && Overlay.Plan.IndexOf(isResponse).IsExact(link.Bit) && Buffers.IsSearched(buffer, isResponse);
    }

    private bool HoldsForVolatile(RuleLink link)
    {
        _found.Clear();
        foreach (TargetPiece piece in link.Pieces) Find(link.Rule, piece);
        if (_found.Count == 0) return false;
        ByteSlice argument = Expand(link.Argument);
        bool any = false;
        int count = _found.Count;
        for (int i = 0; i < count && !_work.IsSpent; i++)
        {
            WafTarget target = _found[i];
            int buffer = link.Chain.IsEmpty ? -1 : Buffers.Intern(target.Value);
            if (link.MultiMatch)
            {
                any |= TestStep(link, target, argument, any);
                foreach (Transformations.TransformationKind kind in link.Chain.Kinds)
                {
                    int next = Buffers.Transform(buffer, kind);
                    if (next != buffer) any |= TestStep(link, target with { Value = Buffers.SliceOf(next) }, argument, any);
                    buffer = next;
                }
            }
            else
            {
                ByteSlice value = buffer < 0 ? target.Value : Buffers.SliceOf(Buffers.Transform(buffer, link.Chain));
                any |= TestStep(link, target with { Value = value }, argument, any);
            }
        }

        return any;
    }

    private bool TestStep(RuleLink link, WafTarget target, ByteSlice argument, bool hasMatched)
    {
        if (!Test(link, target.Value, argument)) return false;
        if (!hasMatched) Matched.Clear();
        Match(link, target);
        return true;
    }

    private bool Test(RuleLink link, ByteSlice value, ByteSlice argument) => TestOperator(link, value, argument) != link.Negated;

    private bool TestOperator(RuleLink link, ByteSlice value, ByteSlice argument)
    {
        _work.Charge(value.Length);
        if (link.IsGeoLookup) return LookUp(value);
        if (!link.Capture || link.Negated) return link.Operator.IsMatch(Memory[value], Memory[argument]);
        Span<ByteRange> match = stackalloc ByteRange[1];
        if (!link.Operator.TryMatch(Memory[value], Memory[argument], match, out int count)) return false;
        if (count > 0) Tx.Capture(link.Operator, value, argument, match[0]);
        Span<byte> text = stackalloc byte[Operator.MaxCapturedText];
        int length = link.Operator.CapturedText(Memory[value], text);
        if (length > 0) Tx.Set(0, Memory.Keep(text[..length]));
        return true;
    }

    private bool LookUp(ByteSlice address)
    {
        Variables.Geo.Clear();
        if (_environment.Geo is not { } geo) return false;
        Span<byte> copy = stackalloc byte[64];
        if (address.Length > copy.Length) return false;
        Memory[address].CopyTo(copy);
        return geo.TryLookup(copy[..address.Length], new GeoPlace(Memory, Variables.Geo.List));
    }

    /// <summary>A value matched: what the next link and macros see of it, and the link's actions.</summary>
    private void Match(RuleLink link, WafTarget target)
    {
        Matched.Add(target);
        if (link.Rule.Source.Log && IsOfMessage(target.Variable)) Log.AddTarget(target);
        RunActions(link);
    }

    private void RunActions(RuleLink link)
    {
        if (link.Severity is { } severity && severity < HighestSeverity) HighestSeverity = severity;
        foreach (RuleAction action in link.Actions) action.Run(this);
    }

    /// <summary>Whether a variable is part of what was sent, rather than something rules made.</summary>
    private static bool IsOfMessage(SecVariable variable) => VariableSources.Of(variable) != VariableSource.Volatile;

    /// <summary>The whole rule matched.</summary>
    private void Finish(WafRule rule)
    {
        RunControls(rule.First);
        SecDisruptive disruptive = rule.Source.Disruptive;
        bool isDisruptive = disruptive.Kind is SecDisruptiveKind.Deny or SecDisruptiveKind.Drop or SecDisruptiveKind.Redirect;
        if (rule.Source.AuditLog) _auditMatch = true;
        if (rule.Source.Log && Log.HasRoom())
        {
            ByteSlice message = ExpandMessage(rule.Msg);
            ByteSlice data = ExpandMessage(rule.LogData);
            Log.Add(new WafMatch(rule, Log.LastTarget(Matched.Last), message, data, 0, isDisruptive, 0, 0));
        }

        if (_phase == SecPhase.Logging) return;
        if (isDisruptive) Refuse(rule, disruptive);
        else if (Controls.Engine == SecEngineMode.On) Allow(disruptive.Kind);
    }

    /// <summary>The engine's changes, the chain's last link first, as libmodsecurity has it.</summary>
    private void RunControls(RuleLink link)
    {
        if (link.Next is not null) RunControls(link.Next);
        foreach (CtlAction control in link.Controls) control.Run(this);
    }

    private void Refuse(WafRule rule, SecDisruptive disruptive)
    {
        WafVerdict verdict = disruptive.Kind switch
        {
            SecDisruptiveKind.Drop => new WafVerdict(WafVerdictKind.Drop, 0, rule, _phase),
            SecDisruptiveKind.Redirect => new WafVerdict(WafVerdictKind.Redirect, rule.Source.Status is >= 300 and < 400 ? rule.Source.Status : 302, rule, _phase),
            _ => new WafVerdict(WafVerdictKind.Deny, rule.Source.Status == 0 ? 403 : rule.Source.Status, rule, _phase),
        };
        if (Controls.Engine == SecEngineMode.On && verdict.Kind == WafVerdictKind.Redirect) _redirect = Expand(rule.Location);
        Decide(verdict);
    }

    /// <summary>Lets a verdict take effect, or notes it where the mode only detects. The first one counts.</summary>
    private void Decide(WafVerdict verdict)
    {
        if (Controls.Engine == SecEngineMode.On || verdict.Kind == WafVerdictKind.Exhausted)
        {
            if (_verdict.IsContinue) _verdict = verdict;
        }
        else if (_withheld.IsContinue)
        {
            _withheld = verdict;
        }
    }

    private void Allow(SecDisruptiveKind kind)
    {
        Controls.Allow = kind switch
        {
            SecDisruptiveKind.Allow => AllowScope.All,
            SecDisruptiveKind.AllowPhase => AllowScope.Phase,
            SecDisruptiveKind.AllowRequest => AllowScope.Request,
            _ => Controls.Allow,
        };
    }

    private void NextEpoch(VariableSource source) => _parts!.Feeds.Renew(source);
}
