using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Rules;

/// <summary>Phases of rules that run one after the other, between two of the edge's own steps. Immutable.</summary>
internal sealed class RulesModule : IRequestModule
{
    private readonly ZoneRules _rules;
    private readonly RulePhase[] _phases;

    private RulesModule(ZoneRules rules, RequestPhase phase, RulePhase[] phases)
    {
        _rules = rules;
        Phase = phase;
        _phases = phases;
    }

    /// <inheritdoc/>
    public string Name => ModuleIds.NameOf(Module);

    /// <inheritdoc/>
    public ModuleId Module => Phase switch
    {
        RequestPhase.Rewrite => ModuleId.UrlRules,
        RequestPhase.CustomRules => ModuleId.CustomRules,
        RequestPhase.RateLimits => ModuleId.RateLimits,
        _ => ModuleId.LateRules,
    };

    /// <inheritdoc/>
    public RequestPhase Phase { get; }

    /// <summary>The modules that a zone needs for its rules: none for phases in which it has none.</summary>
    public static IEnumerable<RulesModule> For(ZoneRules rules)
    {
        (RequestPhase, RulePhase[])[] groups =
        [
            (RequestPhase.Rewrite, [RulePhase.HttpRequestDynamicRedirect, RulePhase.HttpRequestTransform, RulePhase.HttpConfigSettings, RulePhase.HttpRequestOrigin]),
            (RequestPhase.CustomRules, [RulePhase.DdosL7, RulePhase.HttpRequestFirewallCustom]),
            (RequestPhase.RateLimits, [RulePhase.HttpRatelimit]),
            (RequestPhase.LateRules,
                [RulePhase.HttpRequestFirewallManaged, RulePhase.HttpRequestSbfm, RulePhase.HttpRequestRedirect, RulePhase.HttpRequestLateTransform,
                    RulePhase.HttpRequestCacheSettings]),
        ];
        foreach ((RequestPhase phase, RulePhase[] all) in groups)
        {
            RulePhase[] phases = [.. all.Where(rules.Runs)];
            if (phases.Length > 0)
            {
                yield return new RulesModule(rules, phase, phases);
            }
        }
    }

    /// <inheritdoc/>
    public Verdict OnRequest(Exchange exchange)
    {
        RuleRun run = exchange.Rules;
        foreach (RulePhase phase in _phases)
        {
            if (run.Run(_rules, phase))
            {
                return run.Verdict;
            }
        }

        return Verdict.Continue;
    }
}
