using Breakwater.Rules.Compilation;

namespace Breakwater.Rules.Sets;

/// <summary>
/// Tells, of many filters, those that may be true of a request: each filter is filed under what it needs and is least likely to find. One
/// search per value finds the needs of all filters. Immutable.
/// </summary>
internal sealed class TriggerIndex
{
    /// <summary>A search for fewer filters costs more than trying them.</summary>
    private const int FewestFilters = 4;

    private readonly ulong[] _always;
    private readonly TriggerSource[] _sources;

    private TriggerIndex(ulong[] always, TriggerSource[] sources, string?[] filedUnder, int registers)
    {
        _always = always;
        _sources = sources;
        FiledUnder = filedUnder;
        Registers = registers;
        FoundWords = sources.Length == 0 ? 0 : sources.Max(s => s.FoundWords);
    }

    /// <summary>Words of one bit a filter.</summary>
    public int Words => _always.Length;

    public int FoundWords { get; }

    public int Registers { get; }

    public IReadOnlyList<TriggerSource> Sources => _sources;

    /// <summary>For each filter, the values that decide whether it is tried; null when it is always tried.</summary>
    public IReadOnlyList<string?> FiledUnder { get; }

    /// <summary>An index; null when it would not spare anything.</summary>
    public static TriggerIndex? Create(IReadOnlyList<Expression> filters)
    {
        List<List<Trigger>>[] needs = [.. filters.Select(f => TriggerFinder.Needs(f.Syntax))];
        List<Trigger>?[] chosen = Choose(needs);
        var compiler = new ExpressionCompiler();
        List<TriggerSource> sources = [];
        while (true)
        {
            var bySource = chosen.Index().Where(c => c.Item is not null)
                .SelectMany(c => c.Item!.Select(t => (Trigger: t, Filter: c.Index)))
                .GroupBy(t => t.Trigger.Key).ToList();
            // A source that is dropped makes its filters always tried, which may leave another source with too few.
            HashSet<string> dropped =
                [.. bySource.Where(g => g.Select(t => t.Filter).Distinct().Count() < FewestFilters).Select(g => g.Key)];
            if (dropped.Count == 0)
            {
                sources = [.. bySource.Select(g => TriggerSource.Create(compiler, [.. g]))];
                dropped = [.. sources.Where(s => s.IsTooLarge).Select(s => s.Key)];
                if (dropped.Count == 0) break;
            }

            for (int i = 0; i < chosen.Length; i++)
            {
                if (chosen[i]?.Any(t => dropped.Contains(t.Key)) == true) chosen[i] = null;
            }
        }

        if (sources.Count == 0) return null;
        var always = new ulong[(filters.Count + 63) / 64];
        for (int i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] is null) always[i >> 6] |= 1UL << i;
        }

        string?[] filedUnder = [.. chosen.Select(c => c is null ? null : string.Join(", ", c.Select(t => t.Key).Distinct()))];
        return new TriggerIndex(always, [.. sources], filedUnder, compiler.Registers);
    }

    /// <summary>Sets the bit of each filter that may be true, and of no other.</summary>
    public void Mark(EvaluationContext context, Span<ulong> candidates, Span<ulong> found)
    {
        _always.CopyTo(candidates);
        foreach (TriggerSource source in _sources)
        {
            (int, int) mark = context.Scratch.Mark;
            source.Mark(context, candidates, found);
            context.Scratch.Release(mark);
        }
    }

    // What many filters look for (their host, a method) tells few of them apart, however unlikely it seems.
    private static List<Trigger>?[] Choose(List<List<Trigger>>[] needs)
    {
        Dictionary<(string, string), int> popularity = [];
        foreach (Trigger trigger in needs.SelectMany(n => n).SelectMany(n => n))
        {
            popularity[(trigger.Key, trigger.Sought)] = popularity.GetValueOrDefault((trigger.Key, trigger.Sought)) + 1;
        }

        return [.. needs.Select(n => n.MinBy(need => need.Sum(t => t.Likelihood * popularity[(t.Key, t.Sought)])))];
    }
}
