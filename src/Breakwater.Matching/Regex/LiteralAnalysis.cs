using System.Runtime.InteropServices;

namespace Breakwater.Matching;

/// <summary>
/// Finds the <see cref="RequiredLiterals"/> of a pattern: for each part either all the texts it matches, while they are few and short, or
/// a set of literals of which any match of it contains one. Parts in a row are joined; where that grows too large, the best set so far is
/// remembered and joining starts anew. Looks and lookarounds count as empty: they only narrow what matches.
/// </summary>
internal sealed class LiteralAnalysis
{
    private const int MaxLiterals = 2048;
    private const int MaxLength = 32;

    /// <summary>A class with more members than this tells nothing.</summary>
    private const int MaxMembers = 12;

    /// <summary>Texts that are at least so long are rare enough: they are not made more than <see cref="FewEndings"/> times as many by joining.</summary>
    private const int LongEnough = 4, FewEndings = 2;

    /// <summary>Joined texts may become this many.</summary>
    private const int MaxJoined = 64;

    private const double SinglePenalty = 32, LeadPenalty = 16;

    private readonly bool _ignoreCase;
    private readonly ByteSet _allowed;
    private readonly Dictionary<ByteSet, Part> _members = [];

    private LiteralAnalysis(bool ignoreCase, ByteSet allowed) => (_ignoreCase, _allowed) = (ignoreCase, allowed);

    /// <summary>
    /// A part: the texts it matches (null: too many; none: it matches nothing), or else what a match of it must contain (null: unknown).
    /// </summary>
    private readonly record struct Part(Texts? All, Needed Required)
    {
        public Part(Texts? all)
            : this(all, default)
        {
        }

        /// <summary>The better known of the two: that a match contains one of these.</summary>
        public Needed Needed => All is null ? Required : new Needed(All, 0);

        public bool IsImpossible => All is { Items.Count: 0 };
    }

    /// <summary>Texts of which a part contains one (null: unknown), which begins at most <see cref="Lead"/> bytes after the part does.</summary>
    private readonly record struct Needed(Texts? Texts, long Lead)
    {
        /// <summary>What may not be far from where a match begins is better: whether it is there can be seen without reading much.</summary>
        public double Cost => Texts!.Frequency * (Texts.HasSingle ? SinglePenalty : 1) * (Lead > RequiredLiterals.ShortLead ? LeadPenalty : 1);

        public bool IsKnown => Texts is { HasEmpty: false };
    }

    /// <summary>Some texts, never changed, and what choices are made by.</summary>
    private sealed class Texts
    {
        public Texts(List<byte[]> items)
        {
            Items = items;
            foreach (byte[] text in items)
            {
                Longest = Math.Max(Longest, text.Length);
                Shortest = Math.Min(Shortest, text.Length);
                Frequency += ByteRarity.Frequency(text);
            }
        }

        public List<byte[]> Items { get; }

        public int Longest { get; }

        public int Shortest { get; } = int.MaxValue;

        /// <summary>Whether the empty text is among them: what contains one of them then is anything.</summary>
        public bool HasEmpty => Shortest == 0;

        public double Frequency { get; }

        /// <summary>Whether one of them is a single byte, which is in nearly every longer text, and tells less than it seems to.</summary>
        public bool HasSingle => Shortest == 1;

        public bool AreOnlyEmpty => Items.Count == 1 && HasEmpty;
    }

    private static Part Nothing { get; } = new(new Texts([]));

    private static Part Empty { get; } = new(new Texts([[]]));

    /// <summary>What every match contains, if there is no byte in the text but <paramref name="allowed"/> ones.</summary>
    public static RequiredLiterals Of(RegexNode root, ByteSet allowed)
    {
        var known = RequiredLiterals.None with { MinLength = (int)Math.Min(int.MaxValue, root.MinLength), OneOfEach = RequiredBytes.Of(root) };
        bool ignoreCase = HasEitherCase(root);
        var part = new LiteralAnalysis(ignoreCase, allowed).Analyze(root);
        if (part.IsImpossible)
            return known with { IsImpossible = true };
        if (!part.Needed.IsKnown)
            return known;
        var texts = part.Needed.Texts!;
        var literals = Reduce(texts.Items);
        // A literal may stand for a longer one that ends with it.
        long lead = part.Needed.Lead + (literals.Count == texts.Items.Count ? 0 : texts.Longest);
        return known with
        {
            Literals = literals,
            IgnoreCase = ignoreCase && literals.Exists(HasLetter),
            MaxLead = (int)Math.Min(int.MaxValue, lead),
            Frequency = Math.Min(1, new Texts(literals).Frequency),
        };
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
        SetNode set => Members(set.Set & _allowed),
        CaptureNode capture => Analyze(capture.Item),
        ConcatNode concat => Join(concat.Items),
        AlternateNode alternate => Either(alternate.Items),
        RepeatNode repeat => Repeat(repeat),
        _ => Empty,
    };

    private Part Members(ByteSet set)
    {
        if (_members.TryGetValue(set, out var known))
            return known;
        var texts = new List<byte[]>();
        bool few = set.Count <= 2 * MaxMembers;
        for (var rest = few ? set : ByteSet.Empty; !rest.IsEmpty && few; rest &= ~ByteSet.Of(rest.First))
        {
            int value = rest.First;
            bool upper = value is >= 'A' and <= 'Z';
            if (!_ignoreCase || !upper || !set.Contains(value | 0x20))
                texts.Add([(byte)(_ignoreCase && upper ? value | 0x20 : value)]);
            few = texts.Count <= MaxMembers;
        }
        return _members[set] = few ? new Part(new Texts(texts)) : default;
    }

    private Part Join(RegexNode[] items)
    {
        var joined = Empty.All!;
        var best = default(Needed);
        bool whole = true;
        // How many bytes may lie before what is being joined, and before the item at hand.
        long joinedLead = 0, lead = 0;
        foreach (var item in items)
        {
            var part = Analyze(item);
            if (part.IsImpossible)
                return Nothing;
            if (part.All is { } texts && Cross(joined, texts) is { } longer)
            {
                joined = longer;
            }
            else
            {
                whole = false;
                best = Better(best, new Needed(joined, joinedLead));
                if (part.All is null)
                    best = Better(best, part.Required with { Lead = lead + part.Required.Lead });
                joined = part.All ?? Empty.All!;
                joinedLead = part.All is null ? lead + item.MaxLength : lead;
            }
            lead = Math.Min(RegexNode.Unbounded, lead + item.MaxLength);
        }
        return whole ? new Part(joined) : new Part(null, Better(best, new Needed(joined, joinedLead)));
    }

    private static Texts? Cross(Texts first, Texts second)
    {
        if (first.AreOnlyEmpty)
            return second;
        if (second.AreOnlyEmpty)
            return first;
        if (first.Items.Count * second.Items.Count > MaxJoined || first.Longest + second.Longest > MaxLength)
            return null;
        if (first.Shortest >= LongEnough && second.Items.Count > FewEndings)
            return null;
        var crossed = new List<byte[]>(first.Items.Count * second.Items.Count);
        foreach (byte[] start in first.Items)
        {
            foreach (byte[] end in second.Items)
                crossed.Add([.. start, .. end]);
        }
        return new Texts(crossed);
    }

    private Part Either(RegexNode[] items)
    {
        List<byte[]> all = [];
        bool whole = true;
        long lead = 0;
        foreach (var item in items)
        {
            var part = Analyze(item);
            whole &= part.All is not null;
            if (part.Needed.Texts is not { } needed || all.Count + needed.Items.Count > MaxLiterals)
                return default;
            all.AddRange(needed.Items);
            lead = Math.Max(lead, part.Needed.Lead);
        }
        var texts = new Texts(all);
        return whole ? new Part(texts) : new Part(null, new Needed(texts, lead));
    }

    private Part Repeat(RepeatNode repeat)
    {
        if (repeat.Max == 0)
            return Empty;
        var item = Analyze(repeat.Item);
        if (item.IsImpossible)
            return repeat.Min == 0 ? Empty : Nothing;
        if (repeat.Min == 0)
            return repeat.Max == 1 && item.All is { } texts && texts.Items.Count < MaxJoined ? new Part(new Texts([.. texts.Items, []])) : default;
        if (item.All is null)
            return item;
        // So many rounds as stay small; what follows the last of them is no longer known when there may be more.
        var rounds = Join([.. Enumerable.Repeat(repeat.Item, Math.Min(repeat.Min, MaxLength))]);
        return repeat.Min == repeat.Max && repeat.Min <= MaxLength ? rounds : new Part(null, rounds.Needed);
    }

    /// <summary>The set of which an ordinary text holds a literal less often. One that holds the empty literal says nothing.</summary>
    private static Needed Better(Needed a, Needed b)
    {
        if (!b.IsKnown)
            return a;
        return !a.IsKnown || b.Cost < a.Cost ? b : a;
    }

    /// <summary>Drops literals that contain another one: where they are, the other one is.</summary>
    private static List<byte[]> Reduce(List<byte[]> literals)
    {
        var kept = new List<byte[]>(literals.Count);
        // The kept ones by their first bytes, as many as the shortest has, but no more than three.
        int key = Math.Min(3, literals.Min(static literal => literal.Length));
        var byKey = new Dictionary<int, List<byte[]>>();
        foreach (byte[] literal in literals.OrderBy(static literal => literal.Length))
        {
            if (Contains(literal))
                continue;
            kept.Add(literal);
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(byKey, Key(literal, 0), out _);
            (known ??= []).Add(literal);
        }
        return kept;

        int Key(byte[] literal, int at)
        {
            int bytes = 0;
            for (int i = 0; i < key; i++)
                bytes = bytes << 8 | literal[at + i];
            return bytes;
        }

        bool Contains(byte[] literal)
        {
            for (int at = 0; at + key <= literal.Length; at++)
            {
                if (byKey.TryGetValue(Key(literal, at), out var shorter) && shorter.Exists(other => literal.AsSpan(at).StartsWith(other)))
                    return true;
            }
            return false;
        }
    }
}
