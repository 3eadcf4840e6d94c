using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Breakwater.Matching;

/// <summary>
/// A regular expression over bytes that takes time linear in the text whatever the pattern and the text: at most the text's length times
/// the pattern's compiled size, never a backtracking search. Memory is bounded by <see cref="ByteRegexOptions"/>. Immutable to its users
/// and thread-safe; matching allocates nothing in steady state.
/// </summary>
/// <remarks>
/// Matches are leftmost-first: of all matches the one that starts first, and of those the one that a backtracking engine would try first.
/// <c>\d</c>, <c>\w</c>, <c>\s</c>, <c>\b</c> and case-insensitivity are ASCII.
/// </remarks>
public sealed class ByteRegex
{
    /// <summary>How many patterns <see cref="MayMatch(ReadOnlySpan{ByteRegex}, ReadOnlySpan{byte})"/> takes: a bit each in the answer.</summary>
    public const int MostTogether = 32;

    /// <summary>A match's groups are kept on the stack up to this many.</summary>
    private const int MaxGroups = 128;

    /// <summary>A required literal of at least so many bytes is looked for before anything else.</summary>
    private const int ShortestWorthFinding = 3;

    private const int LeastDfaBytes = 256 << 10;

    private readonly byte[] _pattern;
    private readonly IReadOnlyList<string?> _groupNames;
    private readonly RegexProgram _search;
    private readonly LazyDfa _any;
    private readonly int _dfaBytes;
    private readonly LiteralFinder? _literal;
    private Spans? _spans;

    private ByteRegex(ReadOnlySpan<byte> pattern, ByteRegexOptions options, ParsedRegex parsed)
    {
        Pattern = Encoding.UTF8.GetString(pattern);
        (_pattern, Options, _groupNames) = (pattern.ToArray(), options, parsed.GroupNames);
        _search = RegexCompiler.Compile([parsed.Root], reversed: false, captures: false);
        _dfaBytes = (int)Math.Min(options.MaxDfaBytes, Math.Max(LeastDfaBytes, (long)Size * options.DfaBytesPerInstruction));
        _any = new LazyDfa(_search, DfaGoal.Any, _dfaBytes);
        Required = LiteralAnalysis.Of(parsed.Root, ByteSet.All);
        if (Required.Literals is [{ Length: >= ShortestWorthFinding } literal])
            _literal = new LiteralFinder(literal, Required.IgnoreCase);
    }

    /// <summary>The pattern as it was given; bytes that are not UTF-8 show as replacement characters.</summary>
    public string Pattern { get; }

    /// <summary>How many groups a match has, group 0 (the whole match) included.</summary>
    public int GroupCount => _groupNames.Count;

    /// <summary>What every match contains, for those who search for many patterns at once.</summary>
    public RequiredLiterals Required { get; }

    /// <summary>
    /// As <see cref="Required"/>, for texts that have none of certain bytes. Patterns that allow for much between the letters of a word
    /// say more about texts that have nothing of that kind.
    /// </summary>
    public RequiredLiterals RequiredWithout(ReadOnlySpan<byte> absent)
    {
        var allowed = ByteSet.All;
        foreach (byte value in absent)
            allowed &= ~ByteSet.Of(value);
        return LiteralAnalysis.Of(Parse().Root, allowed);
    }

    internal ByteRegexOptions Options { get; }

    /// <summary>How many instructions the pattern compiled to.</summary>
    internal int Size => _search.Instructions.Length;

    /// <summary>Whether an automaton alone cannot say that it matches.</summary>
    internal bool IsApproximate => _search.IsApproximate;

    /// <summary>Compiles a pattern. Never throws because of the pattern: a bad or too large one is an error that says where and why.</summary>
    public static bool TryCompile(
        ReadOnlySpan<byte> pattern, ByteRegexOptions options, [NotNullWhen(true)] out ByteRegex? regex, out ByteRegexError error)
    {
        ArgumentNullException.ThrowIfNull(options);
        regex = null;
        var parsed = RegexParser.Parse(pattern, options, out error);
        if (parsed is null)
            return false;
        if (parsed.Root.Size > options.MaxProgramBytes / RegexProgram.InstructionBytes)
        {
            error = new ByteRegexError(0, RegexParser.TooLarge(options.MaxProgramBytes));
            return false;
        }
        if (parsed.GroupNames.Count > MaxGroups)
        {
            error = new ByteRegexError(0, $"A pattern may have {MaxGroups - 1} capturing groups. Write (?:…) for those that only group.");
            return false;
        }
        regex = new ByteRegex(pattern, options, parsed);
        return true;
    }

    /// <summary>The number of a named group, or -1.</summary>
    public int GroupNumber(ReadOnlySpan<char> name)
    {
        for (int i = 1; i < _groupNames.Count; i++)
        {
            if (_groupNames[i] is { } known && name.SequenceEqual(known))
                return i;
        }
        return -1;
    }

    /// <summary>Whether the pattern matches anywhere in the text.</summary>
    public bool IsMatch(ReadOnlySpan<byte> input)
    {
        if (!MayMatch(input, 0))
            return false;
        bool? match = _any.IsMatch(input, 0);
        if (match == false)
            return false;
        if (_search.WordGroup >= 0)
            return Finder.TryFind(input, 0, -1, out _);
        return match == true && !_search.IsApproximate || NfaSimulation.IsMatch(_search, input, 0);
    }

    /// <summary>
    /// Whether a match begins at one of the places from <paramref name="first"/> to <paramref name="last"/>, the offset of a byte; null where
    /// only a search of the whole text can say. Reads no further than it must: to <paramref name="end"/>.
    /// </summary>
    public bool? HasMatchFrom(ReadOnlySpan<byte> input, int first, int last, out int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, input.Length);
        bool? match = _any.IsMatchFrom(input, first, last, out end);
        return match == true && _search.IsApproximate ? null : match;
    }

    /// <summary>
    /// Which of several patterns may match a long text, a bit each, in about the time that one of them takes; a clear bit is certain.
    /// </summary>
    /// <param name="patterns">At most <see cref="MostTogether"/>.</param>
    /// <param name="input">The text.</param>
    public static uint MayMatch(ReadOnlySpan<ByteRegex> patterns, ReadOnlySpan<byte> input)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patterns.Length, MostTogether);
        uint matched = 0;
        var together = new TogetherBuffer();
        Span<int> numbers = stackalloc int[patterns.Length];
        int count = 0;
        for (int i = 0; i < patterns.Length; i++)
        {
            var automaton = patterns[i]._any;
            if (automaton.Leaps(input))
            {
                if (automaton.IsMatch(input, 0) != false)
                    matched |= 1u << i;
                continue;
            }
            numbers[count] = i;
            together[count++] = automaton;
        }
        uint found = LazyDfa.Product.OfThread.MayMatch(((ReadOnlySpan<LazyDfa>)together)[..count], input);
        for (int i = 0; i < count; i++)
            matched |= (found >> i & 1) << numbers[i];
        return matched;
    }

    /// <summary>The pattern's tree, parsed once more: patterns of which nobody asks where they matched need not keep it.</summary>
    internal ParsedRegex Parse() => RegexParser.Parse(_pattern, Options, out _)!;

    private bool MayMatch(ReadOnlySpan<byte> input, int start) =>
        input.Length - start >= Required.MinLength && (_literal is null || _literal.IsIn(input[start..]));

    /// <summary>
    /// Finds the first match that starts at or after <paramref name="start"/>. The text before start is seen by <c>^</c>, <c>\b</c> and
    /// lookbehinds.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> input, int start, out ByteRange match)
    {
        match = ByteRange.None;
        if ((uint)start > (uint)input.Length || !MayMatch(input, start) || _any.IsMatch(input, start, out int firstEnd) == false)
            return false;
        return Finder.TryFind(input, start, firstEnd, out match);
    }

    /// <summary>
    /// As <see cref="TryFind"/>, with the groups: <paramref name="groups"/>[0] is the whole match; as many groups as fit are filled, and
    /// those that took no part or do not exist are <see cref="ByteRange.None"/>.
    /// </summary>
    public bool TryMatch(ReadOnlySpan<byte> input, int start, Span<ByteRange> groups)
    {
        groups.Fill(ByteRange.None);
        if (!TryFind(input, start, out var match))
            return false;
        if (groups.Length == 0)
            return true;
        groups[0] = match;
        int count = Math.Min(groups.Length, GroupCount);
        if (count > 1)
            Finder.Groups(input, match, groups[..count]);
        return true;
    }

    private Spans Finder
    {
        get
        {
            var known = Volatile.Read(ref _spans);
            if (known is not null)
                return known;
            Interlocked.CompareExchange(ref _spans, new Spans(Parse(), _search, _dfaBytes), null);
            return _spans;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Pattern;

    [InlineArray(MostTogether)]
    private struct TogetherBuffer
    {
        private LazyDfa _first;
    }

    /// <summary>Finds where matches and groups are: made when first asked for. Thread-safe.</summary>
    private sealed class Spans(ParsedRegex parsed, RegexProgram search, int maxDfaBytes)
    {
        /// <summary>Reading back so many bytes in vain costs next to nothing, and not to read so many saves something.</summary>
        private const int WorthAsking = 1024;

        private readonly LazyDfa _ends = new(search, DfaGoal.First, maxDfaBytes);
        private readonly LazyDfa _starts =
            new(RegexCompiler.Compile([parsed.Root], reversed: true, captures: false), DfaGoal.Longest, maxDfaBytes);

        private readonly RegexProgram? _captures =
            parsed.GroupNames.Count > 1 ? RegexCompiler.Compile([parsed.Root], reversed: false, captures: true) : null;

        /// <param name="input">The text.</param>
        /// <param name="start">Where to search from.</param>
        /// <param name="firstEnd">The first place at which a match ends; -1 where that is not known.</param>
        /// <param name="match">The match.</param>
        public bool TryFind(ReadOnlySpan<byte> input, int start, int firstEnd, out ByteRange match)
        {
            match = ByteRange.None;
            if (!search.IsApproximate && _ends.FindEnd(input, start) is { } end)
            {
                if (end < 0)
                    return false;
                // A match that is known to begin where the search does begins first, however far it is to its end.
                if (firstEnd >= 0 && end - firstEnd > WorthAsking && firstEnd - start < WorthAsking && _starts.FindStart(input, start, firstEnd) == start)
                {
                    match = new ByteRange(start, end);
                    return true;
                }
                if (_starts.FindStart(input, start, end) is { } from and >= 0)
                {
                    match = new ByteRange(from, end);
                    return true;
                }
            }
            bool words = search.WordGroup >= 0;
            Span<int> slots = stackalloc int[words ? 2 * parsed.GroupNames.Count : 2];
            if (!PikeVm.Search(words ? _captures! : search, input, start, anchored: false, slots))
                return false;
            match = new ByteRange(slots[0], slots[1]);
            return true;
        }

        public void Groups(ReadOnlySpan<byte> input, ByteRange match, Span<ByteRange> groups)
        {
            Span<int> slots = stackalloc int[2 * parsed.GroupNames.Count];
            PikeVm.Search(_captures!, input, match.Start, anchored: true, slots);
            for (int i = 1; i < groups.Length; i++)
                groups[i] = slots[2 * i + 1] < 0 ? ByteRange.None : new ByteRange(slots[2 * i], slots[2 * i + 1]);
        }
    }
}
