using System.CommandLine;
using Breakwater.Edge.Generations.Taste;

namespace Breakwater.Commands;

/// <summary>
/// <c>breakwater taste</c>: the sacrificial process that an edge starts to try a candidate. Not for people: it reads an order from standard input
/// and writes what it found to standard output.
/// </summary>
internal sealed class TasteCommand : Command
{
    /// <summary>What it is called.</summary>
    public const string Word = "taste";

    public TasteCommand()
        : base(Word, "Tries a configuration, for the edge that starts it.")
    {
        Hidden = true;
        SetAction(_ => Taster.Run(Console.OpenStandardInput(), Console.OpenStandardOutput()));
    }

    /// <summary>How this program starts itself as a taster.</summary>
    public static TasteProcess Process()
    {
        string program = Environment.ProcessPath ?? "breakwater";
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return isHost ? new TasteProcess(program, [typeof(TasteCommand).Assembly.Location, Word]) : new TasteProcess(program, [Word]);
    }
}
