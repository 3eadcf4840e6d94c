namespace Breakwater.Waf.Transformations;

/// <summary><c>trim</c>: white space at both ends goes.</summary>
internal static class Trim
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ReadOnlySpan<byte> trimmed = Left(Right(input));
        trimmed.CopyTo(output);
        return trimmed.Length;
    }

    public static ReadOnlySpan<byte> Left(ReadOnlySpan<byte> text)
    {
        int start = 0;
        while (start < text.Length && Blank.Is(text[start])) start++;
        return text[start..];
    }

    public static ReadOnlySpan<byte> Right(ReadOnlySpan<byte> text)
    {
        int end = text.Length;
        while (end > 0 && Blank.Is(text[end - 1])) end--;
        return text[..end];
    }
}
