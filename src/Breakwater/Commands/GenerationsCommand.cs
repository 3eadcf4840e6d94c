using System.CommandLine;
using System.Text.Json;
using Breakwater.Edge.Admin;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary><c>breakwater generations</c>: what is in force, what is on its way, what did not get through, what can be gone back to.</summary>
internal sealed class GenerationsCommand : Command, IHasExamples
{
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _json = CommonOptions.Json();

    public GenerationsCommand()
        : base("generations", "Shows the configurations of the running edge: in force, on its way, refused, kept to start from or to go back to.")
    {
        Add(_data);
        Add(_json);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater generations", "breakwater generations --json | jq .live.number"];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        GenerationsReport report = await client.GetGenerationsAsync();
        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Plain.GenerationsReport));
        }
        else
        {
            GenerationsText.Write(report, Console.Out, Palette.Output, DateTimeOffset.UtcNow);
        }

        return ExitCode.Ok;
    }
}
