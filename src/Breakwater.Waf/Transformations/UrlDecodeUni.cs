namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>urlDecodeUni</c>: as <see cref="UrlDecode"/>, and <c>%uHHHH</c> of old Microsoft servers is one byte: the best fit of
/// <see cref="BestFit20127"/>, else ASCII for full-width forms, else the code's low byte.
/// </summary>
internal static class UrlDecodeUni
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            byte b = input[at];
            if (b != '%')
            {
                output[written++] = b == '+' ? (byte)' ' : b;
                at++;
            }
            else if (at + 1 < input.Length && (input[at + 1] | 0x20) == 'u')
            {
                if (Hex.AreDigits(input, at + 2, 4))
                {
                    output[written++] = Character(input, at + 2);
                    at += 6;
                }
                else
                {
                    output[written++] = b;
                    output[written++] = input[at + 1];
                    at += 2;
                }
            }
            else if (Hex.TryRead(input, at + 1, out byte value))
            {
                output[written++] = value;
                at += 3;
            }
            else
            {
                output[written++] = b;
                at++;
            }
        }

        return written;
    }

    private static byte Character(ReadOnlySpan<byte> input, int at)
    {
        int code = (Hex.Byte(input, at) << 8) | Hex.Byte(input, at + 2);
        int fit = BestFit20127.Of(code);
        return fit >= 0 ? (byte)fit : Hex.Low(input, at);
    }
}
