namespace Breakwater.Rules.Rulesets;

/// <summary>Names of content codings, as <c>compress_response</c> writes them. Thread-safe.</summary>
public static class CompressionAlgorithms
{
    private static readonly string[] Names = ["none", "auto", "default", "gzip", "brotli", "zstd"];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>The algorithm of that name.</summary>
    public static bool TryParse(string name, out CompressionAlgorithm algorithm)
    {
        int index = Array.IndexOf(Names, name);
        algorithm = (CompressionAlgorithm)Math.Max(index, 0);
        return index >= 0;
    }
}
