using System.Numerics;

namespace Breakwater.Matching;

/// <summary>A set of byte values, as 256 bits. Immutable.</summary>
internal readonly record struct ByteSet(ulong W0, ulong W1, ulong W2, ulong W3)
{
    public static ByteSet Empty => default;

    public static ByteSet All => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public static ByteSet Digit { get; } = Range('0', '9');

    /// <summary>ASCII letters, digits and the underscore: what <c>\w</c> and <c>\b</c> mean by a word.</summary>
    public static ByteSet Word { get; } = Range('a', 'z') | Range('A', 'Z') | Digit | Of('_');

    /// <summary>Tab, LF, VT, FF, CR and space.</summary>
    public static ByteSet Space { get; } = Range(0x09, 0x0D) | Of(' ');

    public bool IsEmpty => (W0 | W1 | W2 | W3) == 0;

    public int Count => BitOperations.PopCount(W0) + BitOperations.PopCount(W1) + BitOperations.PopCount(W2) + BitOperations.PopCount(W3);

    /// <summary>The smallest member, or 256 when there is none.</summary>
    public int First =>
        W0 != 0 ? BitOperations.TrailingZeroCount(W0)
        : W1 != 0 ? 64 + BitOperations.TrailingZeroCount(W1)
        : W2 != 0 ? 128 + BitOperations.TrailingZeroCount(W2)
        : W3 != 0 ? 192 + BitOperations.TrailingZeroCount(W3)
        : 256;

    public static ByteSet Of(int value) => Range(value, value);

    /// <summary>All values from <paramref name="low"/> to <paramref name="high"/>, both included; empty when low is above high.</summary>
    public static ByteSet Range(int low, int high) =>
        new(Word64(low, high), Word64(low - 64, high - 64), Word64(low - 128, high - 128), Word64(low - 192, high - 192));

    public static ByteSet operator |(ByteSet a, ByteSet b) => new(a.W0 | b.W0, a.W1 | b.W1, a.W2 | b.W2, a.W3 | b.W3);

    public static ByteSet operator &(ByteSet a, ByteSet b) => new(a.W0 & b.W0, a.W1 & b.W1, a.W2 & b.W2, a.W3 & b.W3);

    public static ByteSet operator ^(ByteSet a, ByteSet b) => new(a.W0 ^ b.W0, a.W1 ^ b.W1, a.W2 ^ b.W2, a.W3 ^ b.W3);

    public static ByteSet operator ~(ByteSet a) => new(~a.W0, ~a.W1, ~a.W2, ~a.W3);

    public bool Contains(int value)
    {
        ulong word = (value >> 6) switch { 0 => W0, 1 => W1, 2 => W2, _ => W3 };
        return (word >> (value & 63) & 1) != 0;
    }

    /// <summary>This set with the other case of each ASCII letter in it.</summary>
    public ByteSet FoldCase()
    {
        // Upper and lower case letters are the same bits of word 1, 32 apart.
        const ulong Upper = 0x07FF_FFFEUL;
        ulong upper = W1 & Upper;
        ulong lower = W1 >> 32 & Upper;
        ulong both = upper | lower;
        return this with { W1 = W1 | both | both << 32 };
    }

    private static ulong Word64(int low, int high)
    {
        low = Math.Max(low, 0);
        high = Math.Min(high, 63);
        return low > high ? 0 : ulong.MaxValue << low & ulong.MaxValue >> (63 - high);
    }
}
