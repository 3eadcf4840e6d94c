using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Starts;

/// <summary>D11.</summary>
internal sealed class SilentYears : Drill
{
    public override DrillSheet Sheet { get; } = new("D11", "Nobody says anything for a month")
    {
        Outage = "Railway, 19 May 2026",
        Mechanism = "The control plane was gone, and a quarter of an hour later the routes that edges had from it expired: sites that were well could not be found any more.",
        Fault = "Everything that the configuration came from is deleted while the edge serves; then thirty days go by on its clock. (There is no control plane yet. Failure injection, armed when the edge is started.)",
        Bound = "Routes, rules and lists are in force as ever; a reload is refused and takes nothing away.",
        Guard = "What is in force is in memory and on the edge's own disk, and nothing of it has an end.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(RefusedEdits.Document(origin), ground.WithClock());
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        await load.SendAsync(40);
        File.Delete(edge.ConfigFile);
        await ground.SetClockAsync(TimeSpan.FromDays(30));
        await load.SendAsync(80);
        ground.Hold(!(await edge.ReloadAsync()).Reloaded, "a configuration that is not there is taken");
        ground.Said(await edge.Log.WaitAsync("the new configuration is refused"));
        await load.SendAsync(80);
    }
}
