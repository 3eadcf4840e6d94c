namespace Breakwater.Waf.Transformations;

/// <summary><c>urlDecode</c>: <c>%HH</c> is a byte, <c>+</c> a blank; an escape that is none stays as it is.</summary>
internal static class UrlDecode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output) => Apply(input, output, out _);

    /// <summary>As the other one, and tells whether an escape was none.</summary>
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output, out bool hasInvalidEscape)
    {
        hasInvalidEscape = false;
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            byte b = input[at];
            if (b == '%')
            {
                if (Hex.TryRead(input, at + 1, out byte value))
                {
                    output[written++] = value;
                    at += 3;
                    continue;
                }

                hasInvalidEscape = true;
            }

            output[written++] = b == '+' ? (byte)' ' : b;
            at++;
        }

        return written;
    }
}
