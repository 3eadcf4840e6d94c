using System.Numerics;
using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;

namespace Breakwater.Rules.Sets;

/// <summary>One value in which the triggers of many filters are looked for at once. Immutable.</summary>
internal abstract class TriggerSource(string key, int filters)
{
    /// <summary>The value as it is written.</summary>
    public string Key { get; } = key;

    /// <summary>How many filters it decides about.</summary>
    public int Filters { get; } = filters;

    /// <summary>Words of memory that a search needs.</summary>
    public virtual int FoundWords => 0;

    /// <summary>Whether the triggers overlap so much that the filters are better tried one by one; the source is not to be used.</summary>
    public virtual bool IsTooLarge => false;

    /// <summary>Sets the bit of each filter of which a trigger is there.</summary>
    /// <param name="context">The request.</param>
    /// <param name="candidates">One bit a filter.</param>
    /// <param name="found">At least <see cref="FoundWords"/> words, all zero; left so.</param>
    public abstract void Mark(EvaluationContext context, Span<ulong> candidates, Span<ulong> found);

    public static TriggerSource Create(ExpressionCompiler compiler, IReadOnlyList<(Trigger Trigger, int Filter)> triggers)
    {
        Trigger first = triggers[0].Trigger;
        int filters = triggers.Select(t => t.Filter).Distinct().Count();
        if (first is TextTrigger { NamesOf: { } map })
            return new TextSource(first.Key, filters, compiler.NamesOf(map), [.. triggers.Select(t => ((TextTrigger)t.Trigger, t.Filter))]);
        Plan plan = compiler.Value(first.Source);
        return first switch
        {
            TextTrigger => new TextSource(first.Key, filters, Over<ReadOnlySpan<byte>>(plan),
                [.. triggers.Select(t => ((TextTrigger)t.Trigger, t.Filter))]),
            IntTrigger => new RangeSource<long>(first.Key, filters, Over<long>(plan),
                [.. triggers.Select(t => (((IntTrigger)t.Trigger).First, ((IntTrigger)t.Trigger).Last, t.Filter))],
                number => number == long.MaxValue ? null : number + 1),
            _ => new RangeSource<IpValue>(first.Key, filters, Over<IpValue>(plan),
                [.. triggers.Select(t => (((IpTrigger)t.Trigger).Range.First, ((IpTrigger)t.Trigger).Range.Last, t.Filter))], After),
        };
    }

    protected static void Set(Span<ulong> bits, int[] numbers)
    {
        foreach (int number in numbers) bits[number >> 6] |= 1UL << number;
    }

    // A value, or all elements that [*] stands for.
    private static Sequence<T> Over<T>(Plan plan)
        where T : allows ref struct => plan switch
        {
            ScalarPlan<T> scalar => new SingleSequence<T>(scalar.Node),
            MappedPlan { Body: ScalarPlan<T> body } mapped => new MappedSequence<T>(mapped.Cursor, body.Node),
            _ => throw new InvalidOperationException(),
        };

    private static IpValue? After(IpValue address)
    {
        if (address.IsV6) return address.Bits == UInt128.MaxValue ? null : IpValue.V6(address.Bits + 1);
        return address.Bits == uint.MaxValue ? IpValue.V6(0) : IpValue.V4((uint)address.Bits + 1);
    }
}

/// <summary>One value as a sequence of one; needs no register, because it is not asked to move.</summary>
internal sealed class SingleSequence<T>(Node<T> node) : Sequence<T>
    where T : allows ref struct
{
    public override double Cost => Node.Cost;

    public Node<T> Node { get; } = node;

    public override bool Open(EvaluationContext context) => true;

    public override bool MoveNext(EvaluationContext context) => false;

    public override bool TryGetCurrent(EvaluationContext context, out T value) => Node.TryGet(context, out value);
}

/// <summary>Strings: whole ones by one lookup, parts by one search for all.</summary>
internal sealed class TextSource : TriggerSource
{
    private readonly Sequence<ReadOnlySpan<byte>> _values;
    private readonly ByteStringSet? _wholes;
    private readonly int[][] _wholeFilters;
    private readonly LiteralSet? _parts;
    private readonly int[][] _partFilters;

    public TextSource(string key, int filters, Sequence<ReadOnlySpan<byte>> values, (TextTrigger Trigger, int Filter)[] triggers)
        : base(key, filters)
    {
        _values = values;
        var all = triggers.GroupBy(t => t.Trigger.Sought, (_, same) =>
            (same.First().Trigger, Filters: same.Select(s => s.Filter).Distinct().ToArray())).ToList();
        var wholes = all.Where(t => t.Trigger is { Anchor: LiteralAnchor.Whole, IgnoreCase: false }).ToList();
        _wholes = wholes.Count == 0 ? null : ByteStringSet.Create(wholes.Select(w => (ReadOnlyMemory<byte>)w.Trigger.Literal));
        _wholeFilters = [.. wholes.Select(w => w.Filters)];
        var builder = new LiteralSetBuilder();
        List<List<int>> partFilters = [];
        foreach ((TextTrigger part, int[] needing) in all.Except(wholes))
        {
            int id = builder.Add(part.Literal, part.IgnoreCase, part.Anchor);
            if (id == partFilters.Count) partFilters.Add([]);
            partFilters[id].AddRange(needing);
        }

        _parts = partFilters.Count == 0 ? null : builder.Build();
        _partFilters = [.. partFilters.Select(f => f.ToArray())];
    }

    public override int FoundWords => _parts?.WordCount ?? 0;

    public override void Mark(EvaluationContext context, Span<ulong> candidates, Span<ulong> found)
    {
        if (_values is SingleSequence<ReadOnlySpan<byte>> single)
        {
            if (single.Node.TryGet(context, out ReadOnlySpan<byte> value)) Look(value, candidates, found);
        }
        else if (_values.Open(context))
        {
            while (_values.MoveNext(context))
            {
                (int, int) mark = context.Scratch.Mark;
                if (_values.TryGetCurrent(context, out ReadOnlySpan<byte> value)) Look(value, candidates, found);
                context.Scratch.Release(mark);
            }
        }
    }

    private void Look(ReadOnlySpan<byte> value, Span<ulong> candidates, Span<ulong> found)
    {
        if (_wholes is not null && _wholes.Find(value) is >= 0 and int whole) Set(candidates, _wholeFilters[whole]);
        if (_parts is null || !_parts.Scan(value, found)) return;
        for (int word = 0; word < _parts.WordCount; word++)
        {
            ulong bits = found[word];
            found[word] = 0;
            for (; bits != 0; bits &= bits - 1) Set(candidates, _partFilters[(word << 6) + BitOperations.TrailingZeroCount(bits)]);
        }
    }
}

/// <summary>Numbers or addresses: one binary search over the ends of all ranges.</summary>
internal sealed class RangeSource<T> : TriggerSource
    where T : struct, IComparable<T>
{
    /// <summary>
    /// Filters that ranges may put into the pieces between their ends, all pieces together: nested ranges could need the square.
    /// </summary>
    private const int MostEntries = 1 << 18;

    private readonly Sequence<T> _values;
    private readonly T[] _starts;
    private readonly int[][] _filters;

    public RangeSource(string key, int filters, Sequence<T> values, (T First, T Last, int Filter)[] ranges, Func<T, T?> next)
        : base(key, filters)
    {
        _values = values;
        _starts = [.. ranges.SelectMany(r => next(r.Last) is { } after ? (T[])[r.First, after] : [r.First]).Distinct().Order()];
        List<int>[] pieces = [.. _starts.Select(_ => new List<int>())];
        int entries = 0;
        foreach ((T first, T last, int filter) in ranges)
        {
            for (int i = Array.BinarySearch(_starts, first); i < _starts.Length && _starts[i].CompareTo(last) <= 0; i++)
            {
                if (pieces[i].Count > 0 && pieces[i][^1] == filter) continue;
                pieces[i].Add(filter);
                entries++;
            }

            if (entries <= MostEntries) continue;
            IsTooLarge = true;
            break;
        }

        _filters = [.. pieces.Select(p => p.ToArray())];
    }

    public override bool IsTooLarge { get; }

    public override void Mark(EvaluationContext context, Span<ulong> candidates, Span<ulong> found)
    {
        if (_values is SingleSequence<T> single)
        {
            if (single.Node.TryGet(context, out T value)) Look(value, candidates);
        }
        else if (_values.Open(context))
        {
            while (_values.MoveNext(context))
            {
                if (_values.TryGetCurrent(context, out T value)) Look(value, candidates);
            }
        }
    }

    private void Look(T value, Span<ulong> candidates)
    {
        int low = 0, high = _starts.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_starts[middle].CompareTo(value) <= 0) low = middle + 1;
            else high = middle;
        }

        if (low > 0) Set(candidates, _filters[low - 1]);
    }
}
