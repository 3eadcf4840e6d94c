using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Breakwater.Drills.Ground;

/// <summary>This program, as something to start. Stateless.</summary>
internal static class EdgeProgram
{
    /// <summary>What an upgrade may take, the longest of all commands.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A start of this program with the same runtime, and with nothing in its environment that would change what it does.
    /// </summary>
    /// <param name="before">A program, with its arguments, that becomes this one; empty for none.</param>
    /// <param name="arguments">The arguments.</param>
    public static ProcessStartInfo Start(IReadOnlyList<string> before, IEnumerable<string> arguments)
    {
        string[] command = [.. before, .. Command(), .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && (name.StartsWith("BREAKWATER_", StringComparison.Ordinal) || name is "NOTIFY_SOCKET" or "LISTEN_FDS" or "LISTEN_PID"))
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return start;
    }

    /// <summary>Runs a command to its end. Returns its exit code.</summary>
    /// <exception cref="DrillException">It does not end.</exception>
    public static async Task<int> CallAsync(params string[] arguments) => (await ProcessEnd.RunAsync(Start([], arguments), Patience)).Code;

    // The process may be the program itself, the tests that hold it, or the runtime with its assembly as an argument.
    private static string[] Command()
    {
        string assembly = typeof(EdgeProgram).Assembly.Location;
        string program = Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(assembly));
        return File.Exists(program) ? [program] : [Environment.ProcessPath ?? "dotnet", assembly];
    }
}
