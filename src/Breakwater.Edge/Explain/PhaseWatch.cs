using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Rules;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Explain;

/// <summary>
/// Watches one exchange's rules: reads, while the values of a phase are still there, what each of its rules saw. Owned by one explanation.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="redaction">What is not to be shown.</param>
internal sealed class PhaseWatch(TimeProvider time, Redaction redaction)
{
    /// <summary>Rules of one explanation; more are only counted.</summary>
    private const int MaxRules = 50_000;

    private readonly List<ExplainedPhase> _phases = [];
    private readonly Dictionary<CompiledRule, LimitFacts> _limits = [];
    private readonly Dictionary<CompiledRule, IReadOnlyDictionary<string, string?>> _firstParts = [];
    private long _began;
    private int _told;
    private int _omitted;

    /// <summary>Takes what each rule did.</summary>
    public RuleTrace Trace { get; } = new(MaxRules, time);

    /// <summary>The phases so far.</summary>
    public IReadOnlyList<ExplainedPhase> Phases => _phases;

    /// <summary>The rule that ended the exchange last; null while none did.</summary>
    public CompiledRule? EndedBy { get; private set; }

    /// <summary>A phase begins.</summary>
    public void Begin() => _began = time.GetTimestamp();

    /// <summary>A rate limit was asked.</summary>
    public void OnLimit(CompiledRule rule, in RateLimitReading reading) => _limits[rule] = reading.ToFacts();

    /// <summary>A phase is over, and what it changes has not taken effect.</summary>
    public void End(RulePhase phase, Exchange exchange)
    {
        long ended = time.GetTimestamp();
        long before = _began;
        bool skipped = false;
        var rules = new List<ExplainedRule>();
        for (; _told < Trace.Steps.Count; _told++)
        {
            RuleStep step = Trace.Steps[_told];
            if (step.Rule is { } rule)
            {
                rules.Add(Explain(rule, step, Micros(before, step.Timestamp), exchange));
                EndedBy = step.Result == RuleResult.Ended ? rule : EndedBy;
            }
            else
            {
                skipped = true;
            }

            before = step.Timestamp;
        }

        _phases.Add(new ExplainedPhase(RulePhases.NameOf(phase), skipped, rules, Trace.Omitted - _omitted, Micros(_began, ended)));
        _omitted = Trace.Omitted;
    }

    private ExplainedRule Explain(CompiledRule rule, in RuleStep step, double micros, Exchange exchange) => new()
    {
        Level = WordsOf<RuleLevel>.Text((int)rule.Level),
        Ruleset = rule.Ruleset.Id,
        Id = rule.Id,
        Description = rule.Source.Description,
        Expression = rule.Filter.Text,
        Action = RuleActionKinds.NameOf(rule.Action.Kind),
        Result = WordsOf<RuleResult>.Text((int)step.Result),
        Values = ValuesOf(rule, exchange),
        Limit = _limits.GetValueOrDefault(rule),
        Micros = micros,
    };

    /// <summary>What the rule's expression saw; of a later part of a rule, what the first one saw, which decided.</summary>
    private IReadOnlyDictionary<string, string?> ValuesOf(CompiledRule rule, Exchange exchange)
    {
        if (rule.FirstPart is { } first && _firstParts.TryGetValue(first, out IReadOnlyDictionary<string, string?>? decided))
        {
            return decided;
        }

        IReadOnlyDictionary<string, string?> seen = SeenValues.Of(rule.Filter, exchange.Values, redaction);
        if (!rule.LaterParts.IsEmpty)
        {
            _firstParts[rule] = seen;
        }

        return seen;
    }

    private double Micros(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMicroseconds, 1);
}
