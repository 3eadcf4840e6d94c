namespace Breakwater.Matching;

/// <summary>
/// Many literals searched at once. Immutable, thread-safe. Build it with <see cref="LiteralSetBuilder"/>.
/// </summary>
public sealed class LiteralSet
{
    private readonly Literal[] _literals;
    private readonly LiteralFinder?[] _finders;

    internal LiteralSet(Literal[] literals)
    {
        _literals = literals;
        _finders = [.. literals.Select(literal =>
            literal.Anchor == LiteralAnchor.Anywhere ? new LiteralFinder(literal.Bytes, literal.IgnoreCase) : null)];
    }

    /// <summary>How many literals the set has; their ids are 0 up to this number.</summary>
    public int Count => _literals.Length;

    /// <summary>How many 64-bit words <see cref="Scan"/> needs for one bit an id.</summary>
    public int WordCount => (Count + 63) / 64;

    /// <summary>
    /// Finds all literals that occur, in one pass, and sets bit <c>id</c> for each. Bits that are set already stay set.
    /// </summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="found">At least <see cref="WordCount"/> words; id 70 is bit 6 of word 1.</param>
    /// <returns>Whether any literal occurs.</returns>
    public bool Scan(ReadOnlySpan<byte> input, Span<ulong> found)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(found.Length, WordCount);
        bool any = false;
        for (int id = 0; id < _literals.Length; id++)
        {
            if (Find(id, input) >= 0)
            {
                found[id >> 6] |= 1UL << id;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Whether any literal occurs.</summary>
    public bool ContainsAny(ReadOnlySpan<byte> input) => IndexOfAny(input, out _) >= 0;

    /// <summary>The lowest place at which a literal occurs, or -1; of several there, the lowest id.</summary>
    public int IndexOfAny(ReadOnlySpan<byte> input, out int id)
    {
        int best = -1;
        id = -1;
        for (int i = 0; i < _literals.Length; i++)
        {
            if (Find(i, input) is >= 0 and var at && (best < 0 || at < best))
            {
                (best, id) = (at, i);
            }
        }

        return best;
    }

    private int Find(int id, ReadOnlySpan<byte> input)
    {
        Literal literal = _literals[id];
        int start = literal.Anchor is LiteralAnchor.End ? input.Length - literal.Bytes.Length : 0;
        return literal.Anchor switch
        {
            LiteralAnchor.Anywhere => _finders[id]!.IndexOf(input),
            LiteralAnchor.Whole when literal.Bytes.Length != input.Length => -1,
            _ => literal.IsAt(input, start) ? start : -1,
        };
    }
}
