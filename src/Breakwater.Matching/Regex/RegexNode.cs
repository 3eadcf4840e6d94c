namespace Breakwater.Matching;

/// <summary>
/// A parsed pattern: flags, escapes and classes are resolved, so that each node means the same in both dialects. Immutable.
/// <see cref="Height"/> is bounded by the parser, so that walking a tree recursively is safe.
/// </summary>
internal abstract class RegexNode
{
    /// <summary>How many nodes lie on the longest way down from here, this one included.</summary>
    public int Height { get; protected init; } = 1;

    /// <summary>The fewest bytes that a match of this node consumes.</summary>
    public long MinLength { get; protected init; }

    /// <summary>The most bytes that a match of this node consumes, or <see cref="Unbounded"/>.</summary>
    public long MaxLength { get; protected init; }

    /// <summary>How many instructions this node compiles to, saturating; an upper bound.</summary>
    public long Size { get; protected init; } = 1;

    public const long Unbounded = long.MaxValue / 4;

    /// <summary>Beyond this a size or length says only "too much".</summary>
    protected const long Saturated = Unbounded;

    protected static long Add(long a, long b) => Math.Min(Saturated, a + b);

    protected static long Multiply(long a, long b) => a == 0 || b == 0 ? 0 : a >= Saturated / b ? Saturated : a * b;
}

/// <summary>Matches the empty text.</summary>
internal sealed class EmptyNode : RegexNode
{
    public static EmptyNode Instance { get; } = new();
}

/// <summary>One byte of a set. An empty set matches nothing.</summary>
internal sealed class SetNode : RegexNode
{
    public SetNode(ByteSet set)
    {
        Set = set;
        MinLength = MaxLength = 1;
    }

    public ByteSet Set { get; }
}

/// <summary>One node after the other.</summary>
internal sealed class ConcatNode : RegexNode
{
    public ConcatNode(RegexNode[] items)
    {
        Items = items;
        long size = 0, min = 0, max = 0;
        int height = 0;
        foreach (var item in items)
        {
            size = Add(size, item.Size);
            min = Add(min, item.MinLength);
            max = Add(max, item.MaxLength);
            height = Math.Max(height, item.Height);
        }
        (Size, MinLength, MaxLength, Height) = (size, min, max, height + 1);
    }

    public RegexNode[] Items { get; }
}

/// <summary>The first of its items that leads to a match.</summary>
internal sealed class AlternateNode : RegexNode
{
    public AlternateNode(RegexNode[] items)
    {
        Items = items;
        long size = items.Length, min = Unbounded, max = 0;
        int height = 0;
        foreach (var item in items)
        {
            size = Add(size, item.Size);
            min = Math.Min(min, item.MinLength);
            max = Math.Max(max, item.MaxLength);
            height = Math.Max(height, item.Height);
        }
        (Size, MinLength, MaxLength, Height) = (size, min, max, height + 1);
    }

    public RegexNode[] Items { get; }
}

/// <summary>Between <see cref="Min"/> and <see cref="Max"/> times its item; no upper bound when Max is <see cref="Infinite"/>.</summary>
internal sealed class RepeatNode : RegexNode
{
    public const int Infinite = int.MaxValue;

    public RepeatNode(RegexNode item, int min, int max, bool greedy)
    {
        (Item, Min, Max, Greedy) = (item, min, max, greedy);
        long copies = max == Infinite ? Math.Max(1, (long)min) : max;
        Size = Add(Multiply(Math.Max(1, item.Size), copies), max == Infinite ? 2 : (long)max - min);
        MinLength = Multiply(item.MinLength, min);
        MaxLength = max == Infinite ? (item.MaxLength == 0 ? 0 : Unbounded) : Multiply(item.MaxLength, max);
        Height = item.Height + 1;
    }

    public RegexNode Item { get; }

    public int Min { get; }

    public int Max { get; }

    public bool Greedy { get; }
}

/// <summary>A capturing group.</summary>
internal sealed class CaptureNode : RegexNode
{
    public CaptureNode(RegexNode item, int index)
    {
        (Item, Index) = (item, index);
        (Size, MinLength, MaxLength, Height) = (Add(item.Size, 2), item.MinLength, item.MaxLength, item.Height + 1);
    }

    public RegexNode Item { get; }

    public int Index { get; }
}

/// <summary>A condition on the bytes left and right of a position.</summary>
internal sealed class LookNode(Look look) : RegexNode
{
    public Look Look { get; } = look;
}

/// <summary>A condition on the text before or after a position: a lookbehind or a lookahead.</summary>
internal sealed class LookaroundNode : RegexNode
{
    public LookaroundNode(RegexNode item, bool ahead, bool negative)
    {
        (Item, Ahead, Negative) = (item, ahead, negative);
        (Size, Height) = (Add(item.Size, 1), item.Height + 1);
    }

    public RegexNode Item { get; }

    public bool Ahead { get; }

    public bool Negative { get; }
}
