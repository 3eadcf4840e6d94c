namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>jsDecode</c>: escapes of JavaScript: <c>\uHHHH</c>, of which the low byte counts (ASCII for full-width forms), <c>\xHH</c>,
/// <c>\OOO</c> up to 377, <c>\n</c> and its like. Before anything else the backslash goes; one at the end stays.
/// </summary>
internal static class JsDecode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            if (input[at] != '\\' || at + 1 == input.Length)
            {
                output[written++] = input[at++];
                continue;
            }

            byte next = input[at + 1];
            if (next == 'u' && Hex.AreDigits(input, at + 2, 4))
            {
                output[written++] = Hex.Low(input, at + 2);
                at += 6;
            }
            else if (next == 'x' && Hex.AreDigits(input, at + 2, 2))
            {
                output[written++] = Hex.Byte(input, at + 2);
                at += 4;
            }
            else if (CEscapes.OctalDigits(input, at + 1) is > 0 and var digits)
            {
                if (digits == 3 && next > '3') digits = 2;
                output[written++] = CEscapes.Octal(input.Slice(at + 1, digits));
                at += 1 + digits;
            }
            else
            {
                byte control = CEscapes.Control(next);
                output[written++] = control == 0 ? next : control;
                at += 2;
            }
        }

        return written;
    }
}
