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
    /// <param name="definition">The list.</param>
    /// <param name="text">Its <see cref="TextOf"/>.</param>
    /// <param name="problems">What is wrong.</param>
    public static ListContent? ReadItems(ListDefinition definition, byte[] text, out IReadOnlyList<FileProblem> problems)
    {
        var found = new ListProblems(definition.File ?? "");
        ListContent content = ListContent.Read(definition.Kind, text, found);
        problems = Locate(found, definition);
        return found.Count == 0 ? content : null;
    }

    /// <summary>Redirects; null when something is wrong, and the problems say what.</summary>
    /// <param name="definition">The list.</param>
    /// <param name="text">Its <see cref="TextOf"/>.</param>
    /// <param name="problems">What is wrong.</param>
    public static RedirectTable? ReadRedirects(ListDefinition definition, byte[] text, out IReadOnlyList<FileProblem> problems)
    {
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

    /// <summary>The list's own items, one a line, then the file; null when that cannot be read.</summary>
    public static byte[]? TextOf(ListDefinition definition, ConfigurationFiles files, out IReadOnlyList<FileProblem> problems)
    {
        problems = [];
        byte[] own = Encoding.UTF8.GetBytes(string.Concat(definition.Items.Select(item => item.ReplaceLineEndings(" ") + "\n")));
        if (definition.File is not { } path)
        {
            return own;
        }

        try
        {
            byte[] text = files.Read(path, MaxFileBytes);
            return own.Length == 0 ? text : [.. own, .. text];
        }
        catch (FileTooLargeException)
        {
            problems = [new FileProblem(path, 0, $"the file is larger than {MaxFileBytes / (1024 * 1024)} MiB; split the list")];
            return null;
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
