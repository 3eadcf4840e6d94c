namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>removeComments</c>: comments of SQL, C, HTML and shells go: <c>/*…*/</c> and <c>&lt;!--…--></c>, either end closing either start, and
/// all from <c>--</c> or <c>#</c> on. A comment that is never closed becomes a blank. The character right after a comment is kept,
/// whatever it is.
/// </summary>
internal static class RemoveComments
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        int at = 0;
        while (at < input.Length)
        {
            ReadOnlySpan<byte> rest = input[at..];
            int opening = rest.StartsWith("/*"u8) ? 2 : rest.StartsWith("<!--"u8) ? 4 : 0;
            if (opening == 0)
            {
                if (rest[0] == '#' || rest.StartsWith("--"u8)) return written;
                output[written++] = input[at++];
                continue;
            }

            int end = End(rest, opening);
            if (end < 0)
            {
                output[written++] = (byte)' ';
                return written;
            }

            at += end;
            if (at < input.Length) output[written++] = input[at++];
        }

        return written;
    }

    /// <summary>Where the comment is over, or -1.</summary>
    private static int End(ReadOnlySpan<byte> text, int from)
    {
        for (int i = from; i + 1 < text.Length; i++)
        {
            if (text[i] == '*' && text[i + 1] == '/') return i + 2;
            if (text[i..].StartsWith("-->"u8)) return i + 3;
        }

        return -1;
    }
}
