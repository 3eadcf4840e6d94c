using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Fuses;

/// <summary>D21.</summary>
internal sealed class ThrowingModule : Drill
{
    public override DrillSheet Sheet { get; } = new("D21", "A module throws on every request")
    {
        Outage = "Cloudflare, 5 December 2025",
        Mechanism = "Code that had never run before met a value that was not there, and every request that came to it was answered 500.",
        Fault = "The firewall throws on each of its calls, then works again. (Failure injection, armed when the edge is started.)",
        Bound = "The exchange goes on without it; one event names it; it comes back by itself, and refuses attacks again.",
        Guard = "The fuse around each module of each zone.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(RefusedEdits.Document(origin), Faults.Armed("module waf zone shop throw after 60 times 4"));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        ground.Said(await edge.Log.WaitAsync("is blown"));
        await PrivateEdge.UntilAsync("the fuse is blown", async () => Faults.StateOf(await edge.AdminJsonAsync("/status"), "waf") is not null);
        ground.Recovered(await PrivateEdge.UntilAsync("the firewall is back", async () => Faults.StateOf(await edge.AdminJsonAsync("/status"), "waf") is null));
        ground.Hold(await DrillGround.AskAsync(edge.Door, Faults.Attack) is null, "an attack passes after the recovery");
        await load.SendAsync(60);
        ground.Hold(edge.Log.Lines.Count(line => line.Contains(" error ", StringComparison.Ordinal)) <= 3, "there is an event for each request");
    }
}
