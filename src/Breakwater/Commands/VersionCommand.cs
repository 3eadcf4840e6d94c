using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Breakwater.Commands;

/// <summary><c>breakwater version</c>.</summary>
internal sealed class VersionCommand : Command, IHasExamples
{
    public VersionCommand()
        : base("version", "Shows the program's version and what it runs on.")
    {
        SetAction(_ => Console.Out.WriteLine($"breakwater {Number} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
    }

    /// <summary>The version without build metadata: 0.1.0.</summary>
    public static string Number { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public IReadOnlyList<string> Examples => ["breakwater version"];
}
