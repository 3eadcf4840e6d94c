using System.Text;
using Breakwater.Edge.Files;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Lists;

/// <summary>Reads the items of a list, its own and those of its file. Stateless.</summary>
internal static class ListReader
{
    /// <summary>The largest file: some three million networks.</summary>
    public const int MaxFileBytes = 64 * 1024 * 1024;

    /// <summary>Addresses, host names or numbers; null when something is wrong, and the problems say what.</summary>
    public static ListContent? ReadItems(ListDefinition definition, out IReadOnlyList<FileProblem> problems)
    {
        if (TextOf(definition, out problems) is not { } text)
        {
            return null;
        }

        var found = new ListProblems(definition.File ?? "");
        ListContent content = ListContent.Read(definition.Kind, text, found);
        problems = Locate(found, definition);
        return found.Count == 0 ? content : null;
    }

    /// <summary>Redirects; null when something is wrong, and the problems say what.</summary>
    public static RedirectTable? ReadRedirects(ListDefinition definition, out IReadOnlyList<FileProblem> problems)
    {
        if (TextOf(definition, out problems) is not { } text)
        {
            return null;
        }

        var found = new ListProblems(definition.File ?? "");
        List<RedirectItem> lines = RedirectLines.Read(text, found);
        RedirectTable table = RedirectTable.Create([.. definition.Redirects, .. lines], out IReadOnlyList<RuleDiagnostic> diagnostics);
        var elsewhere = new List<FileProblem>();
        foreach (RuleDiagnostic diagnostic in diagnostics.Where(diagnostic => diagnostic.IsError))
        {
            if (diagnostic.Position.File.Length == 0)
            {
                found.Add(diagnostic.Position.Line, diagnostic.Message);
            }
            else
            {
                elsewhere.Add(new FileProblem(diagnostic.Position.File, diagnostic.Position.Line, diagnostic.Message));
            }
        }

        problems = [.. elsewhere, .. Locate(found, definition)];
        return problems.Count == 0 ? table : null;
    }

    /// <summary>The list's own items, one a line, then the file.</summary>
    private static byte[]? TextOf(ListDefinition definition, out IReadOnlyList<FileProblem> problems)
    {
        problems = [];
        byte[] own = Encoding.UTF8.GetBytes(string.Concat(definition.Items.Select(item => item.ReplaceLineEndings(" ") + "\n")));
        if (definition.File is not { } path)
        {
            return own;
        }

        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length > MaxFileBytes)
            {
                problems = [new FileProblem(path, 0, $"the file is larger than {MaxFileBytes / (1024 * 1024)} MiB; split the list")];
                return null;
            }

            byte[] text = new byte[own.Length + file.Length];
            own.CopyTo(text, 0);
            int read = file.ReadAtLeast(text.AsSpan(own.Length), text.Length - own.Length, throwOnEndOfStream: false);
            return text[..(own.Length + read)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problems = [new FileProblem(path, 0, $"the list cannot be read: {exception.Message}")];
            return null;
        }
    }

    /// <summary>Says where problems are: in the list's own items, or in a line of the file.</summary>
    private static IReadOnlyList<FileProblem> Locate(ListProblems problems, ListDefinition definition) =>
    [
        .. problems.Told.Select(problem =>
            problem.Line == 0 ? problem
            : problem.Line > definition.Items.Count ? problem with { Line = problem.Line - definition.Items.Count }
            : new FileProblem($"list {definition.Name}, item", problem.Line, problem.What)),
    ];
}
