using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Explain;
using Breakwater.Http;
using Breakwater.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>What became of a rule's match.</summary>
internal enum RuleEffect : byte
{
    /// <summary>It was only to be noted.</summary>
    Noted,

    /// <summary>It ended the exchange.</summary>
    Ended,

    /// <summary>It would have ended the exchange; protections only record here.</summary>
    WouldHaveEnded,
}

/// <summary>A match that becomes an event. Immutable.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Effect">What became of it.</param>
/// <param name="Seen">What its expression saw; null where the rule has had too many events, so that this one is only counted.</param>
internal readonly record struct RuleHit(CompiledRule Rule, RuleEffect Effect, EventValues? Seen = null);

/// <summary>
/// One exchange on its way through the rules of its zone: carries out what they decide, and remembers it. Owned by one exchange and as
/// long-lived as that object; allocates nothing in steady state, except for answers made of what a request says.
/// </summary>
internal sealed class RuleRun(Exchange exchange) : IRuleEffects
{
    /// <summary>Matches of one exchange that become events; more are only counted.</summary>
    public const int MaxHits = 16;

    private readonly RuleHit[] _hits = new RuleHit[MaxHits];
    private ZoneRules? _rules;
    private int _hitCount;

    // Parts of rules whose changes have been made and wait for their phase, numbered from 1.
    private readonly List<CompiledRule> _parts = [];

    // The limit met last: that of the rule which may end the exchange for it.
    private RateLimitReading? _met;

    /// <summary>What rules decided so far.</summary>
    public RuleState State { get; } = new();

    /// <summary>The rules; null before the first phase.</summary>
    public ZoneRules? Rules => _rules;

    /// <summary>The answer by which the phase just run ended the exchange.</summary>
    public Verdict Verdict { get; private set; }

    /// <summary>How an exchange ended whose origin had answered already when a rule ended it; none where that did not happen.</summary>
    public ExchangeEnd ReplacedBy { get; private set; }

    /// <summary>How the response's body is to be coded, as the last rule that spoke of it said; null = as it came.</summary>
    public CompressResponseAction? Compression { get; private set; }

    /// <summary>Further fields for the access log; null = none.</summary>
    public CustomLogFields? LogFields { get; private set; }

    /// <summary>What the strictest rate limit that was met says of its client; null where none was met.</summary>
    public RateLimitReading? Limit { get; private set; }

    /// <summary>The matches that become events, in order.</summary>
    public ReadOnlySpan<RuleHit> Hits => _hits.AsSpan(0, _hitCount);

    /// <summary>Matches that did not fit.</summary>
    public int OmittedHits { get; private set; }

    /// <summary>Watches, for an explanation, which is no event; null = nobody does. To be set before the first phase.</summary>
    public PhaseWatch? Watch { get; set; }

    /// <summary>Whether nothing is to be left behind: rate limits are asked, not counted.</summary>
    public bool IsRehearsal { get; set; }

    /// <summary>Runs a phase; what it changes takes effect when it is over. True when it ended the exchange.</summary>
    public bool Run(ZoneRules rules, RulePhase phase)
    {
        if (_rules is null)
        {
            Begin(rules);
        }

        Watch?.Begin();
        CompiledRule? ended = PhaseEvaluator.Run(rules.Phases, phase, exchange.Evaluation, State, this);
        Watch?.End(phase, exchange);
        exchange.CommitChanges();
        return ended is not null;
    }

    /// <summary>Counts what rate limits count by the response.</summary>
    public void CountResponse() => PhaseEvaluator.CountResponse(_rules!.Phases, exchange.Evaluation, State, this);

    /// <summary>Forgets everything: the exchange is over.</summary>
    public void Clear()
    {
        _rules = null;
        if (_hitCount > 0)
        {
            _hits.AsSpan(0, _hitCount).Clear();
            _hitCount = OmittedHits = 0;
        }

        if (_parts.Count > 0)
        {
            _parts.Clear();
        }

        Verdict = default;
        ReplacedBy = ExchangeEnd.None;
        Compression = null;
        LogFields = null;
        Limit = _met = null;
        Watch = null;
        IsRehearsal = false;
    }

    /// <inheritdoc/>
    public void Apply(CompiledRule rule, EvaluationContext context)
    {
        switch (rule.Action)
        {
            case RewriteAction:
                Rewrite(rule, context);
                break;
            case RouteAction route:
                Route(rule, route);
                break;
            case CompressResponseAction compression:
                Compression = compression;
                break;
            case LogCustomFieldAction:
                LogFields = _rules!.LogFields.GetValueOrDefault(rule);
                break;
        }

        Note(rule, RuleEffect.Noted);
    }

    /// <inheritdoc/>
    public bool Ends(CompiledRule rule, EvaluationContext context)
    {
        if (rule.Action.Kind == RuleActionKind.DdosDynamic)
        {
            // Leaves the choice to a protection against floods, and there is none yet to make it. That is told when the rule is loaded.
            return false;
        }

        if (RuleActionKinds.IsProtection(rule.Action.Kind) && !_rules!.Enforces)
        {
            Note(rule, RuleEffect.WouldHaveEnded);
            return false;
        }

        RateLimitReading? limit = rule.RateLimit is null ? null : _met;
        if (RuleResponses.Of(rule, _rules!, exchange, context, State, limit) is not { } verdict)
        {
            return false;
        }

        Limit = limit ?? Limit;
        Verdict = verdict;
        Note(rule, RuleEffect.Ended);
        return true;
    }

    /// <inheritdoc/>
    public bool IsExceeded(CompiledRule rule, EvaluationContext context, bool counts, bool applies)
    {
        RateLimitReading reading = _rules!.Limits.Of(rule).Meet(context, exchange, counts && !IsRehearsal, applies);
        Watch?.OnLimit(rule, reading);
        if (applies)
        {
            _met = reading;
            if (Limit is not { } known || reading.IsStricterThan(known))
            {
                Limit = reading;
            }
        }

        return reading.IsExceeded;
    }

    /// <summary>
    /// What the phase just run wants sent in place of the response that there is, as its <see cref="Verdict"/> says. The response so replaced
    /// is the exchange's from now on.
    /// </summary>
    public LocalResponse ReplaceResponse()
    {
        ExchangeEnd end = Verdict.End;
        LocalResponse instead = Verdict.Response ?? Pipeline.ErrorPage(exchange, end == ExchangeEnd.Dropped ? ExchangeEnd.Blocked : end, HttpViolation.None);
        if (end == ExchangeEnd.Dropped)
        {
            exchange.Client.Abort(end);
        }

        ReplacedBy = end;
        exchange.AnswerWith(instead);
        return instead;
    }

    private void Begin(ZoneRules rules)
    {
        _rules = rules;
        State.Reset(rules.Phases);
        State.Trace = Watch?.Trace;
    }

    private void Note(CompiledRule rule, RuleEffect effect)
    {
        if (!rule.IsLogged && effect == RuleEffect.Noted)
        {
            return;
        }

        if (_hitCount == MaxHits)
        {
            OmittedHits++;
            return;
        }

        // Now: what the expression saw may be changed by the time the exchange is over.
        _hits[_hitCount++] = new RuleHit(rule, effect, Watch is null && !IsRehearsal ? _rules!.Events?.Take(rule, exchange, rule.RateLimit is null ? null : _met) : null);
    }

    private void Rewrite(CompiledRule rule, EvaluationContext context)
    {
        ExchangeChanges changes = exchange.Changes;
        bool ofResponse = RulePhases.IsResponse(rule.Phase);
        if (!ofResponse && State.IsDecided(rule))
        {
            changes.Resume(_parts.IndexOf(rule) + 1);
            return;
        }

        Note(rule, context, changes, ofResponse);
        foreach (CompiledRule later in rule.LaterParts)
        {
            // Made of the request as this rule sees it; it takes effect in the phase of the part.
            if (!RulePhases.IsResponse(later.Phase))
            {
                _parts.Add(later);
                changes.Awaited = _parts.Count;
                Note(later, context, changes, ofResponse: false);
                changes.Awaited = 0;
            }
        }
    }

    private static void Note(CompiledRule rule, EvaluationContext context, ExchangeChanges changes, bool ofResponse)
    {
        CompiledRewrite rewrite = rule.Rewrite!;
        if (rewrite.Path is not null && rewrite.Path.TryGet(context, out ReadOnlySpan<byte> path))
        {
            changes.SetPath(path);
        }

        if (rewrite.Query is not null && rewrite.Query.TryGet(context, out ReadOnlySpan<byte> query))
        {
            changes.SetQuery(query);
        }

        foreach (CompiledHeaderOperation header in rewrite.Headers)
        {
            ReadOnlySpan<byte> name = header.Name.AsSpan();
            ReadOnlySpan<byte> value = default;
            HeaderOperationKind operation = header.Operation;
            if (operation != HeaderOperationKind.Remove && !header.Value!.TryGet(context, out value))
            {
                if (operation == HeaderOperationKind.Add)
                {
                    continue;
                }

                // What nobody knows is not what the client says it is: an origin takes a field that a rule sets for the edge's word.
                operation = HeaderOperationKind.Remove;
            }

            if (Change(changes, operation, ofResponse, name, value) != ChangeResult.Noted && operation == HeaderOperationKind.Set)
            {
                // Nor is what can't stand in a head. Names were checked when the rule was loaded.
                Change(changes, HeaderOperationKind.Remove, ofResponse, name, default);
            }
        }
    }

    private static ChangeResult Change(
        ExchangeChanges changes, HeaderOperationKind operation, bool ofResponse, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        (operation, ofResponse) switch
        {
            (HeaderOperationKind.Set, false) => changes.SetRequestField(name, value),
            (HeaderOperationKind.Add, false) => changes.AddRequestField(name, value),
            (HeaderOperationKind.Remove, false) => changes.RemoveRequestField(name),
            (HeaderOperationKind.Set, true) => changes.SetResponseField(name, value),
            (HeaderOperationKind.Add, true) => changes.AddResponseField(name, value),
            _ => changes.RemoveResponseField(name),
        };

    private void Route(CompiledRule rule, RouteAction route)
    {
        if (route.HostHeader is { } host)
        {
            Span<byte> bytes = stackalloc byte[256];
            if (System.Text.Encoding.ASCII.TryGetBytes(host, bytes, out int length))
            {
                exchange.Changes.SetHost(bytes[..length]);
            }
        }

        exchange.Route = _rules!.RouteOf(rule) ?? exchange.Route;
    }
}
