using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>The rules of one level in all phases. Immutable, thread-safe: those for all zones are compiled once and shared.</summary>
public sealed class CompiledLevel
{
    private readonly CompiledRuleset?[] _phases;

    internal CompiledLevel(RuleLevel level, CompiledRuleset?[] phases, int slots)
    {
        (Level, _phases, Slots) = (level, phases, slots);
        List<CompiledRule> all = [];
        foreach (CompiledRuleset? entry in phases) Collect(entry, all);
        Rules = [.. all];
        ResponseCounters = [.. all.Where(r => r.ReachedSlot >= 0)];
        Fields = all.SelectMany(FieldsOf).ToFrozenSet();
    }

    /// <summary>A level without rules.</summary>
    public static CompiledLevel EmptyOf(RuleLevel level) => new(level, new CompiledRuleset?[RulePhases.HttpCount], 0);

    /// <summary>For whom the rules hold.</summary>
    public RuleLevel Level { get; }

    /// <summary>All rules that can run, those of executed rulesets after the rule that executes them.</summary>
    public ImmutableArray<CompiledRule> Rules { get; }

    /// <summary>The fields that any of them reads.</summary>
    public IReadOnlySet<FieldId> Fields { get; }

    /// <summary>Rules that count by the response.</summary>
    internal ImmutableArray<CompiledRule> ResponseCounters { get; }

    /// <summary>The number of things that a request may be spared.</summary>
    internal int Slots { get; }

    internal CompiledRuleset? this[RulePhase phase] => _phases[(int)phase];

    private static void Collect(CompiledRuleset? ruleset, List<CompiledRule> into)
    {
        foreach (CompiledRule rule in ruleset?.Rules ?? [])
        {
            into.Add(rule);
            Collect(rule.Executes, into);
        }
    }

    private static IEnumerable<FieldId> FieldsOf(CompiledRule rule)
    {
        IEnumerable<FieldId> fields = rule.Filter.Fields;
        if (rule.RateLimit is { } limit)
        {
            fields = fields.Concat(limit.Counting?.Fields ?? []).Concat(limit.Characteristics.SelectMany(c => c.Value.Fields));
        }
        if (rule.Rewrite is { } rewrite)
        {
            fields = fields.Concat(FieldsOf(rewrite.Path)).Concat(FieldsOf(rewrite.Query))
                .Concat(rewrite.Headers.SelectMany(h => FieldsOf(h.Value)));
        }
        return fields.Concat(FieldsOf(rule.Redirect?.Target)).Concat(rule.BulkRedirect?.Key.Fields ?? []);
    }

    private static IReadOnlyList<FieldId> FieldsOf(CompiledValue? value) => value?.Expression?.Fields ?? [];
}

/// <summary>
/// The rules that a zone's requests meet: in each phase those for all zones, then the zone's own. Immutable, thread-safe.
/// </summary>
public sealed class CompiledPhases
{
    private readonly uint _phases;

    /// <param name="account">The rules for all zones.</param>
    /// <param name="zone">The zone's own.</param>
    public CompiledPhases(CompiledLevel? account, CompiledLevel? zone)
    {
        Account = account ?? CompiledLevel.EmptyOf(RuleLevel.Account);
        Zone = zone ?? CompiledLevel.EmptyOf(RuleLevel.Zone);
        for (RulePhase phase = 0; (int)phase < RulePhases.HttpCount; phase++)
        {
            if (Account[phase] is not null || Zone[phase] is not null) _phases |= 1u << (int)phase;
        }
        HasResponseCounters = Account.ResponseCounters.Length + Zone.ResponseCounters.Length > 0;
    }

    /// <summary>No rules.</summary>
    public static CompiledPhases Empty { get; } = new(null, null);

    /// <summary>The rules for all zones.</summary>
    public CompiledLevel Account { get; }

    /// <summary>The zone's own.</summary>
    public CompiledLevel Zone { get; }

    /// <summary>Whether rate limits count by the response, so that <see cref="PhaseEvaluator.CountResponse"/> must be called.</summary>
    public bool HasResponseCounters { get; }

    /// <summary>Whether there is a rule in the phase; a phase without one need not be run.</summary>
    public bool Has(RulePhase phase) => (_phases & (1u << (int)phase)) != 0;

    /// <summary>Whether any rule reads the field, such as the request's body, which must be held for it.</summary>
    public bool Reads(FieldId field) => Account.Fields.Contains(field) || Zone.Fields.Contains(field);
}
