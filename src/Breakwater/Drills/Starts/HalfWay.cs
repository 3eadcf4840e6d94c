using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Starts;

/// <summary>D50.</summary>
internal sealed class HalfWay : Drill
{
    public override DrillSheet Sheet { get; } = new("D50", "The process ends in the middle of a change")
    {
        Outage = "AWS us-east-1, 20 October 2025",
        Mechanism = "Automation that was interrupted between two steps left a state that was neither the old nor the new one, and could not find out of it.",
        Fault = "The edge is ended (SIGKILL) half a second into a change of its configuration, and started again, three times.",
        Bound = "Each start serves one of the two configurations, whole, and says which; every visitor gets the same.",
        Guard = "A generation is in force as a whole or not at all, in memory and on disk; where all generations are is written down, and files are replaced by renaming.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await KeptEdge.StartAsync(ground);
        string document = await File.ReadAllTextAsync(edge.ConfigFile);
        for (int round = 1; round <= 3; round++)
        {
            edge.WriteConfig(document.Replace("hosts: [shop.test]", $"hosts: [shop.test, round{round}.test]", StringComparison.Ordinal));
            Task<ReloadAnswer> reload = edge.ReloadAsync();
            await Task.WhenAny(reload, Task.Delay(TimeSpan.FromMilliseconds(500 / round)));
            await edge.KillAsync();
            try
            {
                await reload;
            }
            catch (HttpRequestException)
            {
                // Whom it was told died.
            }

            edge = await ground.AgainAsync(edge);
            SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, KeptEdge.First);
            EdgeStatus status = await edge.StatusAsync();
            bool isNew = await DrillGround.AskAsync(edge.Door, Visit.Good with { Host = $"round{round}.test" }) is null;
            for (int i = 0; i < 10; i++)
            {
                bool same = await DrillGround.AskAsync(edge.Door, Visit.Good with { Host = $"round{round}.test", Expected = isNew ? 200 : 421 }) is null;
                ground.Hold(same, $"round {round}: visitors get different configurations");
            }

            ground.Note($"round {round}", $"generation {status.Generation.Number}, the {(isNew ? "new" : "old")} one");
            await load.SendAsync(40);
            await load.StopAsync();
        }
    }
}
