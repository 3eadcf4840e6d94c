namespace Breakwater.Waf.Transformations;

/// <summary><c>urlEncode</c>: letters, digits and <c>*</c> stay, a blank becomes <c>+</c>, every other byte <c>%hh</c>.</summary>
internal static class UrlEncode
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        foreach (byte b in input)
        {
            if (b == ' ')
            {
                output[written++] = (byte)'+';
            }
            else if (b == '*' || char.IsAsciiLetterOrDigit((char)b))
            {
                output[written++] = b;
            }
            else
            {
                output[written++] = (byte)'%';
                output[written++] = Hex.Digits[b >> 4];
                output[written++] = Hex.Digits[b & 15];
            }
        }

        return written;
    }
}
