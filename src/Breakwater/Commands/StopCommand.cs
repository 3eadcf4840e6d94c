using System.CommandLine;
using System.Diagnostics;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Lifecycle;

namespace Breakwater.Commands;

/// <summary><c>breakwater stop</c>: ends the running edge, and waits until it is gone.</summary>
internal sealed class StopCommand : Command, IHasExamples
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    // Beyond the drain: closing sockets, writing out logs.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _now = new("--now") { Description = "Do not wait for requests in progress." };

    public StopCommand()
        : base("stop", "Stops the running edge: no new connections, requests in progress finish, then it ends. Waits until it is gone.")
    {
        Add(_data);
        Add(_now);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater stop", "breakwater stop --now"];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        StopAnswer answer = await client.StopAsync(parsed.GetValue(_now));
        TimeSpan bound = TimeSpan.FromSeconds(answer.DrainSeconds) + Grace;
        long asked = Stopwatch.GetTimestamp();

        // The process's lock on the data directory ends with the process, whatever way that ends.
        while (DataDirectory.IsHeld(client.DataDirectoryPath))
        {
            if (Stopwatch.GetElapsedTime(asked) > bound)
            {
                CommandLine.Complain(
                    $"process {answer.ProcessId} still runs after {bound.TotalSeconds:F0} s", "run `breakwater stop --now`, or end the process");
                return ExitCode.Problem;
            }

            await Task.Delay(PollInterval);
        }

        Console.Out.WriteLine($"process {answer.ProcessId} stopped");
        return ExitCode.Ok;
    }
}
