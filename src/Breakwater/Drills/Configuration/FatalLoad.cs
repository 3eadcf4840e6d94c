using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D19.</summary>
internal sealed class FatalLoad : Drill
{
    public override DrillSheet Sheet { get; } = new("D19", "A configuration that kills the process that loads it")
    {
        Outage = "Azure Front Door, 29 October 2025; CrowdStrike, 19 July 2024",
        Mechanism = "Content that crashed whatever loaded it reached the processes that serve; one of the repairs was a sacrificial process that loads it first.",
        Fault = "The process that loads a change is killed while it does so, as a crash would (SIGKILL from outside, since no content is known that crashes it).",
        Bound = "The change is refused, and the process that serves does not notice; the same change is taken when the taster lives.",
        Guard = "The taster: a child process with the same program loads each change first.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = RefusedEdits.Document(origin), changed = document.Replace("[203.0.113.0/24]", "[203.0.113.0/24, 192.0.2.1]", StringComparison.Ordinal);
        PrivateEdge edge = await ground.EdgeAsync(document);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        edge.WriteConfig(changed);
        Task<ReloadAnswer> reload = edge.ReloadAsync();
        while (!reload.IsCompleted && !KillTaster(edge.ProcessId))
        {
            await Task.Delay(1);
        }

        ReloadAnswer answer = await reload;
        ground.Hold(!answer.Reloaded && answer.Generation.Number == 1, "a change that killed its taster is in force");
        ground.Said(answer.Diagnostics.Count > 0 ? answer.Diagnostics[0].Problem : "(nothing)");
        await load.SendAsync(60);
        ground.Hold(await edge.ReloadAsync() is { Reloaded: true, Changed: true }, "the same change is refused when the taster lives");
    }

    /// <summary>Ends the child of a process that was started to taste.</summary>
    private static bool KillTaster(int parent)
    {
        foreach (string children in Directory.EnumerateDirectories($"/proc/{parent}/task").Select(task => Path.Combine(task, "children")))
        {
            try
            {
                foreach (string id in File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (File.ReadAllText($"/proc/{id}/cmdline").Contains("\0taste", StringComparison.Ordinal))
                    {
                        using Process taster = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
                        taster.Kill();
                        return true;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or ArgumentException)
            {
                // A thread or a child that has ended meanwhile.
            }
        }

        return false;
    }
}
