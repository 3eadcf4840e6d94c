namespace Breakwater.Waf.Transformations;

/// <summary><c>trimRight</c>: white space at the end goes.</summary>
internal static class TrimRight
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ReadOnlySpan<byte> trimmed = Trim.Right(input);
        trimmed.CopyTo(output);
        return trimmed.Length;
    }
}
