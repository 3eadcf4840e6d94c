using Breakwater.Waf.Transformations;

namespace Breakwater.Waf.Operators;

/// <summary>
/// Numbers as the numeric operators read them, like C's <c>atoll</c>: white space, a sign, digits, and whatever follows does not count; no
/// digits are 0. Beyond 64 bits the largest or smallest number counts, not a wrapped one. Stateless.
/// </summary>
public static class WholeNumber
{
    /// <summary>The number at the start of a text.</summary>
    public static long Of(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && Blank.Is(text[at])) at++;
        bool negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            int digit = text[at] - '0';
            // Counted downwards, for there is one more negative number than positive ones.
            if (value < (long.MinValue + digit) / 10) return negative ? long.MinValue : long.MaxValue;
            value = (value * 10) - digit;
        }

        return negative ? value : value == long.MinValue ? long.MaxValue : -value;
    }
}
