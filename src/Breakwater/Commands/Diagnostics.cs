using Breakwater.Config;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary>Configuration problems on a terminal. Stateless.</summary>
internal static class Diagnostics
{
    /// <summary>
    /// Writes <c>file:line:column: what is wrong; what to do</c> to standard output or standard error, and under it, where it is about a place in
    /// an expression, that place.
    /// </summary>
    public static void Write(ConfigDiagnostic diagnostic, TextWriter output)
    {
        Palette palette = output == Console.Out ? Palette.Output : Palette.Error;
        if (!palette.IsColoured)
        {
            output.WriteLine(diagnostic.ToString());
            WriteExcerpt(diagnostic, output);
            return;
        }

        string problem = diagnostic.Severity == DiagnosticSeverity.Error ? palette.Red(diagnostic.Problem) : palette.Yellow("warning: " + diagnostic.Problem);
        output.WriteLine($"{palette.Bold(diagnostic.Position.ToString())}: {problem}; {diagnostic.Remedy}");
        WriteExcerpt(diagnostic, output);
    }

    /// <summary>The line of the expression with carets under the place; indented as it comes.</summary>
    private static void WriteExcerpt(ConfigDiagnostic diagnostic, TextWriter output)
    {
        foreach (string line in diagnostic.Excerpt?.TrimEnd('\n').Split('\n') ?? [])
        {
            output.WriteLine(line);
        }
    }
}
