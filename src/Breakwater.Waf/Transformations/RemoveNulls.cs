namespace Breakwater.Waf.Transformations;

/// <summary><c>removeNulls</c>: NUL bytes go.</summary>
internal static class RemoveNulls
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int written = 0;
        foreach (byte b in input)
        {
            output[written] = b;
            written += b == 0 ? 0 : 1;
        }

        return written;
    }
}
