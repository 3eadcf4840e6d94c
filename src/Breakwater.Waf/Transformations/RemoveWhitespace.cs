namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>removeWhitespace</c>: white space goes, and the two bytes of U+00A0 in UTF-8, C2 and A0, each wherever it stands.
/// </summary>
internal static class RemoveWhitespace
{
    private static readonly byte[] Kept = [.. Enumerable.Range(0, 256).Select(static b => Blank.Is((byte)b) || b is 0xA0 or 0xC2 ? (byte)0 : (byte)1)];

    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        byte[] kept = Kept;
        int written = 0;
        foreach (byte b in input)
        {
            output[written] = b;
            written += kept[b];
        }

        return written;
    }
}
