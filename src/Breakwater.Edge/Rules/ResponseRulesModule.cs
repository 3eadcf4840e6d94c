using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
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

    /// <inheritdoc/>
    public ModuleId Module => ModuleId.ResponseRules;

    /// <summary>The module that a zone needs for its rules; null when none of them is about responses.</summary>
    public static ResponseRulesModule? For(ZoneRules rules)
    {
        RulePhase[] phases = [.. Enumerable.Range(0, RulePhases.HttpCount).Select(i => (RulePhase)i).Where(RulePhases.IsResponse).Where(rules.Runs)];
        return phases.Length > 0 || rules.Phases.HasResponseCounters || rules.TellsLimits ? new ResponseRulesModule(rules, phases) : null;
    }

    /// <inheritdoc/>
    public LocalResponse? OnResponse(Exchange exchange)
    {
        RuleRun run = exchange.Rules;

        // By what the origin said, whatever is shown in its place.
        if (_rules.Phases.HasResponseCounters && run.Rules is not null && exchange.Answer is null)
        {
            run.CountResponse();
        }

        LocalResponse? instead = null;
        foreach (RulePhase phase in _phases)
        {
            // What takes the place of a response is changed, and logged, by the phases that follow.
            if (Concerns(phase, exchange) && run.Run(_rules, phase))
            {
                instead = run.ReplaceResponse();
            }
        }

        if (_rules.TellsLimits)
        {
            run.Limit?.WriteTo(exchange.ResponseEdits);
        }

        return instead;
    }

    private static bool Concerns(RulePhase phase, Exchange exchange) => phase switch
    {
        RulePhase.HttpCustomErrors => exchange.Record.Status >= FirstError,

        // What the edge itself says is not what a site leaks.
        RulePhase.HttpResponseFirewallManaged => exchange.Answer is null,
        _ => true,
    };
}
