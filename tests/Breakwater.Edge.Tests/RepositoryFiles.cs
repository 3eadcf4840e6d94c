using System.Runtime.CompilerServices;

namespace Breakwater.Edge.Tests;

/// <summary>Files of the repository that tests hold to the code.</summary>
internal static class RepositoryFiles
{
    private static readonly Lock Updates = new();

    public static string PathOf(string name) => Path.Combine(Root(), name);

    public static string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>
    /// Holds a table of a document, between two comments that name it, to what the code says; or writes it anew, with
    /// BREAKWATER_UPDATE_DOCS=1.
    /// </summary>
    public static void AssertTable(string document, string table, string expected)
    {
        string begin = $"<!-- {table}: made from the code; run the tests with BREAKWATER_UPDATE_DOCS=1 after a change -->\n";
        string end = $"<!-- end of {table} -->\n";
        lock (Updates)
        {
            string text = Read(document);
            int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
            int to = text.IndexOf(end, StringComparison.Ordinal);
            Assert.True(from >= begin.Length && to >= from, $"{document} has lost the comments around the table '{table}'");
            string wanted = $"{text[..from]}\n{expected}\n{text[to..]}";
            if (Environment.GetEnvironmentVariable("BREAKWATER_UPDATE_DOCS") == "1")
            {
                File.WriteAllText(Path.Combine(Root(), document), wanted);
            }
            else
            {
                Assert.Equal(wanted, text);
            }
        }
    }

    /// <summary>The first cells of a Markdown table's rows, without their backticks, in the order of the document.</summary>
    public static IReadOnlyList<string[]> TableRows(string markdown) =>
    [
        .. markdown.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim().Trim('`')).ToArray()),
    ];

    /// <summary>What stands under a heading, up to the next one of the same or a higher level.</summary>
    public static string Section(string markdown, string heading)
    {
        int start = markdown.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"no heading '{heading}'");
        string level = heading[..(heading.IndexOf(' ') + 1)];
        int end = markdown.IndexOf("\n" + level, start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? markdown[start..] : markdown[start..end];
    }

    private static string Root([CallerFilePath] string thisFile = "")
    {
        string? directory = Path.GetDirectoryName(thisFile);
        while (directory is not null && !File.Exists(Path.Combine(directory, "Breakwater.slnx")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException("The repository was not found.");
    }
}
