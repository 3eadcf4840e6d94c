using System.Numerics;
using Breakwater.Matching;
using Breakwater.Waf.Operators;

namespace Breakwater.Waf.Scanning;

/// <summary>
/// Tells, in one reading of a value, which of many operators can hold for it, so that only these need to run. A clear bit is certain: this
/// operator does not hold; a set bit means that it may. It is about the operator itself: whoever negates turns the answer round after that.
/// Immutable, thread-safe; scanning allocates nothing.
/// </summary>
/// <remarks>
/// <para>First the value's length and its kinds of bytes rule operators out: most of what rules look for needs a quote, a bracket or the like,
/// which most values do not have. Only if an operator is left that needs one of certain literals, the literals of all operators are searched
/// for, in one pass.</para>
/// <para>Patterns for shell commands allow quotes, backslashes and variables between any two letters, and so need no literal at all. In values
/// that have no such bytes (<see cref="Disguises"/>), they need the command's name, and are asked about that.</para>
/// </remarks>
public sealed class ScanIndex
{
    /// <summary>Values of this length and longer are not told apart by length.</summary>
    internal const int LengthClasses = 64;

    private readonly int _words;
    private readonly ByteSignature _signature;

    // Masks have one bit an operator, and stand one behind the other in arrays. By length: which operators need no more than that.
    private readonly ulong[] _byLength;

    // Which operators need one of some kinds of bytes. The kinds of the first ones are rare: _rareKinds are all of them together, and
    // _needRare are all operators that need any of these.
    private readonly ulong[] _kinds;
    private readonly ulong[] _needKinds;
    private readonly int _rareCount;
    private readonly ulong _rareKinds;
    private readonly ulong[] _needRare;

    // Which operators to ask about disguises, and what they need: as in ScanIndexBuilder.
    private readonly ulong _disguises;
    private readonly ulong[] _needLiteral;
    private readonly ulong[] _needLiteralPlain;
    private readonly ulong[] _impossiblePlain;
    private readonly ulong[] _exact;

    // For each literal the operators that need it: those from _starts[id] to _starts[id + 1]. Twice the operator's number, plus one where
    // it needs the literal only in a value without disguises.
    private readonly LiteralSet _literals;
    private readonly int[] _starts;
    private readonly int[] _users;

    internal ScanIndex(ScanIndexBuilder built)
    {
        Count = built.Needs.Length;
        _words = (Count + 63) >> 6;
        _signature = built.Signature;
        _byLength = [.. Enumerable.Range(0, LengthClasses + 1).SelectMany(length => built.Mask(n =>
            n.MinLength != int.MaxValue && (n.MinLength <= length || length == LengthClasses)))];
        _kinds = [.. built.Kinds.Select(static k => k.Bits)];
        _needKinds = [.. built.Kinds.SelectMany(static k => k.Operators)];
        _rareCount = built.RareKinds;
        _needRare = new ulong[_words];
        for (int i = 0; i < _rareCount; i++)
        {
            _rareKinds |= _kinds[i];
            for (int word = 0; word < _words; word++) _needRare[word] |= _needKinds[(i * _words) + word];
        }

        _disguises = built.DisguiseBits;
        _needLiteral = built.NeedLiteral;
        _needLiteralPlain = built.NeedLiteralPlain;
        _impossiblePlain = built.ImpossiblePlain;
        _exact = built.Exact;
        _literals = built.Literals;
        _starts = new int[built.Users.Count + 1];
        for (int i = 0; i < built.Users.Count; i++) _starts[i + 1] = _starts[i] + built.Users[i].Count;
        _users = [.. built.Users.SelectMany(static u => u)];
    }

    /// <summary>Bytes that an attack puts between the letters of a word and a visitor seldom does.</summary>
    internal static ReadOnlySpan<byte> Disguises => "\"'`\\^$[](){}|<>*\0"u8;

    /// <summary>How many operators there are; bit i stands for the one at i in the list.</summary>
    public int Count { get; }

    /// <summary>How many words <see cref="Scan(ReadOnlySpan{byte}, Span{ulong})"/> needs: bit 70 is bit 6 of word 1.</summary>
    public int WordCount => _words;

    /// <summary>The operators whose bit is the answer itself, so that a set one means: it holds.</summary>
    public ReadOnlySpan<ulong> Exact => _exact;

    /// <summary>Bytes held by the index.</summary>
    public long MemoryBytes =>
        _literals.MemoryBytes + (4L * (_starts.Length + _users.Length)) + (8L * (_byLength.Length + _needKinds.Length + 256 + (5 * _words)));

    /// <summary>Makes an index. The same operator may be in the list more than once.</summary>
    public static ScanIndex Create(IReadOnlyList<Operator> operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        return new ScanIndex(new ScanIndexBuilder(operators));
    }

    /// <summary>Says for all operators whether they can hold for a value.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="candidates">At least <see cref="WordCount"/> words, which are overwritten.</param>
    public void Scan(ReadOnlySpan<byte> value, Span<ulong> candidates)
    {
        candidates = candidates[.._words];
        candidates.Fill(ulong.MaxValue);
        Scan(value, candidates, candidates);
    }

    /// <summary>As the other one, for some of the operators; the bits of all others are clear afterwards.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="wanted">The operators that are asked about; may be the same memory as <paramref name="candidates"/>.</param>
    /// <param name="candidates">At least <see cref="WordCount"/> words, which are overwritten.</param>
    public void Scan(ReadOnlySpan<byte> value, ReadOnlySpan<ulong> wanted, Span<ulong> candidates)
    {
        int words = _words;
        candidates = candidates[..words];
        ReadOnlySpan<ulong> longEnough = _byLength.AsSpan(Math.Min(value.Length, LengthClasses) * words, words);
        for (int i = 0; i < words; i++) candidates[i] = wanted[i] & longEnough[i];
        ulong kinds = _signature.Of(value);
        RuleOutByKinds(kinds, candidates);

        bool plain = (kinds & _disguises) == 0;
        ReadOnlySpan<ulong> needLiteral = plain ? _needLiteralPlain : _needLiteral;
        ulong open = 0;
        for (int i = 0; i < words; i++)
        {
            if (plain) candidates[i] &= ~_impossiblePlain[i];
            open |= candidates[i] & needLiteral[i];
        }

        if (open != 0) RuleOutByLiterals(value, plain, needLiteral, candidates);
    }

    private void RuleOutByKinds(ulong kinds, Span<ulong> candidates)
    {
        int first = 0;
        if ((kinds & _rareKinds) == 0)
        {
            first = _rareCount;
            for (int i = 0; i < candidates.Length; i++) candidates[i] &= ~_needRare[i];
        }

        for (int k = first; k < _kinds.Length; k++)
        {
            if ((kinds & _kinds[k]) != 0) continue;
            ReadOnlySpan<ulong> need = _needKinds.AsSpan(k * candidates.Length, candidates.Length);
            for (int i = 0; i < candidates.Length; i++) candidates[i] &= ~need[i];
        }
    }

    private void RuleOutByLiterals(ReadOnlySpan<byte> value, bool plain, ReadOnlySpan<ulong> needLiteral, Span<ulong> candidates)
    {
        Span<ulong> found = stackalloc ulong[candidates.Length];
        Span<ulong> literals = stackalloc ulong[_literals.WordCount];
        if (_literals.Scan(value, literals))
        {
            for (int word = 0; word < literals.Length; word++)
            {
                for (ulong rest = literals[word]; rest != 0; rest &= rest - 1)
                {
                    int id = (word << 6) + BitOperations.TrailingZeroCount(rest);
                    foreach (int user in _users.AsSpan(_starts[id], _starts[id + 1] - _starts[id]))
                    {
                        if ((user & 1) == 0 || plain) found[user >> 7] |= 1UL << (user >> 1);
                    }
                }
            }
        }

        for (int i = 0; i < candidates.Length; i++) candidates[i] &= found[i] | ~needLiteral[i];
    }
}
