namespace Breakwater.Matching;

/// <summary>What a <see cref="Look"/> asks.</summary>
internal enum LookKind : byte
{
    StartText,
    EndText,
    StartLine,
    EndLine,
    StartLineCrlf,
    EndLineCrlf,

    /// <summary>PCRE's multi-line <c>^</c>: at the start and after each newline but one that ends the text.</summary>
    StartLineNotAtEnd,
    WordBoundary,
    NotWordBoundary,
    WordStart,
    WordEnd,
    WordStartHalf,
    WordEndHalf,

    /// <summary>The next byte is not in the set (or there is none): what a possessive quantifier over that set leaves behind.</summary>
    NextNotIn,
}

/// <summary>
/// A condition that holds at a position or not, decided by the byte left of it and the byte right of it alone. Immutable.
/// Because one byte on each side decides, automata can carry it: the left byte as part of a state, the right one as the next input.
/// </summary>
internal readonly record struct Look(LookKind Kind, ByteSet Set = default)
{
    private static ByteSet Newline { get; } = ByteSet.Of('\n');

    private static ByteSet Return { get; } = ByteSet.Of('\r');

    /// <summary>Whether the condition holds between two bytes; -1 stands for "no byte": the start or end of the text.</summary>
    public bool Holds(int left, int right) => Kind switch
    {
        LookKind.StartText => left < 0,
        LookKind.EndText => right < 0,
        LookKind.StartLine => left is < 0 or '\n',
        LookKind.EndLine => right is < 0 or '\n',
        LookKind.StartLineCrlf => left is < 0 or '\n' || left == '\r' && right != '\n',
        LookKind.EndLineCrlf => right is < 0 or '\r' || right == '\n' && left != '\r',
        LookKind.StartLineNotAtEnd => left < 0 || left == '\n' && right >= 0,
        LookKind.WordBoundary => IsWord(left) != IsWord(right),
        LookKind.NotWordBoundary => IsWord(left) == IsWord(right),
        LookKind.WordStart => !IsWord(left) && IsWord(right),
        LookKind.WordEnd => IsWord(left) && !IsWord(right),
        LookKind.WordStartHalf => !IsWord(left),
        LookKind.WordEndHalf => !IsWord(right),
        _ => right < 0 || !Set.Contains(right),
    };

    /// <summary>Adds the sets of bytes that this condition tells from all others, for the byte on its left and the one on its right.</summary>
    public void AddSets(List<ByteSet> left, List<ByteSet> right)
    {
        switch (Kind)
        {
            case LookKind.StartLine or LookKind.StartLineNotAtEnd:
                left.Add(Newline);
                break;
            case LookKind.EndLine:
                right.Add(Newline);
                break;
            case LookKind.StartLineCrlf or LookKind.EndLineCrlf:
                left.AddRange(Newline, Return);
                right.AddRange(Newline, Return);
                break;
            case LookKind.NextNotIn:
                right.Add(Set);
                break;
            case LookKind.StartText or LookKind.EndText:
                break;
            default:
                left.Add(ByteSet.Word);
                right.Add(ByteSet.Word);
                break;
        }
    }

    private static bool IsWord(int value) => value >= 0 && ByteSet.Word.Contains(value);
}
