using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Starts;

/// <summary>D29.</summary>
internal sealed class TwoVersions : Drill
{
    public override DrillSheet Sheet { get; } = new("D29", "Another version of the program, good and bad")
    {
        Outage = "Azure Front Door, 29 October 2025",
        Mechanism = "Configuration that two versions of a control plane had made did not fit together, and crashed the servers that got it.",
        Fault = "`breakwater upgrade` changes to a program that ends at once, then to a good one (the same), under load. (There is no control plane yet; two versions meet on one configuration in an upgrade.)",
        Bound = "The bad one never serves, and the old one goes on; the good one takes over.",
        Guard = "A new version rehearses with the configuration before it gets the sockets; the supervisor holds these.",
        Limits = new LoadLimits { P99 = TimeSpan.FromSeconds(1) },
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(RefusedEdits.Document(origin), new EdgeSettings { Supervised = true });
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        int before = (await edge.StatusAsync()).EdgeProcessId;
        ground.Hold(await EdgeProgram.CallAsync("upgrade", "--binary", "/bin/false", "--bake", "1", "--data", edge.Data) == 1, "an upgrade to a program that ends at once succeeds");
        ground.Hold((await edge.StatusAsync()).EdgeProcessId == before, "the old version does not go on");
        ground.Hold(await EdgeProgram.CallAsync("upgrade", "--bake", "1", "--data", edge.Data) == 0, "an upgrade to the same program fails");
        await PrivateEdge.UntilAsync("the new version serves", async () => (await edge.StatusAsync()).EdgeProcessId != before);
        await load.SendAsync(100);
    }
}
