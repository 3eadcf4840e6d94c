namespace Breakwater.Waf.Transformations;

/// <summary><c>urlDecode</c>: <c>%HH</c> is a byte, <c>+</c> a blank; an escape that is none stays as it is.</summary>
internal static class UrlDecode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            byte b = input[at];
            if (b == '%' && Hex.AreDigits(input, at + 1, 2))
            {
                output[written++] = Hex.Byte(input, at + 1);
                at += 3;
                continue;
            }

            output[written++] = b == '+' ? (byte)' ' : b;
            at++;
        }

        return written;
    }
}
