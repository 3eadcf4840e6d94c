namespace Breakwater.Matching;

/// <summary>A reference to what a group matched, as it stands in a pattern; <see cref="WordReferences"/> replaces it or refuses the pattern.</summary>
internal sealed class BackreferenceNode(int group, bool ignoreCase) : RegexNode
{
    public int Group { get; } = group;

    public bool IgnoreCase { get; } = ignoreCase;
}

/// <summary>Whether the word that begins here is the one that a group matched. Consumes nothing.</summary>
internal sealed class WordReferenceNode(int group, bool ignoreCase, bool negative) : RegexNode
{
    public int Group { get; } = group;

    public bool IgnoreCase { get; } = ignoreCase;

    public bool Negative { get; } = negative;
}

/// <summary>
/// The one kind of backreference that keeps to linear time: <c>\b(\w+)\b … \b\1\b</c>, a whole word said again soon after. The group then
/// is a whole word of the text, so that a thread need not carry more than where its word began; and because what stands between reads
/// a bounded number of stretches of word and other bytes, threads with only so many different words can be alive at one position.
/// </summary>
internal static class WordReferences
{
    /// <summary>How many pieces may follow the group: a bound for the words that are alive at once, group itself and none included.</summary>
    public const int MaxPieces = 60;

    /// <summary>The tree with its backreferences replaced; null when it has one that cannot be.</summary>
    public static RegexNode? Replace(RegexNode root, IReadOnlyList<BackreferenceNode> references)
    {
        int group = references[0].Group;
        if (!references.All(reference => reference.Group == group) || root is not ConcatNode concat)
            return null;
        int at = Array.FindIndex(concat.Items, item => item is CaptureNode capture && capture.Index == group);
        if (at < 1 || at + 1 >= concat.Items.Length || !IsBoundary(concat.Items[at - 1]) || !IsBoundary(concat.Items[at + 1]))
            return null;
        if (concat.Items[at] is not CaptureNode { Item: RepeatNode { Min: >= 1, Max: RepeatNode.Infinite, Item: SetNode letters } }
            || (letters.Set & ~ByteSet.Word) != ByteSet.Empty)
        {
            return null;
        }
        if (ReplaceIn(new ConcatNode(concat.Items[(at + 1)..])) is not { } rest)
            return null;
        var before = concat.Items[..(at + 1)];
        return Array.TrueForAll(before, HasNone) && Pieces(rest) <= MaxPieces ? new ConcatNode([.. before, rest]) : null;
    }

    private static bool IsBoundary(RegexNode node) => node is LookNode { Look.Kind: LookKind.WordBoundary };

    private static bool HasNone(RegexNode node) => node switch
    {
        BackreferenceNode => false,
        ConcatNode concat => Array.TrueForAll(concat.Items, HasNone),
        AlternateNode alternate => Array.TrueForAll(alternate.Items, HasNone),
        RepeatNode repeat => HasNone(repeat.Item),
        CaptureNode capture => HasNone(capture.Item),
        LookaroundNode lookaround => HasNone(lookaround.Item),
        _ => true,
    };

    private static RegexNode? Replace(RegexNode node)
    {
        if (HasNone(node))
            return node;
        switch (node)
        {
            case LookaroundNode { Ahead: true, Item: ConcatNode { Items: [var left, BackreferenceNode reference, var right] } } lookahead
                when IsBoundary(left) && IsBoundary(right):
                return new WordReferenceNode(reference.Group, reference.IgnoreCase, lookahead.Negative);
            case ConcatNode concat:
                return ReplaceIn(concat);
            case AlternateNode alternate:
                var branches = Array.ConvertAll(alternate.Items, Replace);
                return Array.Exists(branches, branch => branch is null) ? null : new AlternateNode(branches!);
            default:
                return null;
        }
    }

    private static ConcatNode? ReplaceIn(ConcatNode concat)
    {
        var items = new List<RegexNode>();
        for (int i = 0; i < concat.Items.Length; i++)
        {
            if (concat.Items[i] is not BackreferenceNode reference)
            {
                if (Replace(concat.Items[i]) is not { } replaced)
                    return null;
                items.Add(replaced);
                continue;
            }
            if (i == 0 || i + 1 == concat.Items.Length || !IsBoundary(concat.Items[i - 1]) || !IsBoundary(concat.Items[i + 1]))
                return null;
            items.Add(new WordReferenceNode(reference.Group, reference.IgnoreCase, negative: false));
            items.Add(new RepeatNode(new SetNode(ByteSet.Word), 1, RepeatNode.Infinite, true));
            items.Add(new LookNode(new Look(LookKind.NextNotIn, ByteSet.Word)));
        }
        return new ConcatNode([.. items]);
    }

    /// <summary>How many stretches of word bytes or of others a node reads at most.</summary>
    private static long Pieces(RegexNode node) => node switch
    {
        SetNode => 1,
        ConcatNode concat => concat.Items.Sum(Pieces),
        AlternateNode alternate => alternate.Items.Max(Pieces),
        CaptureNode capture => Pieces(capture.Item),
        RepeatNode { Item: SetNode set } when (set.Set & ByteSet.Word) == ByteSet.Empty || (set.Set & ~ByteSet.Word) == ByteSet.Empty => 1,
        RepeatNode { Max: RepeatNode.Infinite } => MaxPieces + 1,
        RepeatNode repeat => Math.Min(MaxPieces + 1, repeat.Max * Pieces(repeat.Item)),
        _ => 0,
    };
}
