using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Matching;

/// <summary>
/// Many patterns searched for at once: which of them match a text. Patterns are put together into automata, some dozens in each, so that
/// a text is read a few times and not once per pattern; where that does not pay (the automaton would grow too large), they run one by
/// one. Linear in the text in any case. Immutable to its users and thread-safe; matching allocates nothing in steady state.
/// </summary>
public sealed class ByteRegexSet
{
    /// <summary>Instructions that one automaton may hold: the cost of a state grows with them.</summary>
    private const int MaxGroupSize = 3000;

    private const int MaxGroupPatterns = 32;

    private readonly ByteRegex[] _patterns;
    private readonly Group[] _groups;

    private ByteRegexSet(ByteRegex[] patterns, Group[] groups) => (_patterns, _groups) = (patterns, groups);

    /// <summary>How many patterns there are.</summary>
    public int Count => _patterns.Length;

    /// <summary>How many words <see cref="Match"/> needs for its result.</summary>
    public int Words => (_patterns.Length + 63) >> 6;

    /// <summary>One of the patterns.</summary>
    public ByteRegex this[int index] => _patterns[index];

    /// <summary>
    /// Compiles patterns; on failure <paramref name="failed"/> is the number of the first that was refused.
    /// </summary>
    public static bool TryCompile(
        IReadOnlyList<(byte[] Pattern, ByteRegexOptions Options)> patterns,
        [NotNullWhen(true)] out ByteRegexSet? set,
        out int failed,
        out ByteRegexError error)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        set = null;
        error = default;
        var compiled = new ByteRegex[patterns.Count];
        for (failed = 0; failed < compiled.Length; failed++)
        {
            if (!ByteRegex.TryCompile(patterns[failed].Pattern, patterns[failed].Options, out var regex, out error))
                return false;
            compiled[failed] = regex;
        }
        failed = -1;
        set = new ByteRegexSet(compiled, [.. Groups(compiled)]);
        return true;
    }

    /// <summary>Sets in <paramref name="matched"/> (of <see cref="Words"/> words) the bit of each pattern that matches; true when one does.</summary>
    public bool Match(ReadOnlySpan<byte> input, Span<ulong> matched)
    {
        matched = matched[..Words];
        matched.Clear();
        foreach (var group in _groups)
            group.Match(input, matched);
        return matched.IndexOfAnyExcept(0UL) >= 0;
    }

    /// <summary>Puts each pattern into the first group that has room for it.</summary>
    private static IEnumerable<Group> Groups(ByteRegex[] patterns)
    {
        var open = new List<(List<int> Members, int Size)>();
        for (int i = 0; i < patterns.Length; i++)
        {
            int own = patterns[i].IsApproximate ? MaxGroupSize : patterns[i].Size;
            int group = open.FindIndex(known => known.Size + own <= MaxGroupSize && known.Members.Count < MaxGroupPatterns);
            if (group < 0)
            {
                group = open.Count;
                open.Add(([], 0));
            }
            open[group].Members.Add(i);
            open[group] = (open[group].Members, open[group].Size + own);
        }
        return open.Select(group => new Group(patterns, [.. group.Members]));
    }

    /// <summary>Patterns that share an automaton. Thread-safe.</summary>
    private sealed class Group
    {
        /// <summary>An automaton that was given up so often, and for more than one text in four, is not tried again.</summary>
        private const int Patience = 16;

        private readonly ByteRegex[] _patterns;
        private readonly int[] _members;
        private readonly LazyDfa? _automaton;
        private int _texts;
        private int _givenUp;

        public Group(ByteRegex[] patterns, int[] members)
        {
            (_patterns, _members) = (patterns, members);
            if (members.Length == 1)
                return;
            var program = RegexCompiler.Compile([.. members.Select(member => patterns[member].Parse().Root)], reversed: false, captures: false);
            int memory = (int)Math.Min(int.MaxValue, members.Max(member => (long)patterns[member].Options.MaxDfaBytes) * 2);
            _automaton = new LazyDfa(program, DfaGoal.Each, memory, members.Length);
        }

        public void Match(ReadOnlySpan<byte> input, Span<ulong> matched)
        {
            if (_automaton is not null && (_givenUp < Patience || _givenUp < _texts / 4))
            {
                // Counts that threads overwrite for one another are good enough for a guess, and never overflow into a wrong one.
                _texts = (_texts + 1) & int.MaxValue;
                Span<ulong> own = stackalloc ulong[(MaxGroupPatterns + 63) >> 6];
                own.Clear();
                if (_automaton.MatchEach(input, own))
                {
                    for (int i = 0; i < _members.Length; i++)
                    {
                        if ((own[i >> 6] >> (i & 63) & 1) != 0)
                            matched[_members[i] >> 6] |= 1UL << (_members[i] & 63);
                    }
                    return;
                }
                _givenUp++;
            }
            foreach (int member in _members)
            {
                if (_patterns[member].IsMatch(input))
                    matched[member >> 6] |= 1UL << (member & 63);
            }
        }
    }
}
