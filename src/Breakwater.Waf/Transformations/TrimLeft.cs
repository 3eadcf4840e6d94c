namespace Breakwater.Waf.Transformations;

/// <summary><c>trimLeft</c>: white space at the start goes.</summary>
internal static class TrimLeft
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ReadOnlySpan<byte> trimmed = Trim.Left(input);
        trimmed.CopyTo(output);
        return trimmed.Length;
    }
}
