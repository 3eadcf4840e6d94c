namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>cssDecode</c>: escapes of CSS 2 (§4.1.3): a backslash and up to six hexadecimal digits are a character, of which the low byte counts
/// (ASCII for full-width forms), and one white space after them belongs to the escape; a backslash before a line end goes with it; before
/// any other character, or at the end, it goes alone.
/// </summary>
internal static class CssDecode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            if (input[at] != '\\')
            {
                output[written++] = input[at++];
                continue;
            }

            at++;
            int digits = 0;
            while (digits < 6 && at + digits < input.Length && Hex.IsDigit(input[at + digits])) digits++;
            if (digits > 0)
            {
                output[written++] = Character(input.Slice(at, digits));
                at += digits;
                if (at < input.Length && Blank.Is(input[at])) at++;
            }
            else if (at < input.Length && input[at] == '\n')
            {
                at++;
            }
            else if (at < input.Length)
            {
                output[written++] = input[at++];
            }
        }

        return written;
    }

    private static byte Character(ReadOnlySpan<byte> digits)
    {
        if (digits.Length == 1) return Hex.Byte((byte)'0', digits[0]);
        byte low = Hex.Byte(digits[^2], digits[^1]);
        // A full-width form has the code FFxx; a fifth and sixth digit must not change that.
        bool fits = digits.Length >= 4 && digits[..^4].IndexOfAnyExcept((byte)'0') < 0;
        return fits ? Hex.Low(digits, digits.Length - 4) : low;
    }
}
