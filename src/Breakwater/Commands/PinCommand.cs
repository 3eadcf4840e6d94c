using System.CommandLine;
using Breakwater.Edge.Admin;

namespace Breakwater.Commands;

/// <summary><c>breakwater pin</c> and <c>breakwater unpin</c>: a feed, or everything, stays as it is.</summary>
internal sealed class PinCommand : Command, IHasExamples
{
    private readonly bool _pins;
    private readonly Argument<string> _what = new("what")
    {
        HelpName = "FEED|all",
        Description = "A list by its name, a database or list by its file's name, or all.",
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<string?> _data = CommonOptions.Data();

    private PinCommand(bool pins, string name, string description)
        : base(name, description)
    {
        _pins = pins;
        Add(_what);
        Add(_data);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => [$"breakwater {Name} all", $"breakwater {Name} bad_networks"];

    /// <summary>Leaves it as it is.</summary>
    public static PinCommand Pin() => new(true, "pin", "Leaves a feed, or everything, as it is, whatever newer files say. It survives restarts.");

    /// <summary>Leaves it to itself again.</summary>
    public static PinCommand Unpin() => new(false, "unpin", "Ends a pin, a freeze or a rollback: newer files count again.");

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        PinAnswer answer = await client.PinAsync(parsed.GetValue(_what)!, _pins);
        if (!answer.Done)
        {
            CommandLine.Complain(answer.What, answer.Remedy);
            return ExitCode.Problem;
        }

        Console.Out.WriteLine(_pins ? $"{answer.What} stays as it is" : $"{answer.What} is left to itself");
        if (answer.StorageProblem is { } problem)
        {
            CommandLine.Complain($"a restart will not know of it: {problem}", "make room on the disk, then do it again");
            return ExitCode.Problem;
        }

        return ExitCode.Ok;
    }
}
