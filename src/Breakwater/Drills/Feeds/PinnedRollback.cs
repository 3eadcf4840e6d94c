using System.Text.Json;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Feeds;

/// <summary>D3.</summary>
internal sealed class PinnedRollback : Drill
{
    public override DrillSheet Sheet { get; } = new("D3", "A rollback that the generator overwrites")
    {
        Outage = "Cloudflare, 18 November 2025",
        Mechanism = "Whatever good file was put in its place, the generator overwrote it within five minutes; it had to be stopped first.",
        Fault = "An operator goes back to the generation before, while a program goes on writing newer files, and even asks for reloads.",
        Bound = "What was rolled back to stays in force, as a generation with a new number, until `breakwater unpin all`.",
        Guard = "A rollback pins what it puts in force.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await FedEdge.StartAsync(ground);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, FedEdge.Listed);
        await edge.ProvesItselfAsync();
        string first = (await edge.StatusAsync()).Generation.Hash;
        ground.Write("bad.txt", FedEdge.Good(round: 1));
        ground.Hold(await edge.ReloadAsync() is { Reloaded: true, Changed: true }, "a good change is refused");

        ReloadAnswer back = await edge.ChangeAsync("/rollback");
        ground.Hold(back is { Reloaded: true, Changed: true } && back.Generation.Hash == first && back.Generation.Number > 2, "the rollback is refused, or is none");
        for (int round = 2; round < 5; round++)
        {
            ground.Write("bad.txt", FedEdge.Good(round: round));
            ReloadAnswer refused = await edge.ReloadAsync();
            ground.Hold(!refused.Reloaded && refused.Generation.Hash == first, "a newer file undoes the rollback");
            ground.Said(refused.Diagnostics.Count > 0 ? refused.Diagnostics[0].Problem : "(nothing)");
        }

        ground.Hold((await edge.AdminAsync("POST", "/unpin?what=all")).Status == 200, "the pin cannot be taken out");
        ground.Recovered(await PrivateEdge.UntilAsync("newer files count again", async () => (await edge.StatusAsync()).Generation.Hash != first));
        await load.SendAsync(60);
        JsonElement report = await edge.AdminJsonAsync("/generations");
        ground.Note("generations", $"{report.GetProperty("live").GetProperty("number").GetInt64()}");
    }
}
