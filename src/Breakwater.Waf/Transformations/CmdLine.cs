namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>cmdLine</c>: a command line without what shells let one add: quotes, backslashes and carets go, commas, semicolons and white space
/// become one blank, a blank before <c>/</c> or <c>(</c> goes, letters become small.
/// </summary>
internal static class CmdLine
{
    private enum Kind : byte
    {
        Other,
        Dropped,
        Blank,
        TakesBlank,
    }

    private static readonly Kind[] Kinds = [.. Enumerable.Range(0, 256).Select(static b => (char)b switch
    {
        '"' or '\'' or '\\' or '^' => Kind.Dropped,
        ' ' or ',' or ';' or '\t' or '\r' or '\n' => Kind.Blank,
        '/' or '(' => Kind.TakesBlank,
        _ => Kind.Other,
    })];

    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Kind[] kinds = Kinds;
        int written = 0;
        bool blank = false;
        foreach (byte b in input)
        {
            switch (kinds[b])
            {
                case Kind.Dropped:
                    continue;
                case Kind.Blank:
                    if (!blank) output[written++] = (byte)' ';
                    blank = true;
                    continue;
                case Kind.TakesBlank when blank:
                    written--;
                    break;
            }

            output[written++] = Lowercase.Of(b);
            blank = false;
        }

        return written;
    }
}
