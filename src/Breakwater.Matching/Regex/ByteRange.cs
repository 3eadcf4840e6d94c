namespace Breakwater.Matching;

/// <summary>A stretch of a text: the offset of its first byte and the offset after its last one.</summary>
public readonly record struct ByteRange(int Start, int End)
{
    /// <summary>Says that a group took no part in the match.</summary>
    public static ByteRange None => new(-1, -1);

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Start < 0;

    /// <summary>Bytes covered.</summary>
    public int Length => End - Start;

    /// <summary>The part of <paramref name="text"/> that this range covers.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text) => IsNone ? default : text[Start..End];
}

/// <summary>Why a pattern was refused: where in it (a byte offset), and a sentence that says what is wrong and what to do.</summary>
public readonly record struct ByteRegexError(int Offset, string Message);
