using Breakwater.Edge.Exchanges;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>The phases of rules that a response meets, be it the origin's or the edge's own. Immutable.</summary>
internal sealed class ResponseRulesModule : IResponseModule
{
    /// <summary>The lowest status that is an error, which rules of <c>http_custom_errors</c> are about.</summary>
    private const int FirstError = 400;

    private readonly ZoneRules _rules;
    private readonly RulePhase[] _phases;

    private ResponseRulesModule(ZoneRules rules, RulePhase[] phases)
    {
        _rules = rules;
        _phases = phases;
    }

    /// <inheritdoc/>
    public string Name => "response_rules";

    /// <summary>The module that a zone needs for its rules; null when none of them is about responses.</summary>
    public static ResponseRulesModule? For(ZoneRules rules)
    {
        RulePhase[] phases = [.. Enumerable.Range(0, RulePhases.HttpCount).Select(i => (RulePhase)i).Where(RulePhases.IsResponse).Where(rules.Phases.Has)];
        return phases.Length > 0 || rules.Phases.HasResponseCounters || rules.TellsLimits ? new ResponseRulesModule(rules, phases) : null;
    }

    /// <inheritdoc/>
    public LocalResponse? OnResponse(Exchange exchange)
    {
        RuleRun run = exchange.Rules;
        bool isError = exchange.Record.Status >= FirstError;
        foreach (RulePhase phase in _phases)
        {
            if ((phase != RulePhase.HttpCustomErrors || isError) && run.Run(_rules, phase) && run.Replacement is { } instead)
            {
                return instead;
            }
        }

        if (_rules.Phases.HasResponseCounters && run.Rules is not null && exchange.Record.OriginStatus != 0)
        {
            run.CountResponse();
        }

        if (_rules.TellsLimits)
        {
            run.Limit?.WriteTo(exchange.ResponseEdits);
        }

        return null;
    }
}
