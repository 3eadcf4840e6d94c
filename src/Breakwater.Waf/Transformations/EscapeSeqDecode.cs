namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>escapeSeqDecode</c>: escapes of ANSI C: <c>\n</c> and its like, <c>\xHH</c>, <c>\OOO</c> (the low byte of it). Before anything else
/// the backslash goes; one at the end stays.
/// </summary>
internal static class EscapeSeqDecode
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
            if (CEscapes.Control(next) is > 0 and var control)
            {
                output[written++] = control;
                at += 2;
            }
            else if ((next | 0x20) == 'x' && Hex.AreDigits(input, at + 2, 2))
            {
                output[written++] = Hex.Byte(input, at + 2);
                at += 4;
            }
            else if (CEscapes.OctalDigits(input, at + 1) is > 0 and var digits)
            {
                output[written++] = CEscapes.Octal(input.Slice(at + 1, digits));
                at += 1 + digits;
            }
            else
            {
                output[written++] = next;
                at += 2;
            }
        }

        return written;
    }
}
