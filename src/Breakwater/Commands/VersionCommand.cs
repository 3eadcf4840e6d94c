using System.CommandLine;
using System.Runtime.InteropServices;
using Breakwater.Edge.Observability;

namespace Breakwater.Commands;

/// <summary><c>breakwater version</c>.</summary>
internal sealed class VersionCommand : Command, IHasExamples
{
    public VersionCommand()
        : base("version", "Shows the program's version and what it runs on.")
    {
        SetAction(_ => Console.Out.WriteLine($"breakwater {EdgeVersion.Text} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"));
    }

    public IReadOnlyList<string> Examples => ["breakwater version"];
}
