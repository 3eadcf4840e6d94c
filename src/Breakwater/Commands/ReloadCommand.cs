using System.CommandLine;

namespace Breakwater.Commands;

/// <summary><c>breakwater reload</c>: the running edge reads its configuration again.</summary>
internal sealed class ReloadCommand : Command, IHasExamples
{
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _urgent = new("--urgent") { Description = "Take a shorter road: the same stages, with less to look at in each." };
    private readonly Option<bool> _confirm = new("--confirm") { Description = "It is meant: do not hold it for what it takes away or blocks, nor for a crash that it is suspected of." };
    private readonly Option<long?> _expect = new("--expect") { HelpName = "NUMBER", Description = "Only if that generation is in force: two who change something at once do not undo each other." };

    public ReloadCommand()
        : base("reload", "Makes the running edge read its configuration again. A bad one is refused, and what is running goes on.")
    {
        Add(_data);
        Add(_urgent);
        Add(_confirm);
        Add(_expect);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples =>
    [
        "breakwater reload",
        "breakwater check --config breakwater.yaml && breakwater reload",
        "breakwater reload --confirm              a third of the zones is really to go",
    ];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        return ChangeAnswer.Report(await client.ReloadAsync(parsed.GetValue(_urgent), parsed.GetValue(_confirm), parsed.GetValue(_expect)), "the new configuration", "reload");
    }
}
