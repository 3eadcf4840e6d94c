using System.CommandLine;
using System.Text.Json;
using Breakwater.Edge.Admin;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary><c>breakwater status</c>: what the running edge is doing.</summary>
internal sealed class StatusCommand : Command, IHasExamples
{
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<bool> _ready = new("--ready")
    {
        Description = "Say only whether it is ready: exit code 0 if so, 1 if it starts or drains. For health checks.",
    };

    public StatusCommand()
        : base("status", "Shows what the running edge is doing: listeners, zones, origins with their health, connections, requests.")
    {
        Add(_data);
        Add(_json);
        Add(_ready);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater status", "breakwater status --json | jq .connections.open"];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        EdgeStatus status = await client.GetStatusAsync();
        if (parsed.GetValue(_ready))
        {
            Console.Out.WriteLine(StatusReport.Name(status.State));
            return status.State == EdgeState.Ready ? ExitCode.Ok : ExitCode.Problem;
        }

        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(status, AdminJson.Plain.EdgeStatus));
        }
        else
        {
            StatusReport.Write(status, Console.Out, Palette.Output, DateTimeOffset.UtcNow);
        }

        return ExitCode.Ok;
    }
}
