namespace Breakwater.Supervision;

/// <summary>How this program is started again: the file that is executed, and the arguments before its own. Immutable.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Before">What comes before the program's arguments: its name, and the assembly where <c>dotnet</c> runs it.</param>
internal sealed record ProgramCommand(string Path, IReadOnlyList<string> Before)
{
    /// <summary>
    /// This process's. A link that it was started through is kept, not followed: when it points to another version later, that is what a restart is to start.
    /// </summary>
    public static ProgramCommand Current()
    {
        string executable = Environment.ProcessPath!;
        string name = FirstArgument() ?? executable;
        if (System.IO.Path.GetFileNameWithoutExtension(executable) == "dotnet")
        {
            return new ProgramCommand(executable, [name, System.IO.Path.GetFullPath(Environment.GetCommandLineArgs()[0])]);
        }

        string path = name.Contains('/', StringComparison.Ordinal) ? System.IO.Path.GetFullPath(name) : executable;
        return new ProgramCommand(File.Exists(path) ? path : executable, [name]);
    }

    /// <summary>Another binary; null when there is no such file.</summary>
    /// <param name="path">The file, absolute: a program, or an assembly for <c>dotnet</c>.</param>
    public ProgramCommand? With(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        return path.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProgramCommand(Before.Count > 1 ? Path : System.IO.Path.Combine(Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "/usr/share/dotnet", "dotnet"), ["dotnet", path])
            : new ProgramCommand(path, [path]);
    }

    /// <summary>argv[0], which .NET does not show.</summary>
    private static string? FirstArgument()
    {
        try
        {
            string line = File.ReadAllText("/proc/self/cmdline");
            int end = line.IndexOf('\0', StringComparison.Ordinal);
            return end > 0 ? line[..end] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
