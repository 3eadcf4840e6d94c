using Breakwater.Rules.Analysis;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Names rules that look like mistakes because of what their expressions say: those that never hold, those that hold for every request
/// without saying so, and those that never run, because a rule before them in the phase ends every request that they are about. What it
/// names is certain, on an edge that enforces protections; not every such rule is found. Owned by one compilation.
/// </summary>
internal sealed class ReachCheck(RuleDiagnostics diagnostics)
{
    /// <summary>
    /// Comparisons of two rules in a phase, so that thousands of rules load as fast as they should. A rule that has alternatives
    /// (<c>or</c>) takes one for each, long sets take more.
    /// </summary>
    public const int MostComparisons = 10_000;

    private readonly Dictionary<Expression, FilterFacts> _facts = new(ReferenceEqualityComparer.Instance);

    /// <summary>What was found of each rule that can run, null for nothing; once for each time that its ruleset is executed.</summary>
    private readonly Dictionary<Rule, List<(string Problem, string Remedy)?>> _found = new(ReferenceEqualityComparer.Instance);

    /// <summary>Looks at the rules of a level, phase by phase.</summary>
    public static void Run(IEnumerable<CompiledRuleset?> phases, RuleDiagnostics diagnostics)
    {
        var check = new ReachCheck(diagnostics);
        foreach (CompiledRuleset? phase in phases)
        {
            if (phase is null) continue;
            long effort = MostComparisons;
            check.Look(phase, new Enders(), ref effort);
        }
        check.Report();
    }

    private void Look(CompiledRuleset ruleset, Enders before, ref long effort)
    {
        foreach (CompiledRule rule in ruleset.Rules)
        {
            // Its first part has been looked at, with the same expression.
            if (rule.FirstPart is not null) continue;
            FilterFacts facts = FactsOf(rule.Filter);
            Note(rule, Finding(rule, facts, before, ref effort));
            if (EndsAlways(rule)) before.Add(rule, facts);

            // What ends requests before a ruleset is executed is before its rules; what they end is not before the rules behind it, which
            // requests reach past the execute.
            if (rule.Executes is { } executed) Look(executed, new Enders(before), ref effort);
        }
    }

    private static (string Problem, string Remedy)? Finding(CompiledRule rule, FilterFacts facts, Enders before, ref long effort)
    {
        if (facts.Certainty == ExpressionCertainty.Never)
        {
            return ("its expression never holds", "mend or remove the rule, or switch it off with enabled");
        }
        if (before.Covering(rule, facts, ref effort) is ({ } ender, FilterFacts wider))
        {
            string does = ender.Action.Kind == RuleActionKind.Skip ? "skips the rest of the rules" : "ends the request";
            return wider.Certainty == ExpressionCertainty.Always
                ? ($"it never runs: rule '{ender.Id}' before it takes every request", "move it up, or remove it")
                : wider.Text == facts.Text
                ? ($"it never runs: rule '{ender.Id}' before it has the same expression and {does}", "remove one of the two")
                : ($"it never runs: rule '{ender.Id}' before it matches all that it matches, and {does}", "move it up, or remove it");
        }
        bool meansAll = rule.Source.Expression.Text.AsSpan().Trim(" \r\n") is "true";
        return facts.Certainty == ExpressionCertainty.Always && !meansAll
            ? ("its expression holds for every request", "write true if that is meant, or mend the expression") : null;
    }

    /// <summary>
    /// Whether no request that its filter matches reaches the rules behind it: it acts at the first match, its answer can always be made,
    /// and no earlier rule may have spared the request this one alone.
    /// </summary>
    private static bool EndsAlways(CompiledRule rule)
    {
        if (rule.RateLimit is not null || rule.ScoreThreshold is not null || rule.RuleSlot >= 0) return false;
        return rule.Action switch
        {
            SkipAction skip => skip.CurrentRuleset || skip.CurrentPhase,
            ServeErrorAction or BlockAction => true,
            // What an expression makes of a request, or its query behind the target, may be no address; such a request goes on.
            RedirectAction { Target.IsExpression: false, PreserveQuery: false } => true,
            _ => rule.Action.Kind == RuleActionKind.ForceConnectionClose,
        };
    }

    private void Note(CompiledRule rule, (string Problem, string Remedy)? finding)
    {
        if (!_found.TryGetValue(rule.Source, out var all)) _found.Add(rule.Source, all = []);
        all.Add(finding);
    }

    // A rule of a ruleset that is executed twice is of use if it is once.
    private void Report()
    {
        foreach ((Rule rule, List<(string Problem, string Remedy)?> all) in _found)
        {
            if (all[0] is not { } finding || all.Contains(null)) continue;
            diagnostics.CurrentRule = rule.Id;
            diagnostics.Warning(rule.Position, finding.Problem, finding.Remedy);
        }
        diagnostics.CurrentRule = null;
    }

    private FilterFacts FactsOf(Expression filter)
    {
        if (!_facts.TryGetValue(filter, out FilterFacts? facts)) _facts.Add(filter, facts = FilterFacts.Of(filter));
        return facts;
    }

    /// <summary>
    /// The rules met so far that let none of their requests pass, filed by what their filters are about; behind them those of an outer
    /// walk.
    /// </summary>
    private sealed class Enders(Enders? outer = null)
    {
        private readonly Dictionary<string, (CompiledRule, FilterFacts)> _byText = [];
        private readonly Dictionary<string, List<(CompiledRule Rule, FilterFacts Facts)>> _byKey = [];
        private (CompiledRule Rule, FilterFacts)? _taker;

        public void Add(CompiledRule rule, FilterFacts facts)
        {
            if (facts.Certainty == ExpressionCertainty.Always) _taker ??= (rule, facts);
            if (!_byText.TryAdd(facts.Text, (rule, facts))) return;
            foreach (string key in facts.KeysAsWider)
            {
                if (!_byKey.TryGetValue(key, out var about)) _byKey.Add(key, about = []);
                about.Add((rule, facts));
            }
        }

        /// <summary>A rule that lets none of the requests pass that a later one is about; null when none is found.</summary>
        public (CompiledRule Rule, FilterFacts Facts)? Covering(CompiledRule later, FilterFacts facts, ref long effort) =>
            Own(later, facts, ref effort) ?? outer?.Covering(later, facts, ref effort);

        private (CompiledRule Rule, FilterFacts Facts)? Own(CompiledRule later, FilterFacts facts, ref long effort)
        {
            if (_taker is { } taker && IsBefore(taker.Rule, later)) return taker;
            if (_byText.TryGetValue(facts.Text, out var same) && IsBefore(same.Item1, later)) return same;
            foreach (string key in facts.Keys)
            {
                foreach ((CompiledRule rule, FilterFacts wider) in _byKey.GetValueOrDefault(key, []))
                {
                    if (effort < 0) return null;
                    if (IsBefore(rule, later) && facts.IsImpliedBy(wider, ref effort)) return (rule, wider);
                }
            }

            return null;
        }

        // A request that was spared the one's ruleset may still meet the other, unless that stands in the same.
        private static bool IsBefore(CompiledRule rule, CompiledRule later) =>
            rule.RulesetSlot < 0 || rule.Ruleset.Id == later.Ruleset.Id;
    }
}
