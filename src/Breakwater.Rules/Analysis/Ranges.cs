namespace Breakwater.Rules.Analysis;

/// <summary>A set of numbers as ranges in order, apart from one another. Immutable.</summary>
internal sealed class Ranges
{
    private Ranges((UInt128 First, UInt128 Last)[] items) => Items = items;

    public static Ranges None { get; } = new([]);

    public static Ranges All { get; } = new([(0, UInt128.MaxValue)]);

    public static Ranges V4 { get; } = new([(0, uint.MaxValue)]);

    /// <summary>64-bit integers, the lowest as 0.</summary>
    public static Ranges Integers { get; } = new([(0, ulong.MaxValue)]);

    public (UInt128 First, UInt128 Last)[] Items { get; }

    public bool IsEmpty => Items.Length == 0;

    public static Ranges Of(IEnumerable<(UInt128 First, UInt128 Last)> items)
    {
        List<(UInt128 First, UInt128 Last)> joined = [];
        foreach ((UInt128 first, UInt128 last) in items.OrderBy(i => i.First))
        {
            bool touches = joined.Count > 0 && (joined[^1].Last == UInt128.MaxValue || first <= joined[^1].Last + 1);
            if (!touches) joined.Add((first, last));
            else if (last > joined[^1].Last) joined[^1] = (joined[^1].First, last);
        }

        return new Ranges([.. joined]);
    }

    public Ranges And(Ranges other)
    {
        List<(UInt128, UInt128)> both = [];
        for (int i = 0, j = 0; i < Items.Length && j < other.Items.Length;)
        {
            UInt128 first = UInt128.Max(Items[i].First, other.Items[j].First), last = UInt128.Min(Items[i].Last, other.Items[j].Last);
            if (first <= last) both.Add((first, last));
            if (Items[i].Last < other.Items[j].Last) i++;
            else j++;
        }

        return new Ranges([.. both]);
    }

    /// <summary>What of a universe of one range is not in the set.</summary>
    public Ranges Outside(Ranges universe)
    {
        List<(UInt128, UInt128)> outside = [];
        (UInt128 from, UInt128 end) = universe.Items[0];
        foreach ((UInt128 first, UInt128 last) in Items)
        {
            if (first > from) outside.Add((from, first - 1));
            if (last >= end) return new Ranges([.. outside]);
            from = last + 1;
        }

        outside.Add((from, end));
        return new Ranges([.. outside]);
    }
}
