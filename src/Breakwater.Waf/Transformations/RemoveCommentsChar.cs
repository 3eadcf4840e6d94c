namespace Breakwater.Waf.Transformations;

/// <summary><c>removeCommentsChar</c>: the marks <c>/* */ &lt;!-- --> -- #</c> go; what stands between them stays.</summary>
internal static class RemoveCommentsChar
{
    private static readonly bool[] MayBeMark = [.. Enumerable.Range(0, 256).Select(static b => "#/*<-".Contains((char)b))];

    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            int mark = MayBeMark[input[at]] ? Mark(input[at..]) : 0;
            if (mark == 0) output[written++] = input[at++];
            else at += mark;
        }

        return written;
    }

    private static int Mark(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'#': return 1;
            case (byte)'/': return text.StartsWith("/*"u8) ? 2 : 0;
            case (byte)'*': return text.StartsWith("*/"u8) ? 2 : 0;
            case (byte)'<': return text.StartsWith("<!--"u8) ? 4 : 0;
            case (byte)'-': return text.StartsWith("-->"u8) ? 3 : text.StartsWith("--"u8) ? 2 : 0;
            default: return 0;
        }
    }
}
