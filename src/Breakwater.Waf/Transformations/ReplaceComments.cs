namespace Breakwater.Waf.Transformations;

/// <summary><c>replaceComments</c>: each <c>/*…*/</c> becomes one blank, also one that is never closed; they do not nest.</summary>
internal static class ReplaceComments
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        while (true)
        {
            int start = input.IndexOf("/*"u8);
            ReadOnlySpan<byte> plain = start < 0 ? input : input[..start];
            plain.CopyTo(output[written..]);
            written += plain.Length;
            if (start < 0) return written;

            output[written++] = (byte)' ';
            input = input[(start + 2)..];
            int end = input.IndexOf("*/"u8);
            if (end < 0) return written;
            input = input[(end + 2)..];
        }
    }
}
