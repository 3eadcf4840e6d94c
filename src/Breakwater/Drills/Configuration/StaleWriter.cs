using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D15.</summary>
internal sealed class StaleWriter : Drill
{
    public override DrillSheet Sheet { get; } = new("D15", "A stale plan over a newer one")
    {
        Outage = "AWS us-east-1, 20 October 2025",
        Mechanism = "A slow worker applied an old plan over a newer one, since its check for staleness had been made long before; the clean-up then deleted that plan.",
        Fault = "Eight writers at once ask for a change of the generation that they know; later one of them asks again, with what it knew then.",
        Bound = "Exactly one gets through; the others, and the late one, are told which generation is in force (412), and change nothing.",
        Guard = "Generations are numbered; `breakwater reload --expect N` compares and sets in one step.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = RefusedEdits.Document(origin);
        PrivateEdge edge = await ground.EdgeAsync(document);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked);
        long known = (await edge.StatusAsync()).Generation.Number;
        edge.WriteConfig(document.Replace("203.0.113.0/24", "203.0.113.0/25", StringComparison.Ordinal));
        ReloadAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => edge.ChangeAsync($"/reload?expected={known}")));
        ground.Hold(answers.Count(answer => answer is { Reloaded: true, Changed: true }) == 1, "not exactly one writer got through");
        ground.Hold(answers.Where(answer => !answer.Reloaded).All(answer => answer.Generation.Number == known + 1), "a stale writer is not told what is in force");

        edge.WriteConfig(document);
        ReloadAnswer late = await edge.ChangeAsync($"/reload?expected={known}");
        ground.Hold(!late.Reloaded && late.Generation.Number == known + 1, "a stale plan is in force");
        ground.Said(late.Diagnostics.Count > 0 ? late.Diagnostics[0].Problem : "(nothing)");
        await load.SendAsync(60);
    }
}
