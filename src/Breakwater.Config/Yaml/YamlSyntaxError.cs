using YamlDotNet.Core;

namespace Breakwater.Config.Yaml;

/// <summary>Says what is wrong with a text that is not YAML in the words of somebody who edits it, rather than of a scanner.</summary>
internal static class YamlSyntaxError
{
    // What YamlDotNet says, in part, and what that nearly always means. The first that fits is taken.
    private static readonly (string Symptom, string Problem, string Remedy)[] Meanings =
    [
        ("multiline plain scalar, found invalid mapping", "this line continues the value above it and yet has a key",
            "mend the indentation, or add the colon that the line above lacks"),
        ("plain scalar value, found invalid mapping", "a second ':' in one value",
            "put the value in quotes, or mend the indentation of this line"),
        ("quoted scalar, found unexpected end", "a quote that is never closed", "add the closing quote"),
        ("unknown escape character", "an unknown escape in double quotes",
            "use single quotes, in which a backslash is an ordinary character"),
        ("cannot start any token", "a value cannot begin with this character", "put the value in quotes"),
        ("anchor or alias", "'*' and '&' have a meaning of their own in YAML", "put the value in quotes"),
        ("did not find expected '-' indicator", "this line does not belong to the list above it",
            "line it up with the key it belongs to, or begin it with '- '"),
        ("did not find expected key", "this line does not fit the ones above it",
            "line it up with its neighbours, and look for a missing quote or bracket above"),
        ("did not find expected ',' or '}'", "a '{' that is never closed", "add the missing ',' or '}'"),
        ("did not find expected ',' or ']'", "a '[' that is never closed", "add the missing ',' or ']'"),
        ("did not find expected node content", "a value is missing here", "write it, or remove the bracket or comma"),
    ];

    /// <summary>Reports what the parser threw.</summary>
    public static void Report(
        YamlException error, string text, SourcePosition position, SourcePosition? openFlow, DiagnosticList diagnostics)
    {
        if (FindTab(text, position.File) is { } tab)
        {
            ReportTab(tab, diagnostics);
            return;
        }
        foreach ((string symptom, string problem, string remedy) in Meanings)
        {
            if (!error.Message.Contains(symptom, StringComparison.Ordinal)) continue;
            bool isUnclosed = symptom.Contains("',' or", StringComparison.Ordinal);
            diagnostics.Error(isUnclosed ? openFlow ?? position : position, problem, remedy);
            return;
        }
        diagnostics.Error(
            position, $"not YAML: {Show.Sentence(error.Message)}", "check the indentation, quotes and brackets here and in the line above");
    }

    /// <summary>Reports that the parser lost its way without saying why.</summary>
    public static void ReportLostParser(string text, SourcePosition position, SourcePosition? openFlow, DiagnosticList diagnostics)
    {
        if (openFlow is { } flow) diagnostics.Error(flow, "a bracket that is never closed", "add the missing ',', ']' or '}'");
        else if (FindTab(text, position.File) is { } tab) ReportTab(tab, diagnostics);
        else diagnostics.Error(position, "not YAML", "check the indentation, quotes and brackets around this line");
    }

    private static void ReportTab(SourcePosition position, DiagnosticList diagnostics) =>
        diagnostics.Error(position, "a tab in the indentation, which YAML does not allow", "use spaces");

    /// <summary>
    /// The first tab in the indentation of a line that has something on it. Looked for only when the parser failed: elsewhere it may be
    /// fine.
    /// </summary>
    private static SourcePosition? FindTab(string text, string file)
    {
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> content = line.TrimStart(" \t");
            int tab = line[..^content.Length].IndexOf('\t');
            if (tab >= 0 && content is not ([] or ['#', ..])) return new SourcePosition(file, number, tab + 1);
        }
        return null;
    }
}
