using System.CommandLine;
using Breakwater.Edge.Admin;

namespace Breakwater.Commands;

/// <summary><c>breakwater reload</c>: the running edge reads its configuration again.</summary>
internal sealed class ReloadCommand : Command, IHasExamples
{
    private readonly Option<string?> _data = CommonOptions.Data();

    public ReloadCommand()
        : base("reload", "Makes the running edge read its configuration again. A bad one is refused, and what is running goes on.")
    {
        Add(_data);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater reload", "breakwater check --config breakwater.yaml && breakwater reload"];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        ReloadAnswer answer = await client.ReloadAsync();
        foreach (DiagnosticLine line in answer.Diagnostics)
        {
            Diagnostics.Write(line.ToDiagnostic(), Console.Error);
        }

        GenerationStatus generation = answer.Generation;
        if (!answer.Reloaded)
        {
            CommandLine.Complain($"the new configuration is refused, and generation {generation.Number} goes on", "mend what is wrong, then reload again");
            return ExitCode.Problem;
        }

        Console.Out.WriteLine(answer.Changed
            ? $"generation {generation.Number} ({generation.Hash}) is in force"
            : $"nothing changed; generation {generation.Number} ({generation.Hash}) goes on");
        return ExitCode.Ok;
    }
}
