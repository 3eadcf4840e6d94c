namespace Breakwater.Waf.Tests.Harmless;

/// <summary>The texts of the corpus: files of lines, and files of longer pieces that a line <c>%%</c> separates; <c>#!</c> begins a remark.</summary>
internal static class Texts
{
    /// <summary>A file of lines.</summary>
    public static IReadOnlyList<string> Lines(string file) =>
        [.. File.ReadLines(PathOf(file)).Where(line => line.Length > 0 && !line.StartsWith("#!", StringComparison.Ordinal))];

    /// <summary>A file of lines that have columns, separated by tabulators.</summary>
    public static IEnumerable<string[]> Rows(string file) => Lines(file).Select(line => line.Split('\t'));

    /// <summary>A file of pieces.</summary>
    public static IReadOnlyList<string> Pieces(string file) =>
        [.. File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n").Split("\n%%\n").Select(piece => piece.Trim('\n')).Where(piece => piece.Length > 0)];

    /// <summary>The files whose names match.</summary>
    public static IReadOnlyList<string> Files(string pattern) =>
        [.. Directory.GetFiles(PathOf(""), pattern).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Harmless", "texts", file);
}
