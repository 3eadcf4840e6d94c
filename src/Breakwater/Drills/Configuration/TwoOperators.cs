using Breakwater.Drills.Feeds;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D30.</summary>
internal sealed class TwoOperators : Drill
{
    public override DrillSheet Sheet { get; } = new("D30", "Two operators go back at once")
    {
        Outage = "Cloudflare, 21 June 2022",
        Mechanism = "Engineers overwrote each other's reverts while they withdrew a bad change, which made the outage longer.",
        Fault = "One operator rolls back a generation; another one, who knows only what was in force before, asks for a change of that at the same time.",
        Bound = "The second is told which generation is in force now (412) and changes nothing; asked again for that one he is told of the pin.",
        Guard = "`breakwater reload --expect N`; a rollback is pinned.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await FedEdge.StartAsync(ground);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, FedEdge.Listed);
        await edge.ProvesItselfAsync();
        ground.Write("bad.txt", FedEdge.Good(round: 1));
        long known = (await edge.ReloadAsync()).Generation.Number;
        ReloadAnswer first = await edge.ChangeAsync("/rollback");
        ground.Write("bad.txt", FedEdge.Good(round: 2));
        (int status, _) = await edge.AdminAsync("POST", $"/reload?expected={known}");
        ground.Hold(first.Reloaded, "the rollback is refused");
        ground.Hold(status == 412, $"the second operator is answered {status}, not 412");
        ReloadAnswer again = await edge.ChangeAsync($"/reload?expected={first.Generation.Number}");
        ground.Hold(!again.Reloaded && again.Generation.Number == first.Generation.Number, "the second operator undoes the rollback");
        ground.Said(again.Diagnostics.Count > 0 ? again.Diagnostics[0].Problem : "(nothing)");
        await load.SendAsync(60);
    }
}
