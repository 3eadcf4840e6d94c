using System.CommandLine;
using Breakwater.Edge.Admin;

namespace Breakwater.Commands;

/// <summary><c>breakwater rollback</c>: the content of an earlier generation, as a new one.</summary>
internal sealed class RollbackCommand : Command, IHasExamples
{
    private readonly Argument<long?> _number = new("number")
    {
        HelpName = "NUMBER",
        Description = "The generation to go back to, of those that `breakwater generations` shows as kept. Default: the last one that has proved itself.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _confirm = new("--confirm") { Description = "It is meant: do not hold it for what it takes away or blocks." };

    public RollbackCommand()
        : base("rollback", "Puts the content of an earlier generation in force, as a new one, and pins it: newer files do not undo it until `breakwater unpin all`.")
    {
        Add(_number);
        Add(_data);
        Add(_confirm);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater rollback", "breakwater rollback 41"];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        ReloadAnswer answer = await client.RollBackAsync(parsed.GetValue(_number), parsed.GetValue(_confirm));
        int code = ChangeAnswer.Report(answer, "the rollback", "rollback");
        if (code == ExitCode.Ok)
        {
            Console.Out.WriteLine("it stays so, whatever newer files say, until `breakwater unpin all`");
        }

        return code;
    }
}
