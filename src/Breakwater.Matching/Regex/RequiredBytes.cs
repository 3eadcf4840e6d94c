namespace Breakwater.Matching;

/// <summary>
/// Finds sets of bytes of which every match of a pattern contains at least one: a set is such a one exactly if the pattern matches nothing
/// once these bytes are taken out of all its classes. Letters are left out: nearly every text has most of them.
/// </summary>
internal static class RequiredBytes
{
    private const int MaxSets = 6;

    private static readonly ByteSet Letters = ByteSet.Range('a', 'z') | ByteSet.Range('A', 'Z');

    /// <summary>Bytes that are taken out together, from the most common ones to the rarest.</summary>
    private static readonly ByteSet[] Groups = [.. MakeGroups()];

    public static IReadOnlyList<byte[]> Of(RegexNode root)
    {
        if (Reduce(root) is not { } need)
            return [];
        var sets = new List<byte[]>();
        var left = ~Letters;
        while (sets.Count < MaxSets && !need.Can(left))
        {
            // The rarest bytes without any of which it cannot match; the next set is found without them.
            var set = left;
            foreach (var group in Groups)
            {
                if (!(set & group).IsEmpty && !need.Can(set & ~group))
                    set &= ~group;
            }
            if (set.IsEmpty)
                break;
            sets.Add(FirstBytes.List(set));
            left &= ~set;
        }
        return sets;
    }

    /// <summary>What of a pattern hangs on bytes other than letters; null when it can match without any.</summary>
    private static Need? Reduce(RegexNode node)
    {
        switch (node)
        {
            case SetNode set:
                return (set.Set & Letters).IsEmpty ? new Need(set.Set, null, All: true) : null;
            case CaptureNode capture:
                return Reduce(capture.Item);
            case RepeatNode repeat:
                return repeat.Min == 0 ? null : Reduce(repeat.Item);
            case ConcatNode concat:
                var needs = new List<Need>();
                foreach (var item in concat.Items)
                {
                    if (Reduce(item) is { } need && !needs.Contains(need))
                        needs.Add(need);
                }
                return needs.Count == 0 ? null : needs.Count == 1 ? needs[0] : new Need(default, [.. needs], All: true);
            case AlternateNode alternate:
                var branches = new List<Need>();
                foreach (var item in alternate.Items)
                {
                    if (Reduce(item) is not { } need)
                        return null;
                    if (!branches.Contains(need))
                        branches.Add(need);
                }
                return branches.Count == 1 ? branches[0] : new Need(default, [.. branches], All: false);
            default:
                return null;
        }
    }

    private static IEnumerable<ByteSet> MakeGroups()
    {
        var single = (ByteSet.Range(' ', '~') | ByteSet.Space | ByteSet.Of(0)) & ~(Letters | ByteSet.Digit);
        yield return ByteSet.Digit;
        foreach (byte value in FirstBytes.List(single).OrderByDescending(static value => ByteRarity.Of(value)))
            yield return ByteSet.Of(value);
        yield return ByteSet.Range(0x80, 0xFF);
        yield return ~(single | ByteSet.Digit | Letters | ByteSet.Range(0x80, 0xFF));
    }

    /// <summary>A byte of a set; or all, or any one, of some parts.</summary>
    private sealed record Need(ByteSet Set, Need[]? Parts, bool All)
    {
        /// <summary>Whether it can be met without certain bytes.</summary>
        public bool Can(ByteSet without)
        {
            if (Parts is null)
                return !(Set & ~without).IsEmpty;
            foreach (var part in Parts)
            {
                if (part.Can(without) != All)
                    return !All;
            }
            return All;
        }
    }
}
