namespace Breakwater.Waf.Transformations;

/// <summary><c>compressWhitespace</c>: each run of white space becomes one blank.</summary>
internal static class CompressWhitespace
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        bool blank = false;
        foreach (byte b in input)
        {
            bool isBlank = Blank.Is(b);
            if (!isBlank) output[written++] = b;
            else if (!blank) output[written++] = (byte)' ';
            blank = isBlank;
        }

        return written;
    }
}
