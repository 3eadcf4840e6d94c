using Breakwater.Edge.Admin;

namespace Breakwater.Commands;

/// <summary>What became of a change, for a person and for a script. Stateless.</summary>
internal static class ChangeAnswer
{
    /// <summary>Says it, and returns the exit code.</summary>
    /// <param name="answer">The edge's answer.</param>
    /// <param name="what">What was to be put in force.</param>
    /// <param name="command">The command that asked for it.</param>
    public static int Report(ReloadAnswer answer, string what, string command)
    {
        foreach (DiagnosticLine line in answer.Diagnostics)
        {
            Diagnostics.Write(line.ToDiagnostic(), Console.Error);
        }

        GenerationStatus live = answer.Generation;
        if (answer.Reloaded)
        {
            Console.Out.WriteLine(answer.Changed
                ? $"generation {live.Number} ({live.Hash}) is in force"
                : $"nothing changed; generation {live.Number} ({live.Hash}) goes on");
            return ExitCode.Ok;
        }

        (string problem, string remedy) = answer.Outcome switch
        {
            "held" => ($"{what} is held, and generation {live.Number} goes on", $"if it is meant: breakwater {command} --confirm"),
            "reverted" => ($"{what} did harm to those who met it and was taken back; generation {live.Number} goes on", "see breakwater generations"),
            "replaced" => ($"{what} was overtaken by another change; generation {live.Number} is in force", "see breakwater generations"),
            "stale" => ($"another change came first; generation {live.Number} is in force", "look at it, then try again"),
            _ => ($"{what} is refused, and generation {live.Number} goes on", $"mend what is wrong, then {command} again"),
        };
        CommandLine.Complain(problem, remedy);
        return ExitCode.Problem;
    }
}
