namespace Breakwater.Waf.Transformations;

/// <summary><c>compressWhitespace</c>: each run of white space becomes one blank.</summary>
internal static class CompressWhitespace
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        // Each byte is written, and a blank behind a blank is written over: no branch waits for what kind of byte comes.
        int written = 0;
        int behindBlank = 0;
        foreach (byte b in input)
        {
            int isBlank = Blank.Is(b) ? 1 : 0;
            output[written] = isBlank != 0 ? (byte)' ' : b;
            written += 1 - (isBlank & behindBlank);
            behindBlank = isBlank;
        }

        return written;
    }
}
