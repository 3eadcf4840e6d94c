namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Which override of a rule holds: one of the rule itself, else the last of its categories, else that of the ruleset; each part by itself.
/// </summary>
internal static class OverrideOrder
{
    public static RuleOverride Of(Rule rule, RulesetOverrides overrides)
    {
        RuleOverride merged = overrides.All;
        foreach (CategoryOverride category in overrides.Categories)
        {
            if (rule.Categories.Contains(category.Category)) merged = Over(category.Override, merged);
        }
        foreach (SingleOverride single in overrides.Rules)
        {
            if (single.RuleId == rule.Id || single.RuleId == rule.Ref) merged = Over(single.Override, merged);
        }
        return merged;
    }

    /// <summary>The action of an override, without parameters of its own.</summary>
    public static RuleAction ActionOf(RuleActionKind kind) => kind == RuleActionKind.Block ? new BlockAction() : new PlainAction(kind);

    private static RuleOverride Over(RuleOverride upper, RuleOverride lower) => new()
    {
        Action = upper.Action ?? lower.Action,
        Enabled = upper.Enabled ?? lower.Enabled,
        Sensitivity = upper.Sensitivity ?? lower.Sensitivity,
        ScoreThreshold = upper.ScoreThreshold ?? lower.ScoreThreshold,
    };
}
