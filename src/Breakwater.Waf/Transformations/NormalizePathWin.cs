namespace Breakwater.Waf.Transformations;

/// <summary><c>normalizePathWin</c>: as <see cref="NormalizePath"/>, for paths in which a backslash is a slash too.</summary>
internal static class NormalizePathWin
{
    public static int Apply(ReadOnlySpan<byte> input, Span<byte> output) => NormalizePath.Apply(input, output, backslashes: true);
}
