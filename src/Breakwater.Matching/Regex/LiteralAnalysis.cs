namespace Breakwater.Matching;

/// <summary>
/// Finds the <see cref="RequiredLiterals"/> of a pattern: for each part either all the texts it matches, while they are few and short, or
/// a set of literals of which any match of it contains one. Parts in a row are joined; where that grows too large, the best set so far is
/// remembered and joining starts anew. Looks and lookarounds count as empty: they only narrow what matches.
/// </summary>
internal sealed class LiteralAnalysis
{
    private const int MaxLiterals = 1024;
    private const int MaxLength = 32;

    /// <summary>A class with more members than this tells nothing.</summary>
    private const int MaxMembers = 12;

    /// <summary>Joined texts may become this many.</summary>
    private const int MaxJoined = 64;

    private readonly bool _ignoreCase;

    private LiteralAnalysis(bool ignoreCase) => _ignoreCase = ignoreCase;

    /// <summary>A part: the texts it matches (null: too many), or else what a match of it must contain (null: unknown).</summary>
    private readonly record struct Part(List<byte[]>? Texts, List<byte[]>? Required)
    {
        /// <summary>The better known of the two: that a match contains one of these.</summary>
        public List<byte[]>? Needed => Texts ?? Required;
    }

    public static RequiredLiterals Of(RegexNode root)
    {
        int minLength = (int)Math.Min(int.MaxValue, root.MinLength);
        bool ignoreCase = HasEitherCase(root);
        var needed = new LiteralAnalysis(ignoreCase).Analyze(root).Needed;
        if (needed is null || Shortest(needed) == 0)
            return RequiredLiterals.None with { MinLength = minLength };
        return new RequiredLiterals(Reduce(needed), ignoreCase && needed.Exists(HasLetter), minLength);
    }

    private static bool HasLetter(byte[] literal) => literal.AsSpan().IndexOfAnyInRange((byte)'a', (byte)'z') >= 0;

    /// <summary>Whether some letter is asked for in both cases; all literals then are compared so.</summary>
    private static bool HasEitherCase(RegexNode node) => node switch
    {
        SetNode set => set.Set.Count == 2 && (set.Set & ByteSet.Range('a', 'z')).Count == 1 && set.Set.FoldCase() == set.Set,
        CaptureNode capture => HasEitherCase(capture.Item),
        RepeatNode repeat => HasEitherCase(repeat.Item),
        ConcatNode concat => Array.Exists(concat.Items, HasEitherCase),
        AlternateNode alternate => Array.Exists(alternate.Items, HasEitherCase),
        _ => false,
    };

    private Part Analyze(RegexNode node) => node switch
    {
        SetNode set => Members(set.Set),
        CaptureNode capture => Analyze(capture.Item),
        ConcatNode concat => Join(concat.Items.Select(Analyze)),
        AlternateNode alternate => Either(alternate.Items.Select(Analyze)),
        RepeatNode repeat => Repeat(repeat),
        _ => new Part([[]], null),
    };

    private Part Members(ByteSet set)
    {
        var texts = new List<byte[]>();
        for (int value = 0; value < 256; value++)
        {
            if (!set.Contains(value))
                continue;
            bool upper = value is >= 'A' and <= 'Z';
            if (_ignoreCase && upper && set.Contains(value | 0x20))
                continue;
            if (texts.Count == MaxMembers)
                return default;
            texts.Add([(byte)(_ignoreCase && upper ? value | 0x20 : value)]);
        }
        // A set without members: nothing matches, and nothing is known.
        return texts.Count == 0 ? default : new Part(texts, null);
    }

    private static Part Join(IEnumerable<Part> parts)
    {
        List<byte[]> joined = [[]];
        List<byte[]>? best = null;
        bool whole = true;
        foreach (var part in parts)
        {
            if (part.Texts is { } texts && Cross(joined, texts) is { } longer)
            {
                joined = longer;
                continue;
            }
            whole = false;
            best = Better(best, joined);
            joined = part.Texts ?? [[]];
            if (part.Texts is null)
                best = Better(best, part.Required);
        }
        return whole ? new Part(joined, null) : new Part(null, Better(best, joined));
    }

    private static List<byte[]>? Cross(List<byte[]> first, List<byte[]> second)
    {
        if (first.Count * second.Count > MaxJoined && !(first.Count == 1 && first[0].Length == 0))
            return null;
        if (first.Max(text => text.Length) + second.Max(text => text.Length) > MaxLength)
            return null;
        var crossed = new List<byte[]>(first.Count * second.Count);
        foreach (byte[] start in first)
        {
            foreach (byte[] end in second)
                crossed.Add([.. start, .. end]);
        }
        return crossed;
    }

    private static Part Either(IEnumerable<Part> parts)
    {
        List<byte[]> all = [];
        bool whole = true;
        foreach (var part in parts)
        {
            whole &= part.Texts is not null;
            if (part.Needed is not { } needed || all.Count + needed.Count > MaxLiterals)
                return default;
            all.AddRange(needed);
        }
        return whole ? new Part(all, null) : new Part(null, all);
    }

    private Part Repeat(RepeatNode repeat)
    {
        if (repeat.Max == 0)
            return new Part([[]], null);
        var item = Analyze(repeat.Item);
        if (repeat.Min == 0)
            return repeat.Max == 1 && item.Texts is { } texts && texts.Count < MaxJoined ? new Part([.. texts, []], null) : default;
        if (item.Texts is null)
            return item;
        // So many rounds as stay small; what follows the last of them is no longer known when there may be more.
        var rounds = Join(Enumerable.Repeat(item, Math.Min(repeat.Min, MaxLength)));
        return repeat.Min == repeat.Max && repeat.Min <= MaxLength ? rounds : new Part(null, rounds.Needed);
    }

    private static int Shortest(List<byte[]> literals) => literals.Count == 0 ? 0 : literals.Min(literal => literal.Length);

    /// <summary>The set that says "no" more often: the one with the longer shortest literal, then the smaller, then the one of rarer bytes.</summary>
    private static List<byte[]>? Better(List<byte[]>? a, List<byte[]>? b)
    {
        const int LongEnough = 4;
        if (b is null || Shortest(b) == 0)
            return a;
        if (a is null || Shortest(a) == 0)
            return b;
        int lengths = Math.Min(Shortest(a), LongEnough).CompareTo(Math.Min(Shortest(b), LongEnough));
        if (lengths != 0)
            return lengths > 0 ? a : b;
        if (Shortest(a) > 1 && a.Count != b.Count)
            return a.Count < b.Count ? a : b;
        return a.Sum(literal => ByteRarity.Of(literal)) <= b.Sum(literal => ByteRarity.Of(literal)) ? a : b;
    }

    /// <summary>Drops literals that contain another one: where they are, the other one is.</summary>
    private static List<byte[]> Reduce(List<byte[]> literals)
    {
        var kept = new List<byte[]>();
        foreach (byte[] literal in literals.OrderBy(literal => literal.Length))
        {
            if (!kept.Exists(shorter => literal.AsSpan().IndexOf(shorter) >= 0))
                kept.Add(literal);
        }
        return kept;
    }
}
