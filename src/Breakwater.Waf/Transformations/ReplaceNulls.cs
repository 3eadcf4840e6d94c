namespace Breakwater.Waf.Transformations;

/// <summary><c>replaceNulls</c>: NUL bytes become blanks.</summary>
internal static class ReplaceNulls
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        input.Replace(output, (byte)0, (byte)' ');
        return input.Length;
    }
}
