using System.Numerics;
using System.Runtime.Intrinsics;
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

    private const int Four = 4; // words in a register

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

    // The same, four kinds at a time: for each choice of those that a value does not have, the operators that this rules out. Null where there are too many.
    private readonly ulong[]? _ruledOut;
    private readonly int _ruledOutWords;

    // Which operators to ask about disguises, and what they need: as in ScanIndexBuilder.
    private readonly ulong _disguises;
    private readonly ulong[] _needLiteral;
    private readonly ulong[] _needLiteralPlain;
    private readonly ulong[] _impossiblePlain;
    private readonly ulong[] _exact;
    private readonly ulong[] _open;

    // A user is an operator that needs a literal: twice its number, plus one where it needs it only in a value without disguises. For each
    // literal the users from _starts[id] to _starts[id + 1]; kinds of bytes that are as good as a literal to a user; and for each user how
    // far before its literal a match can begin.
    private readonly LiteralSet _literals;
    private readonly int[] _starts;
    private readonly int[] _users;
    private readonly (ulong Bits, int User)[] _singles;
    private readonly sbyte[] _leads;
    private readonly Operator[] _operators;
    private readonly int _overlap;

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

        if (_words <= 2 * Four && Vector256.IsHardwareAccelerated)
        {
            _ruledOutWords = _words <= Four ? Four : 2 * Four;
            _ruledOut = RuledOut(built.Kinds);
            // Kinds that are always there fill the last four up.
            _kinds = [.. _kinds, .. Enumerable.Repeat(ulong.MaxValue, (Four - (_kinds.Length % Four)) % Four)];
        }

        _disguises = built.DisguiseBits;
        _needLiteral = built.NeedLiteral;
        _needLiteralPlain = built.NeedLiteralPlain;
        _impossiblePlain = built.ImpossiblePlain;
        _exact = built.Exact;
        _open = built.Mask(static n => n.MinLength == 0 && n.OneOfEach.Count == 0 && n.Literals.Count == 0);
        for (int i = 0; i < _words; i++) _open[i] &= ~_impossiblePlain[i];
        _literals = built.Literals;
        _starts = new int[built.Users.Count + 1];
        for (int i = 0; i < built.Users.Count; i++) _starts[i + 1] = _starts[i] + built.Users[i].Count;
        _users = [.. built.Users.SelectMany(static u => u)];
        _singles = [.. built.Singles];
        _leads = built.Leads;
        _operators = built.Operators;
        Patterns = built.Mask(static _ => false);
        for (int i = 0; i < Count; i++)
        {
            if (built.Operators[i] is Rx && !IsExact(i)) Patterns[i >> 6] |= 1UL << i;
        }

        _overlap = Math.Max(0, built.Needs.SelectMany(static n => n.Literals).Select(static l => l.Length).DefaultIfEmpty().Max() - 1);
    }

    /// <summary>Bytes that an attack puts between the letters of a word and a visitor seldom does.</summary>
    internal static ReadOnlySpan<byte> Disguises => "\"'`\\^$[](){}|<>*\0"u8;

    /// <summary>How many operators there are; bit i stands for the one at i in the list.</summary>
    public int Count { get; }

    /// <summary>How many words <see cref="Scan(ReadOnlySpan{byte}, Span{ulong})"/> needs: bit 70 is bit 6 of word 1.</summary>
    public int WordCount => _words;

    /// <summary>The operators whose bit is the answer itself, so that a set one means: it holds.</summary>
    public ReadOnlySpan<ulong> Exact => _exact;

    /// <summary>Whether an operator is one of <see cref="Exact"/>.</summary>
    internal bool IsExact(int operation) => (_exact[operation >> 6] & (1UL << operation)) != 0;

    /// <summary>The operators that are regular expressions and not <see cref="Exact"/>.</summary>
    internal ulong[] Patterns { get; }

    /// <summary>The regular expression of one of <see cref="Patterns"/>.</summary>
    internal ByteRegex PatternOf(int operation) => ((Rx)_operators[operation]).Regex;

    /// <summary>The operators that are candidates for every value.</summary>
    internal ReadOnlySpan<ulong> Open => _open;

    /// <summary>Bytes held by the index.</summary>
    public long MemoryBytes =>
        _literals.MemoryBytes + (4L * (_starts.Length + _users.Length)) + (8L * (_byLength.Length + _needKinds.Length + 256 + (5 * _words)));

    /// <summary>Makes an index. The same operator may be in the list more than once.</summary>
    public static ScanIndex Create(IReadOnlyList<Operator> operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        ulong[] all = new ulong[(operators.Count + 63) >> 6];
        Array.Fill(all, ulong.MaxValue);
        return Create(operators, all);
    }

    /// <summary>As the other one; of operators that are not wanted the index knows nothing, so that they are candidates for every value.</summary>
    internal static ScanIndex Create(IReadOnlyList<Operator> operators, ReadOnlySpan<ulong> wanted) => new(new ScanIndexBuilder(operators, wanted));

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
        candidates = candidates[.._words];
        wanted[.._words].CopyTo(candidates);
        ulong kinds = Narrow(value, candidates);
        Search(value, kinds, candidates);
    }

    /// <summary>The first half of a scan: goes by length and kinds of bytes alone.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="candidates">The operators that are asked about; those that cannot hold are cleared.</param>
    /// <returns>The kinds of the value's bytes.</returns>
    internal ulong Narrow(ReadOnlySpan<byte> value, Span<ulong> candidates)
    {
        ReadOnlySpan<ulong> longEnough = _byLength.AsSpan(Math.Min(value.Length, LengthClasses) * _words, _words);
        for (int i = 0; i < longEnough.Length; i++) candidates[i] &= longEnough[i];
        ulong kinds = _signature.Of(value);
        RuleOutByKinds(kinds, candidates);
        return kinds;
    }

    /// <summary>The second half of a scan: looks for literals, where a candidate is left that needs one.</summary>
    /// <param name="value">The value, transformed.</param>
    /// <param name="kinds">The kinds of its bytes.</param>
    /// <param name="candidates">The operators that are left; those that cannot hold are cleared.</param>
    internal void Search(ReadOnlySpan<byte> value, ulong kinds, Span<ulong> candidates)
    {
        int words = _words;
        bool plain = (kinds & _disguises) == 0;
        ReadOnlySpan<ulong> needLiteral = plain ? _needLiteralPlain : _needLiteral;
        Span<ulong> open = stackalloc ulong[words];
        ulong any = 0;
        for (int i = 0; i < words; i++)
        {
            if (plain) candidates[i] &= ~_impossiblePlain[i];
            open[i] = candidates[i] & needLiteral[i];
            candidates[i] &= ~open[i];
            any |= open[i];
        }

        if (any == 0) return;
        // Short values are searched before it pays to know, and for very many literals it takes more room than a stack has.
        bool settles = value.Length > LiteralSearch.Block && _literals.WordCount <= LiteralSearch.MostSettledWords;
        Span<ulong> settled = stackalloc ulong[settles ? _literals.WordCount : 0];
        settled.Clear();
        LiteralSearch search = new(this, value, plain, open, candidates, settled);
        foreach ((ulong bits, int user) in _singles)
        {
            if ((kinds & bits) != 0) search.Found(user, -1);
        }

        search.Run();
    }

    private ulong[] RuledOut(IReadOnlyList<(ulong Bits, ulong[] Operators)> kinds)
    {
        const int Choices = 1 << Four;
        ulong[] table = new ulong[(kinds.Count + Four - 1) / Four * Choices * _ruledOutWords];
        for (int kind = 0; kind < kinds.Count; kind++)
        {
            for (int choice = 0; choice < Choices; choice++)
            {
                if ((choice & (1 << (kind % Four))) == 0) continue;
                int row = ((kind / Four * Choices) + choice) * _ruledOutWords;
                for (int word = 0; word < _words; word++) table[row + word] |= kinds[kind].Operators[word];
            }
        }

        return table;
    }

    private void RuleOutByKinds(ulong kinds, Span<ulong> candidates)
    {
        if (_ruledOut is not null)
        {
            RuleOutByFours(kinds, _ruledOut, candidates);
            return;
        }

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

    /// <summary>As the other one, where the bits of all operators fit one or two registers.</summary>
    private void RuleOutByFours(ulong kinds, ulong[] table, Span<ulong> candidates)
    {
        Vector256<ulong> has = Vector256.Create(kinds);
        Vector256<ulong> low = default, high = default;
        ReadOnlySpan<ulong> all = _kinds;
        ReadOnlySpan<ulong> choices = table;
        bool isLong = _ruledOutWords > Four;
        for (; !all.IsEmpty; all = all[Four..], choices = choices[(_ruledOutWords << Four)..])
        {
            uint absent = Vector256.Equals(Vector256.Create(all) & has, Vector256<ulong>.Zero).ExtractMostSignificantBits();
            ReadOnlySpan<ulong> row = choices.Slice((int)absent * _ruledOutWords, _ruledOutWords);
            low |= Vector256.Create(row);
            if (isLong) high |= Vector256.Create(row[Four..]);
        }

        for (int i = 0; i < candidates.Length; i++) candidates[i] &= ~(i < Four ? low[i] : high[i - Four]);
    }

    /// <summary>
    /// One search for literals in one value. Where a match cannot begin far before its literal, the operator is tried there and then, which
    /// reads a few bytes in most places.
    /// </summary>
    private ref struct LiteralSearch
    {
        /// <summary>A value is searched in blocks of so many bytes.</summary>
        public const int Block = 2048;

        /// <summary>With more words of literals than this, it is not noted which of them are settled.</summary>
        public const int MostSettledWords = 1024;

        /// <summary>So many blocks at most are passed over without the attempt to find each place of a literal.</summary>
        private const int MostDense = 64;

        /// <summary>Trying operators at literals may read the value so many times over; after that they are candidates.</summary>
        private const int CreditPerByte = 2, LeastCredit = 4096, CreditPerTrial = 16;

        private const int MaxPlaces = 1024;

        [ThreadStatic]
        private static LiteralPlace[]? _places;

        private readonly ScanIndex _index;
        private readonly ReadOnlySpan<byte> _value;
        private readonly bool _plain;
        private readonly Span<ulong> _open;
        private readonly Span<ulong> _candidates;
        private readonly Span<ulong> _settled; // literals that no operator is open for any more; empty where that is not noted
        private long _credit;

        public LiteralSearch(ScanIndex index, ReadOnlySpan<byte> value, bool plain, Span<ulong> open, Span<ulong> candidates, Span<ulong> settled)
        {
            (_index, _plain) = (index, plain);
            _value = value;
            _open = open;
            _candidates = candidates;
            _settled = settled;
            _credit = LeastCredit + ((long)CreditPerByte * value.Length);
        }

        public void Run()
        {
            LiteralPlace[] places = _places ??= new LiteralPlace[MaxPlaces];
            int dense = 0;
            for (int at = 0; at < _value.Length && _open.ContainsAnyExcept(0UL); at += Block)
            {
                int start = Math.Max(0, at - _index._overlap);
                ReadOnlySpan<byte> block = _value[start..Math.Min(_value.Length, at + Block)];
                int count = _index._literals.Find(block, places, _settled);
                if (count < 0)
                {
                    // What has too many places goes on like that more often than not.
                    dense = Math.Clamp(2 * dense, 1, MostDense);
                    int end = Math.Min(_value.Length, at + (dense * Block));
                    Tell(_value[start..end]);
                    at = end - Block;
                    continue;
                }

                dense = 0;

                foreach (LiteralPlace place in places.AsSpan(0, count)) Tell(place.Id, start + place.Start);
            }
        }

        /// <summary>Tells all users of the literals in a block, which has too many to tell where they are.</summary>
        private void Tell(ReadOnlySpan<byte> block)
        {
            Span<ulong> literals = stackalloc ulong[_index._literals.WordCount];
            _index._literals.ScanDense(block, literals);
            for (int word = 0; word < literals.Length; word++)
            {
                for (ulong rest = literals[word]; rest != 0; rest &= rest - 1) Tell((word << 6) + BitOperations.TrailingZeroCount(rest), -1);
            }
        }

        private void Tell(int literal, int start)
        {
            bool isOpen = false;
            foreach (int user in _index._users.AsSpan(_index._starts[literal], _index._starts[literal + 1] - _index._starts[literal])) isOpen |= Found(user, start);
            if (!isOpen && !_settled.IsEmpty) _settled[literal >> 6] |= 1UL << literal;
        }

        /// <summary>A literal of the user is at a place, or, with -1, somewhere. Gives whether the user is still open.</summary>
        public bool Found(int user, int start)
        {
            int word = user >> 7;
            ulong bit = 1UL << (user >> 1);
            if ((_open[word] & bit) == 0 || ((user & 1) != 0 && !_plain)) return false;
            int lead = _index._leads[user];
            if (start >= 0 && lead >= 0 && _credit > 0)
            {
                int first = Math.Max(0, start - lead);
                bool? holds = _index._operators[user >> 1].HoldsFrom(_value, first, start, out int end);
                _credit -= CreditPerTrial + end - first;
                if (holds == false) return true;
            }

            _open[word] &= ~bit;
            _candidates[word] |= bit;
            return false;
        }
    }
}
