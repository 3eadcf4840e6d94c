using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Starts;

/// <summary>D12.</summary>
internal sealed class ColdStart : Drill
{
    public override DrillSheet Sheet { get; } = new("D12", "A cold start with nobody to ask")
    {
        Outage = "Google Cloud, 12 June 2025; AWS us-east-1, 20 October 2025",
        Mechanism = "Servers that started could not get their configuration, because what gives it to them was down or overrun by all of them at once.",
        Fault = "The edge is stopped; its configuration file and the file of its list are deleted; it is started again.",
        Bound = "It starts from the last known good on its own disk and serves with all its rules; it says so loudly.",
        Guard = "Generations that have proved themselves are kept on disk, whole, and never expire.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge before = await KeptEdge.StartAsync(ground);
        await before.StopAsync();
        File.Delete(before.ConfigFile);
        File.Delete(ground.PathOf("bad.txt"));
        PrivateEdge edge = await ground.AgainAsync(before);
        ground.Recovered(edge.ReadyAfter);
        ground.Said(await edge.Log.WaitAsync("is in force instead"));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, KeptEdge.First);
        await load.SendAsync(200);
        ground.Hold((await edge.AdminJsonAsync("/status")).TryGetProperty("started_instead", out _), "the status does not say what it started from");
    }
}
