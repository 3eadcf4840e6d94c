namespace Breakwater.Matching;

/// <summary>
/// Many literals searched at once: which of them occur in an input. Immutable, thread-safe. Build it with
/// <see cref="LiteralSetBuilder"/>.
/// </summary>
/// <remarks>
/// <para>One set may hold the tests of all rules over one field: literals anywhere, at the start, at the end, and equal to the whole. Each
/// kind has the search that suits it, and a kind that no literal has costs nothing.</para>
/// <para>Time is linear in the input whatever input and literals are. Literals anywhere are found by a filter that rejects nearly
/// every place of ordinary input, and by comparison in the places that remain. An input made of near matches would make the comparisons
/// many: they have a credit in proportion to the input's length, and when it is used up, an automaton goes over what is left.</para>
/// </remarks>
public sealed class LiteralSet
{
    // What the filter's comparisons may cost before the automaton takes over; a comparison costs 1, and more for long literals.
    // Ordinary input needs a tenth of it, source code and the like half of it.
    private const int LeastCredit = 256, CreditPerByte = 1;

    private readonly SingleByteScanner? _single;
    private readonly FewLiteralsScanner? _few;
    private readonly WindowScanner? _some;
    private readonly ManyLiteralsScanner? _many;
    private readonly AhoCorasick[] _automata;
    private readonly OrderedLiterals[] _ordered;
    private readonly (ByteStringSet Set, int[] Ids)[] _whole;
    private readonly int _longest;

    internal LiteralSet(Literal[] literals, int mostInWindows)
    {
        Count = literals.Length;
        (Literal Literal, int Id)[] all = [.. literals.Select(static (literal, id) => (literal, id))];
        _single = Where(all, LiteralAnchor.Anywhere, static length => length == 1) is { Count: > 0 } single ? new SingleByteScanner(single) : null;
        List<(Literal Literal, int Id)> longer = Where(all, LiteralAnchor.Anywhere, static length => length > 1);
        _longest = longer.Count == 0 ? 0 : longer.Max(static entry => entry.Literal.Bytes.Length);
        _few = longer.Count is > 0 and <= FewLiteralsScanner.MostLiterals ? new FewLiteralsScanner(longer) : null;
        _some = longer.Count > FewLiteralsScanner.MostLiterals && longer.Count <= mostInWindows ? new WindowScanner(longer) : null;
        _many = longer.Count > Math.Max(FewLiteralsScanner.MostLiterals, mostInWindows) ? new ManyLiteralsScanner(longer) : null;
        _automata = [.. ByCase(longer).Select(static group => new AhoCorasick(group))];
        _ordered =
        [
            .. ByCase(Where(all, LiteralAnchor.Start)).Select(static group => new OrderedLiterals(group, backwards: false)),
            .. ByCase(Where(all, LiteralAnchor.End)).Select(static group => new OrderedLiterals(group, backwards: true)),
        ];
        _whole =
        [
            .. ByCase(Where(all, LiteralAnchor.Whole)).Select(static group => (
                ByteStringSet.Create(group.Select(static entry => (ReadOnlyMemory<byte>)entry.Literal.Bytes), group[0].Literal.IgnoreCase),
                group.Select(static entry => entry.Id).ToArray())),
        ];
        MemoryBytes = (_few?.MemoryBytes ?? 0) + (_some?.MemoryBytes ?? 0) + (_many?.MemoryBytes ?? 0)
            + _automata.Sum(static automaton => automaton.MemoryBytes) + _ordered.Sum(static ordered => ordered.MemoryBytes);
    }

    /// <summary>How many literals the set has; their ids are 0 up to this number.</summary>
    public int Count { get; }

    /// <summary>How many 64-bit words <see cref="Scan"/> needs for one bit an id.</summary>
    public int WordCount => (Count + 63) / 64;

    /// <summary>Bytes held by the tables of this set, without those of at most 10 MiB for either kind of case that the first input of near matches makes.</summary>
    public long MemoryBytes { get; }

    /// <summary>
    /// Finds all literals that occur, in one pass, and sets bit <c>id</c> for each. Bits that are set already stay set.
    /// </summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="found">At least <see cref="WordCount"/> words; id 70 is bit 6 of word 1.</param>
    /// <returns>Whether any literal occurs.</returns>
    public bool Scan(ReadOnlySpan<byte> input, Span<ulong> found)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(found.Length, WordCount);
        AllLiterals sink = new(found);
        Scan(input, ref sink);
        return sink.Any;
    }

    /// <summary>As <see cref="Scan(ReadOnlySpan{byte}, Span{ulong})"/>, for input of which it is known that it is made of near matches.</summary>
    public bool ScanDense(ReadOnlySpan<byte> input, Span<ulong> found)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(found.Length, WordCount);
        AllLiterals sink = new(found);
        Scan(input, ref sink, isDense: true);
        return sink.Any;
    }

    /// <summary>Finds all places at which literals occur, in about the order of the input.</summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="places">Where they occur; a place may be told twice.</param>
    /// <returns>
    /// How many places there are; -1 where they are too many to tell: more than fit, or so many near matches that each literal was only
    /// looked for once. A set with literals of one byte never tells.
    /// </returns>
    public int Find(ReadOnlySpan<byte> input, Span<LiteralPlace> places) => Find(input, places, except: []);

    /// <summary>As the other one, without the places of some literals.</summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="places">Where literals occur.</param>
    /// <param name="except">The literals that are of no interest, a bit each; empty, or <see cref="WordCount"/> words.</param>
    public int Find(ReadOnlySpan<byte> input, Span<LiteralPlace> places, ReadOnlySpan<ulong> except)
    {
        LiteralPlaces sink = new(places, except);
        return Scan(input, ref sink) ? sink.Count : -1;
    }

    /// <summary>Whether any literal occurs.</summary>
    public bool ContainsAny(ReadOnlySpan<byte> input)
    {
        AnyLiteral sink = default;
        Scan(input, ref sink);
        return sink.Any;
    }

    /// <summary>The lowest place at which a literal occurs, or -1; of several there, the lowest id.</summary>
    public int IndexOfAny(ReadOnlySpan<byte> input, out int id)
    {
        FirstLiteral sink = new();
        Scan(input, ref sink);
        id = sink.Id;
        return id < 0 ? -1 : sink.Start;
    }

    /// <summary>Answers whether each place of a literal was told: not so where each literal was told once.</summary>
    private bool Scan<TSink>(ReadOnlySpan<byte> input, ref TSink sink, bool isDense = false)
        where TSink : struct, ILiteralSink, allows ref struct
    {
        foreach ((ByteStringSet set, int[] ids) in _whole)
        {
            if (set.Find(input) is >= 0 and var number)
            {
                sink.Found(ids[number], 0);
            }
        }

        foreach (OrderedLiterals ordered in _ordered)
        {
            ordered.Scan(input, ref sink);
        }

        if (sink.Limit == 0)
        {
            return true;
        }

        _single?.Scan(input, ref sink);
        if (sink.Limit == 0 || input.Length < 2)
        {
            return true;
        }

        int credit = LeastCredit + (CreditPerByte * input.Length);
        int done = isDense ? 0 : _few?.Scan(input, ref sink, credit) ?? _some?.Scan(input, ref sink, credit) ?? _many?.Scan(input, ref sink, credit) ?? input.Length;
        if (done < input.Length)
        {
            foreach (AhoCorasick automaton in _automata)
            {
                automaton.Scan(input, Math.Max(0, done - _longest), ref sink);
            }
        }

        return done == input.Length && _single is null;
    }

    private static List<(Literal Literal, int Id)> Where(
        (Literal Literal, int Id)[] literals, LiteralAnchor anchor, Func<int, bool>? lengths = null) =>
        [.. literals.Where(entry => entry.Literal.Anchor == anchor && (lengths?.Invoke(entry.Literal.Bytes.Length) ?? true))];

    private static IEnumerable<List<(Literal Literal, int Id)>> ByCase(List<(Literal Literal, int Id)> literals) =>
        literals.GroupBy(static entry => entry.Literal.IgnoreCase).Select(static group => group.ToList());
}
