using System.Diagnostics;
using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Fuses;

/// <summary>D24.</summary>
internal sealed class BypassFile : Drill
{
    public override DrillSheet Sheet { get; } = new("D24", "A kill switch with everything else down")
    {
        Outage = "Cloudflare, 2 July 2019",
        Mechanism = "The switch that turned the firewall off could not be reached: the tools for it were behind the same edge, and some who should have used them had been logged out.",
        Fault = "The socket for commands is removed, and the configuration file too. Then `breakwater bypass waf` is called, and `breakwater bypass waf --off`.",
        Bound = "What the firewall refuses is let through within a second, and refused again within a second.",
        Guard = "The command writes one file in the data directory and talks to nobody; the edge looks at it twice a second.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(RefusedEdits.Document(origin));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        ground.Hold(await DrillGround.AskAsync(edge.Door, Faults.Attack) is null, "the firewall refuses no attack, so nothing is shown");
        File.Delete(Path.Combine(edge.Data, "admin.sock"));
        File.Delete(edge.ConfigFile);

        long pulled = Stopwatch.GetTimestamp();
        ground.Hold(await EdgeProgram.CallAsync("bypass", "waf", "--data", edge.Data) == 0, "the command fails");
        await PrivateEdge.UntilAsync("the firewall is left out", async () => await DrillGround.AskAsync(edge.Door, Faults.Attack with { Expected = 200 }) is null);
        ground.Recovered(Stopwatch.GetElapsedTime(pulled));
        ground.Said(await edge.Log.WaitAsync("BYPASSED"));
        ground.Hold(await EdgeProgram.CallAsync("bypass", "waf", "--off", "--data", edge.Data) == 0, "the command fails");
        await PrivateEdge.UntilAsync("the firewall is back", async () => await DrillGround.AskAsync(edge.Door, Faults.Attack) is null);
        await load.SendAsync(60);
    }
}
