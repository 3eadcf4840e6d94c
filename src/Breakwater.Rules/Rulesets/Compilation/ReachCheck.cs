namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Names rules that can never run because of how their ruleset is written: behind a rule that takes every request, behind one with the same
/// expression that ends the exchange, or with an expression that never holds.
/// </summary>
internal static class ReachCheck
{
    public static void Run(IReadOnlyList<Ruleset> rulesets, RuleDiagnostics diagnostics)
    {
        foreach (Ruleset ruleset in rulesets)
        {
            Rule? taker = null;
            Dictionary<string, Rule> ending = [];
            foreach (Rule rule in ruleset.Rules.Where(r => r.Enabled))
            {
                diagnostics.CurrentRule = rule.Id;
                string text = rule.Expression.Text.Trim(' ', '\r', '\n');
                if (taker is not null)
                {
                    diagnostics.Warning(
                        rule.Position, $"it never runs: rule '{taker.Id}' before it takes every request", "move it up, or remove it");
                }
                else if (ending.TryGetValue(text, out Rule? first))
                {
                    diagnostics.Warning(
                        rule.Position, $"it never runs: rule '{first.Id}' before it has the same expression and ends the request",
                        "remove one of the two");
                }
                else if (text == "false")
                {
                    diagnostics.Warning(rule.Position, "its expression never holds", "remove the rule, or switch it off with enabled");
                }
                if (!Ends(rule)) continue;
                ending.TryAdd(text, rule);
                if (text == "true") taker ??= rule;
            }
            diagnostics.CurrentRule = null;
        }
    }

    private static bool Ends(Rule rule) =>
        rule.RateLimit is null && rule.ScoreThreshold is null && rule.Action is not BulkRedirectAction
        && (RuleActionKinds.IsTerminating(rule.Action.Kind) && !RuleActionKinds.IsChallenge(rule.Action.Kind)
            || rule.Action is SkipAction { CurrentRuleset: true } or SkipAction { CurrentPhase: true });
}
