using Breakwater.Config;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary>Configuration problems on a terminal. Stateless.</summary>
internal static class Diagnostics
{
    /// <summary>Writes <c>file:line:column: what is wrong; what to do</c> to standard output or standard error.</summary>
    public static void Write(ConfigDiagnostic diagnostic, TextWriter output)
    {
        Palette palette = output == Console.Out ? Palette.Output : Palette.Error;
        if (!palette.IsColoured)
        {
            output.WriteLine(diagnostic.ToString());
            return;
        }

        string problem = diagnostic.Severity == DiagnosticSeverity.Error ? palette.Red(diagnostic.Problem) : palette.Yellow("warning: " + diagnostic.Problem);
        output.WriteLine($"{palette.Bold(diagnostic.Position.ToString())}: {problem}; {diagnostic.Remedy}");
    }
}
