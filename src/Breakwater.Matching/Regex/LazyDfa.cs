using System.Buffers;
using System.Numerics;

namespace Breakwater.Matching;

/// <summary>What a <see cref="LazyDfa"/> looks for.</summary>
internal enum DfaGoal : byte
{
    /// <summary>Whether there is a match.</summary>
    Any,

    /// <summary>Where the leftmost-first match ends.</summary>
    First,

    /// <summary>Where the longest match that begins at the starting point ends.</summary>
    Longest,

    /// <summary>Which of several patterns match.</summary>
    Each,
}

/// <summary>
/// A deterministic automaton, built while texts are read: a state is a set of places in the program, and a transition is worked out the
/// first time it is taken. Shared by all threads: reading known transitions takes no lock, adding one does. Its memory is bounded: when
/// full, it starts afresh, and a text that fills it faster than it uses it is given up on (the caller then simulates).
/// </summary>
/// <remarks>
/// A transition tells with the byte after it whether a match ended before that byte: so what a look asks of the next byte is known when
/// it is decided. Lookarounds are taken to hold: with them in the program the answer "no" is sure, "yes" is not.
/// A transition is 0 while unknown, the offset of the next state's row if that is all, and otherwise the complement of that offset with
/// flags in its low bits. Rows are never moved or changed within a table; a larger table is a copy.
/// </remarks>
internal sealed partial class LazyDfa
{
    private const int Matched = 1;
    private const int Restart = 2;
    private const int FlagMask = 3;
    private const int Dead = ~0;

    /// <summary>A run that took fewer bytes than this for each transition it built is thrashing when the memory runs out.</summary>
    private const int BytesPerTransition = 8;

    /// <summary>How often a run leaps to a byte that could begin a match before it asks whether that pays.</summary>
    private const int LeapsOnTrial = 8;

    private const int BytesPerLeap = 12;

    private readonly RegexProgram _program;
    private readonly DfaGoal _goal;
    private readonly int _maxBytes;
    private readonly int _strideBits;
    private readonly int _patterns;
    private readonly int _words;
    private readonly SearchValues<byte>? _restartBytes;
    private readonly Lock _building = new();
    private volatile Cache _cache;
    private Beginning?[]? _beginnings;

    /// <param name="program">What to look for; unanchored if it was compiled so.</param>
    /// <param name="goal">What is asked.</param>
    /// <param name="maxBytes">Memory for states and transitions.</param>
    /// <param name="patterns">How many patterns the program holds, for <see cref="DfaGoal.Each"/>.</param>
    public LazyDfa(RegexProgram program, DfaGoal goal, int maxBytes, int patterns = 1)
    {
        (_program, _goal, _maxBytes) = (program, goal, maxBytes);
        // A column for each class, one for the end, and one for the state in which nothing new begins, where that is asked for.
        CloseClass = goal == DfaGoal.Any && program.Unanchored ? program.ClassCount + 1 : -1;
        _strideBits = Math.Max(2, BitOperations.Log2((uint)Math.Max(program.ClassCount, CloseClass)) + 1);
        _patterns = patterns;
        _words = goal == DfaGoal.Each ? (patterns + 63) >> 6 : 0;
        _restartBytes = FirstBytes.Of(program) is { } first && FirstBytes.AreRare(first) ? SearchValues.Create(FirstBytes.List(first)) : null;
        _cache = new Cache(this);
    }

    private int CloseClass { get; }

    /// <summary>How often the automaton ran full and started afresh.</summary>
    public int Resets { get; private set; }

    /// <summary>How many transitions were built: the work beyond reading.</summary>
    public long Built { get; private set; }

    /// <summary>Whether there is a match at or after <paramref name="start"/>; null: given up, ask the simulation.</summary>
    public bool? IsMatch(ReadOnlySpan<byte> input, int start) => IsMatch(input, start, out _);

    /// <summary>As the other one; <paramref name="end"/> is the first place at which a match ends, or -1.</summary>
    public bool? IsMatch(ReadOnlySpan<byte> input, int start, out int end)
    {
        var run = new Run(this, start);
        int state = run.StartState(input, start);
        int at = start;
        if (_restartBytes is not null)
            state = run.SkipToRestart(input, state, ref at);
        return run.Finish(input, state, at, out end);
    }

    /// <summary>Whether leaping from one byte that could begin a match to the next one pays in a text, as far as its beginning tells.</summary>
    public bool Leaps(ReadOnlySpan<byte> input)
    {
        const int Sample = 1024;
        if (_restartBytes is null)
            return false;
        input = input[..Math.Min(input.Length, Sample)];
        int most = input.Length / BytesPerLeap;
        for (int leaps = 0; leaps < most; leaps++)
        {
            int skip = input.IndexOfAny(_restartBytes);
            if (skip < 0)
                return true;
            input = input[(skip + 1)..];
        }
        return false;
    }

    /// <summary>
    /// Whether a match begins at one of the places from <paramref name="first"/> to <paramref name="last"/>, which is in the text; null:
    /// given up. Reads no further than it must: to <paramref name="end"/>.
    /// </summary>
    public bool? IsMatchFrom(ReadOnlySpan<byte> input, int first, int last, out int end)
    {
        var run = new Run(this, first);
        int state = run.StartState(input, first);
        for (end = first; end < input.Length; end++)
        {
            int byteClass = _program.ClassOf[input[end]];
            int next = run.Table[state + byteClass];
            if (next == 0 && (next = run.Build(state, byteClass, end)) == 0)
                return null;
            if (next < 0 && ((~next & Matched) != 0 || next == Dead))
                return next != Dead;
            if (end == last && CloseClass >= 0)
            {
                state = next < 0 ? ~next & ~FlagMask : next;
                next = run.Table[state + CloseClass];
                if (next == 0 && (next = run.Build(state, CloseClass, end)) == 0)
                    return null;
                if (next == Dead)
                    return false;
            }
            state = next < 0 ? ~next & ~FlagMask : next;
        }
        int atEnd = run.End(state, end);
        return atEnd == 0 ? null : (~atEnd & Matched) != 0;
    }

    /// <summary>
    /// For <see cref="DfaGoal.First"/>: where the match that starts first ends, or -1; null: given up.
    /// </summary>
    public int? FindEnd(ReadOnlySpan<byte> input, int start)
    {
        var run = new Run(this, start);
        int state = run.StartState(input, start);
        int at = start, end = -1;
        if (_restartBytes is not null)
            state = run.SkipToRestart(input, state, ref at);
        byte[] classOf = _program.ClassOf;
        int[] table = run.Table;
        for (; at < input.Length; at++)
        {
            int next = table[state + classOf[input[at]]];
            if (next == 0)
            {
                next = run.Build(state, classOf[input[at]], at);
                table = run.Table;
                if (next == 0)
                    return null;
            }
            if (next < 0)
            {
                int flags = ~next & FlagMask;
                next = ~next & ~FlagMask;
                if ((flags & Matched) != 0)
                    end = at;
                if (next == 0)
                    return end;
                if ((flags & Restart) != 0)
                {
                    at++;
                    next = run.SkipToRestart(input, next, ref at);
                    table = run.Table;
                    at--;
                }
            }
            state = next;
        }
        int last = run.End(state, at);
        return last == 0 ? null : (~last & Matched) != 0 ? at : end;
    }

    /// <summary>
    /// For <see cref="DfaGoal.Longest"/> on a reversed program: reading from <paramref name="end"/> back to <paramref name="start"/>, the
    /// first position from which the pattern matches up to the end; null: given up.
    /// </summary>
    public int? FindStart(ReadOnlySpan<byte> input, int start, int end)
    {
        var run = new Run(this, 0);
        int state = run.StartState(end < input.Length ? input[end] : -1);
        int found = -1, at = end;
        for (; at > start; at--)
        {
            int byteClass = _program.ClassOf[input[at - 1]];
            int next = run.Table[state + byteClass];
            if (next == 0 && (next = run.Build(state, byteClass, end - at)) == 0)
                return null;
            if (next < 0)
            {
                if ((~next & Matched) != 0)
                    found = at;
                next = ~next & ~FlagMask;
                if (next == 0)
                    return found;
            }
            state = next;
        }
        // The byte before the start is only looked at: whether a match begins here may hang on it.
        int lastClass = start > 0 ? _program.ClassOf[input[start - 1]] : _program.ClassCount;
        int last = run.Table[state + lastClass];
        if (last == 0 && (last = run.Build(state, lastClass, end - at)) == 0)
            return null;
        return last < 0 && (~last & Matched) != 0 ? start : found;
    }

    /// <summary>For <see cref="DfaGoal.Each"/>: sets the bit of each pattern that matches; false: given up, the bits are no answer.</summary>
    public bool MatchEach(ReadOnlySpan<byte> input, Span<ulong> matched)
    {
        var run = new Run(this, 0);
        int state = run.StartState(input, 0);
        int at = 0, added = 0;
        if (_restartBytes is not null)
            state = run.SkipToRestart(input, state, ref at);
        for (; at < input.Length; at++)
        {
            int byteClass = _program.ClassOf[input[at]];
            int next = run.Table[state + byteClass];
            if (next == 0 && (next = run.Build(state, byteClass, at)) == 0)
                return false;
            if (next < 0)
            {
                int flags = ~next & FlagMask;
                next = ~next & ~FlagMask;
                // A pattern that goes on matching brings the same state again and again.
                if ((flags & Matched) != 0 && next != added)
                {
                    Volatile.ReadBarrier();
                    run.AddMatches(next, matched);
                    if (IsFull(matched))
                        return true;
                    added = next;
                }
                if (next == 0)
                    return true;
                if ((flags & Restart) != 0)
                {
                    at++;
                    next = run.SkipToRestart(input, next, ref at);
                    at--;
                }
            }
            state = next;
        }
        int last = run.End(state, at);
        if (last == 0)
            return false;
        if ((~last & Matched) != 0)
            run.AddMatches(~last & ~FlagMask, matched);
        return true;
    }

    private bool IsFull(ReadOnlySpan<ulong> matched)
    {
        int last = _words - 1;
        return matched[last] == ulong.MaxValue >> (-_patterns & 63) && !matched[..last].ContainsAnyExcept(ulong.MaxValue);
    }

    /// <summary>Where the threads are that begin at a position, once they have read a byte, and the patterns that match there.</summary>
    private sealed record Beginning(int[] Places, int[] Matches, bool Matched);

    /// <summary>One reading of one text: the cache it uses and what it cost. Owned by one call.</summary>
    private struct Run
    {
        private readonly LazyDfa _dfa;
        private readonly int _origin;
        private Cache _cache;
        private int _built;
        private int _leaps;

        public Run(LazyDfa dfa, int origin)
        {
            (_dfa, _origin) = (dfa, origin);
            _cache = dfa._cache;
            Table = _cache.Table;
        }

        public int[] Table { get; private set; }

        public int StartState(ReadOnlySpan<byte> input, int at) => StartState(at > 0 ? input[at - 1] : -1);

        /// <summary>The state before anything was read from here, with the byte read before it (-1: none).</summary>
        public int StartState(int read)
        {
            int context = read < 0 ? _dfa._program.ContextBytes.Length : _dfa._program.ContextOf[read];
            int state = Volatile.Read(ref _cache.Starts[context]);
            if (state == 0)
                return AddStart(context);
            if (state >= Table.Length)
                Table = _cache.Table;
            return state;
        }

        /// <summary>In a state that knows of nothing begun, goes on to the next byte with which a match can begin.</summary>
        public int SkipToRestart(ReadOnlySpan<byte> input, int state, ref int at)
        {
            // Leaping costs as much as reading a few bytes: where it did not gain them, the rest is read.
            if (_leaps > LeapsOnTrial && at - _origin < _leaps * BytesPerLeap)
                return state;
            _leaps++;
            int skip = input[at..].IndexOfAny(_dfa._restartBytes!);
            if (skip == 0)
                return state;
            at = skip < 0 ? input.Length : at + skip;
            return at == 0 ? state : StartState(input, at);
        }

        /// <summary>For <see cref="DfaGoal.Any"/>: reads on from a state to the end; null: given up.</summary>
        public bool? Finish(ReadOnlySpan<byte> input, int state, int at, out int end)
        {
            end = -1;
            byte[] classOf = _dfa._program.ClassOf;
            int[] table = Table;
            while (at < input.Length)
            {
                int next = table[state + classOf[input[at]]];
                if (next <= 0)
                {
                    if (next == 0)
                    {
                        next = Build(state, classOf[input[at]], at);
                        table = Table;
                        if (next == 0)
                            return null;
                    }
                    if (next < 0)
                    {
                        if ((~next & Matched) != 0)
                        {
                            end = at;
                            return true;
                        }
                        if (next == Dead)
                            return false;
                        next = ~next & ~FlagMask;
                        at++;
                        next = SkipToRestart(input, next, ref at);
                        table = Table;
                        at--;
                    }
                }
                state = next;
                at++;
            }
            int last = End(state, at);
            if (last == 0)
                return null;
            bool matched = (~last & Matched) != 0;
            if (matched)
                end = at;
            return matched;
        }

        /// <summary>For <see cref="DfaGoal.Any"/>: the state after one byte more; 0 where there is an answer.</summary>
        /// <param name="state">The state.</param>
        /// <param name="value">The byte.</param>
        /// <param name="at">Where it is.</param>
        /// <param name="isAfresh">Set where the states are numbered anew from here on.</param>
        /// <param name="mayMatch">The answer.</param>
        public int Step(int state, byte value, int at, ref bool isAfresh, out bool mayMatch)
        {
            int byteClass = _dfa._program.ClassOf[value];
            int next = Table[state + byteClass];
            if (next == 0)
            {
                var cache = _cache;
                next = Build(state, byteClass, at);
                isAfresh |= !ReferenceEquals(cache, _cache);
            }
            mayMatch = next == 0 || (next < 0 && (~next & Matched) != 0);
            return next > 0 ? next : mayMatch || next == Dead ? 0 : ~next & ~FlagMask;
        }

        /// <summary>The transition at the end of the text.</summary>
        public int End(int state, int at)
        {
            int endClass = _dfa._program.ClassCount;
            int last = Volatile.Read(ref Table[state + endClass]);
            return last != 0 ? last : Build(state, endClass, at);
        }

        /// <summary>Works out a transition; 0 when the run is given up. The run's table may be another one afterwards.</summary>
        public int Build(int state, int byteClass, int at)
        {
            lock (_dfa._building)
            {
                var cache = _dfa._cache;
                int own = ReferenceEquals(cache, _cache) ? state : cache.Import(_cache, state);
                int next = own == 0 ? 0 : cache.Build(own, byteClass);
                if (next == 0)
                {
                    cache = _dfa.StartAfresh();
                    if ((at - _origin) / BytesPerTransition < _built)
                        return 0;
                    next = cache.Build(cache.Import(_cache, state), byteClass);
                }
                _built++;
                _dfa.Built++;
                _cache = cache;
                Table = cache.Table;
                return next;
            }
        }

        /// <summary>
        /// Adds the patterns that matched before a state. Its masks were written before the transition that led to it; so that they are
        /// read after it as well, a barrier must stand between.
        /// </summary>
        public readonly void AddMatches(int state, Span<ulong> matched)
        {
            int words = _dfa._words;
            var masks = _cache.Masks.AsSpan((state >> _dfa._strideBits) * words, words);
            for (int i = 0; i < words; i++)
                matched[i] |= masks[i];
        }

        private int AddStart(int context)
        {
            lock (_dfa._building)
            {
                // Nothing but this state is held from here on, so that another cache may take over.
                _cache = _dfa._cache;
                int state = _cache.AddStart(context);
                if (state == 0)
                {
                    _cache = _dfa.StartAfresh();
                    state = _cache.AddStart(context);
                }
                Table = _cache.Table;
                return state;
            }
        }
    }

    private Cache StartAfresh()
    {
        Resets++;
        return _cache = new Cache(this);
    }
}
