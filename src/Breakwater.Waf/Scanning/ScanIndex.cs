using System.Numerics;
using Breakwater.Matching;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Scanning;

/// <summary>
/// Tells, in one reading of a value, which of many operators can hold for it, so that only these need to run. A clear bit is certain: this
/// operator does not hold; a set bit means that it may. It is about the operator itself: whoever negates turns the answer round after that.
/// Immutable, thread-safe; scanning allocates nothing.
/// </summary>
public sealed class ScanIndex
{
    /// <summary>Values of this length and longer are not told apart by length.</summary>
    private const int LengthClasses = 64;

    // One bit an operator in all of these.
    private readonly ulong[][] _byLength;
    private readonly ulong[] _withoutLiterals;
    private readonly ulong[] _exact;

    // The literals of all operators, and for each literal the operators that need it: those from _starts[id] to _starts[id + 1].
    private readonly LiteralSet _literals;
    private readonly int[] _starts;
    private readonly int[] _users;

    private ScanIndex(int count, LiteralSet literals, List<int>[] users, MatchNeeds[] needs)
    {
        Count = count;
        _literals = literals;
        _starts = new int[users.Length + 1];
        for (int i = 0; i < users.Length; i++) _starts[i + 1] = _starts[i] + users[i].Count;
        _users = [.. users.SelectMany(static u => u)];
        _withoutLiterals = Mask(needs, static n => n.Literals.Count == 0);
        _exact = Mask(needs, static n => n.AreSufficient);
        _byLength = [.. Enumerable.Range(0, LengthClasses + 1)
            .Select(length => Mask(needs, n => n.MinLength <= length || (length == LengthClasses && n.MinLength != int.MaxValue)))];
    }

    /// <summary>How many operators there are; bit i stands for the one at i in the list.</summary>
    public int Count { get; }

    /// <summary>How many words <see cref="Scan(ReadOnlySpan{byte}, Span{ulong})"/> needs: bit 70 is bit 6 of word 1.</summary>
    public int WordCount => (Count + 63) >> 6;

    /// <summary>The operators whose bit is the answer itself, so that a set one means: it holds.</summary>
    public ReadOnlySpan<ulong> Exact => _exact;

    /// <summary>Bytes held by the index.</summary>
    public long MemoryBytes =>
        _literals.MemoryBytes + (4L * (_starts.Length + _users.Length)) + (8L * WordCount * (_byLength.Length + 2));

    /// <summary>Makes an index. The same operator may be in the list more than once.</summary>
    public static ScanIndex Create(IReadOnlyList<Operator> operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        MatchNeeds[] needs = [.. operators.Select(static o => o.Needs)];
        LiteralSetBuilder builder = new();
        List<List<int>> users = [];
        for (int i = 0; i < needs.Length; i++)
        {
            foreach (byte[] literal in needs[i].Literals)
            {
                int id = builder.Add(literal, needs[i].IgnoreCase);
                if (id == users.Count) users.Add([]);
                if (users[id].Count == 0 || users[id][^1] != i) users[id].Add(i);
            }
        }

        return new ScanIndex(operators.Count, builder.Build(), [.. users], needs);
    }

    /// <summary>Says for all operators whether they can hold for a value.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="candidates">At least <see cref="WordCount"/> words, which are overwritten.</param>
    public void Scan(ReadOnlySpan<byte> value, Span<ulong> candidates)
    {
        candidates = candidates[..WordCount];
        candidates.Fill(ulong.MaxValue);
        Scan(value, candidates, candidates);
    }

    /// <summary>As the other one, for some of the operators; the bits of all others are clear afterwards.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="wanted">The operators that are asked about; may be the same memory as <paramref name="candidates"/>.</param>
    /// <param name="candidates">At least <see cref="WordCount"/> words, which are overwritten.</param>
    public void Scan(ReadOnlySpan<byte> value, ReadOnlySpan<ulong> wanted, Span<ulong> candidates)
    {
        int words = WordCount;
        Span<ulong> found = stackalloc ulong[words];
        ReadOnlySpan<ulong> longEnough = _byLength[Math.Min(value.Length, LengthClasses)];
        ulong open = 0;
        for (int i = 0; i < words; i++)
        {
            ulong possible = wanted[i] & longEnough[i];
            candidates[i] = possible;
            found[i] = _withoutLiterals[i];
            open |= possible & ~_withoutLiterals[i];
        }

        if (open == 0) return;
        Span<ulong> literals = stackalloc ulong[_literals.WordCount];
        if (_literals.Scan(value, literals)) AddUsers(literals, found);
        for (int i = 0; i < words; i++) candidates[i] &= found[i];
    }

    private void AddUsers(ReadOnlySpan<ulong> literals, Span<ulong> found)
    {
        for (int word = 0; word < literals.Length; word++)
        {
            for (ulong rest = literals[word]; rest != 0; rest &= rest - 1)
            {
                int id = (word << 6) + BitOperations.TrailingZeroCount(rest);
                foreach (int user in _users.AsSpan(_starts[id], _starts[id + 1] - _starts[id])) found[user >> 6] |= 1UL << user;
            }
        }
    }

    private static ulong[] Mask(MatchNeeds[] needs, Func<MatchNeeds, bool> which)
    {
        ulong[] mask = new ulong[(needs.Length + 63) >> 6];
        for (int i = 0; i < needs.Length; i++)
        {
            if (which(needs[i])) mask[i >> 6] |= 1UL << i;
        }

        return mask;
    }
}
