namespace Breakwater.Waf.Transformations;

/// <summary>
/// <c>cmdLine</c>: a command line without what shells let one add: quotes, backslashes and carets go, commas, semicolons and white space
/// become one blank, a blank before <c>/</c> or <c>(</c> goes, letters become small.
/// </summary>
internal static class CmdLine
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        bool blank = false;
        foreach (byte b in input)
        {
            switch (b)
            {
                case (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'^':
                    continue;
                case (byte)' ' or (byte)',' or (byte)';' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    if (!blank) output[written++] = (byte)' ';
                    blank = true;
                    continue;
                case (byte)'/' or (byte)'(':
                    if (blank) written--;
                    break;
            }

            output[written++] = Lowercase.Of(b);
            blank = false;
        }

        return written;
    }
}
