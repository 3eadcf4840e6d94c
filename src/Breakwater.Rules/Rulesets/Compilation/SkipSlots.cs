namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Numbers what the rules of a level may spare a request: only rulesets and rules that a <c>skip</c> names have a number, so that a request
/// carries a bit for each of them and nothing for the rest.
/// </summary>
internal sealed class SkipSlots
{
    private readonly Dictionary<(string Ruleset, string? Rule), int> _slots = [];

    public SkipSlots(IEnumerable<Ruleset> rulesets)
    {
        foreach (SkipAction skip in rulesets.SelectMany(r => r.Rules).Select(r => r.Action).OfType<SkipAction>())
        {
            foreach (string id in skip.Rulesets) Add(id, null);
            foreach (SkippedRules rules in skip.Rules)
            {
                foreach (string id in rules.RuleIds) Add(rules.RulesetId, id);
            }
        }
    }

    public int Count { get; private set; }

    /// <summary>The number of a ruleset, or of a rule of it; -1 when nothing names it.</summary>
    public int Of(string ruleset, string? rule = null) => _slots.GetValueOrDefault((ruleset, rule), -1);

    /// <summary>A number of its own, for a mark that no <c>skip</c> sets.</summary>
    public int Next() => Count++;

    private void Add(string ruleset, string? rule)
    {
        if (_slots.TryAdd((ruleset, rule), Count)) Count++;
    }
}
