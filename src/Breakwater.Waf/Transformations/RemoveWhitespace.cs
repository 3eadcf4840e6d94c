namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>removeWhitespace</c>: white space goes, and the two bytes of U+00A0 in UTF-8, C2 and A0, each wherever it stands.
/// </summary>
internal static class RemoveWhitespace
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        foreach (byte b in input)
        {
            output[written] = b;
            written += Blank.Is(b) || b is 0xA0 or 0xC2 ? 0 : 1;
        }

        return written;
    }
}
