using System.Globalization;
using Breakwater.Drills.Feeds;
using Breakwater.Drills.Fuses;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Scenarios;

/// <summary>The scenario "18 November".</summary>
internal sealed class EighteenthOfNovember : Drill
{
    private const string Oversized = "the file has 201 entries", Turns = "it is made anew again and again, good and bad in turns", Overwritten = "a rollback, and the generator goes on",
        Missing = "a score that is missing", Errors = "processor time for a request while the module throws";

    private const int Measured = 800;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(600);
    private static readonly Visit[] Visitors = [Visit.Good, Visit.Good, Visit.Good, Visit.Good, FedEdge.Listed];
    private static readonly Visit Scored = Visit.Good with { Name = "a visitor without a score", Host = "scores.test" };
    private static readonly Visit Erring = Visit.Good with { Name = "a visitor of a module that throws", Host = "errors.test" };

    public override DrillSheet Sheet { get; } = new("18-november", "A file that a company made itself, guards off and on")
    {
        Outage = "Cloudflare, 18 November 2025, 11:20 to 17:06 UTC",
        Mechanism = "A file of features that was made anew every five minutes, good or bad by the database node that answered, had more entries than its readers had room for, and their error path was a crash. "
            + "Good files that were put in its place were overwritten; where there was no score, it was taken as 0, which means a bot; looking into all the errors took the processors.",
        Fault = "The file gets 201 entries where there is room for 200; then it is made anew again and again, good and bad in turns; then somebody goes back to a good one while the generator goes on; then there is no score; "
            + "and a module throws on each request. Guards off is a stand-in in the place of the edge, written the way that led to the outage; guards on is the edge, with a list in the place of the features and networks in that of the score. "
            + "Load and file are the same.",
        Bound = "Guards off, each of it harms visitors; guards on, none does. The feed is frozen at the third turn to bad, the rollback stays, a missing value matches no rule, and a request costs at most half as much again while a module throws.",
        Guard = "The door of feeds (D1), the freeze (D2), the pin of a rollback (D3), values that are absent and never 0 (D4), fuses and bounded logs (D21, D36).",
    };

    public override TimeSpan Patience => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(DrillGround ground)
    {
        Dictionary<string, string> off = await GuardsOffAsync(ground);
        Dictionary<string, string> on = await GuardsOnAsync(ground);
        foreach (string what in new[] { Oversized, Turns, Overwritten, Missing, Errors })
        {
            ground.Compare(what, off[what], on[what]);
        }
    }

    private static async Task<Dictionary<string, string>> GuardsOffAsync(DrillGround ground)
    {
        Dictionary<string, string> came = [];
        await using RunningStandIn standIn = await ground.StandInAsync("18-november");
        await using SteadyLoad load = ground.Flood(standIn.Door, new LoadShape(), Visitors);
        await PublishAsync(FedEdge.Good());
        await load.SendAsync(200);
        int calm = load.NextStretch();
        await load.SendAsync(200);
        ground.Hold(load.Figures(calm).Failed == 0, $"guards off: the stand-in fails without a fault: {string.Join("; ", load.Figures(calm).Failures)}");

        await PublishAsync(FedEdge.Oversized);
        came[Oversized] = Harmed(Oversized, await DuringAsync(load, () => load.SendAsync(300)));
        int bad = 0;
        came[Turns] = Harmed(Turns, await DuringAsync(load, () => TakeTurnsAsync(async (content, isBad) =>
        {
            await PublishAsync(content);
            LoadFigures turn = await DuringAsync(load, () => Task.Delay(Turn));
            bad += turn.Failed > 0 ? 1 : 0;
        }), nested: true)) + string.Create(CultureInfo.InvariantCulture, $", in {bad} spells");
        came[Overwritten] = Harmed(Overwritten, await DuringAsync(load, async () =>
        {
            await PublishAsync(FedEdge.Good());
            await Task.Delay(Turn);
            await PublishAsync(FedEdge.Oversized);
            await Task.Delay(Turn);
        }));
        await PublishAsync(FedEdge.Good());
        await standIn.SendAsync("forget");
        await load.SendAsync(50);
        came[Missing] = Harmed(Missing, await DuringAsync(load, () => load.SendAsync(200)));
        await load.StopAsync();

        // Another one, whose score is there.
        await using RunningStandIn fresh = await ground.StandInAsync("18-november");
        await fresh.SendAsync("read " + ground.Write("features.txt", FedEdge.Good()));
        double well = await ProcessorCost.MeasureAsync(ground, () => fresh.ProcessorTime, fresh.Door, Visit.Good, Measured);
        await fresh.SendAsync("read " + ground.Write("features.txt", FedEdge.Oversized));
        double ill = await ProcessorCost.MeasureAsync(ground, () => fresh.ProcessorTime, fresh.Door, Visit.Good with { Expected = 500 }, Measured);
        came[Errors] = Costs(well, ill);
        ground.Hold(ill > 2 * well, $"guards off: errors cost {Costs(well, ill)}, so nothing is shown");
        return came;

        Task PublishAsync(string content) => standIn.SendAsync("read " + ground.Write("features.txt", content));

        string Harmed(string what, LoadFigures figures)
        {
            ground.Hold(figures.Failed > figures.Requests / 4, $"guards off: {what}: the stand-in was not harmed, so nothing is shown");
            return Told(figures);
        }
    }

    private static async Task<Dictionary<string, string>> GuardsOnAsync(DrillGround ground)
    {
        Dictionary<string, string> came = [];
        DrillOrigin origin = await ground.OriginAsync();
        ground.Write("bad.txt", FedEdge.Good());
        PrivateEdge edge = await ground.EdgeAsync(Document(ground, origin), Faults.Armed("module custom_rules zone errors throw"));
        SteadyLoad load = await ground.LoadAsync(edge, Visitors);
        await load.SendAsync(200);
        await edge.ProvesItselfAsync();

        came[Oversized] = Told(await DuringAsync(load, async () =>
        {
            await PublishAsync(FedEdge.Oversized);
            await load.SendAsync(300);
        }));
        ground.Said(await edge.Log.WaitAsync("too_many_entries"));
        came[Turns] = Told(await DuringAsync(load, () => TakeTurnsAsync(async (content, _) =>
        {
            await PublishAsync(content);
            await Task.Delay(Turn);
        })));
        string? state = (await FedEdge.FeedAsync(edge)).GetProperty("state").GetString();
        ground.Hold(state == "frozen", $"the feed is {state}, not frozen, after three turns");
        came[Turns] += $"; the feed is {state}";

        ground.Hold((await edge.AdminAsync("POST", "/unpin?what=bad")).Status == 200, "the feed cannot be unpinned");
        await TakenAsync(ground, edge, 20);
        await edge.ProvesItselfAsync();
        await TakenAsync(ground, edge, 30);
        came[Overwritten] = Told(await DuringAsync(load, async () =>
        {
            ReloadAnswer back = await edge.ChangeAsync("/rollback");
            ground.Hold(back.Reloaded, $"the rollback is refused: {string.Join("; ", back.Diagnostics.Select(one => one.Problem))}");
            foreach (string content in new[] { FedEdge.Good(round: 40), FedEdge.Oversized, FedEdge.Good(round: 41) })
            {
                await PublishAsync(content);
                await Task.Delay(Turn);
                ground.Hold((await edge.StatusAsync()).Generation.Hash == back.Generation.Hash, "a newer file undoes the rollback");
            }
        })) + "; what was gone back to stays";

        LoadFigures scored = await ProcessorCost.FloodAsync(ground, edge.Door, Scored, 200);
        ground.Hold(scored.Failed == 0, $"visitors are refused for a value that is missing: {string.Join("; ", scored.Failures)}");
        came[Missing] = Told(scored);

        int lines = edge.Log.Lines.Count;
        await ProcessorCost.FloodAsync(ground, edge.Door, Erring, Measured);
        // In turns, and the least of each: other work on the machine only adds.
        double well = double.MaxValue, ill = double.MaxValue;
        for (int turn = 0; turn < 3; turn++)
        {
            well = Math.Min(well, await ProcessorCost.MeasureAsync(ground, () => edge.ProcessorTime, edge.Door, Visit.Good, Measured));
            ill = Math.Min(ill, await ProcessorCost.MeasureAsync(ground, () => edge.ProcessorTime, edge.Door, Erring, Measured));
        }

        int said = edge.Log.Lines.Count - lines;
        ground.Hold(ill <= 1.5 * well, $"a module that throws makes requests dear: {Costs(well, ill)}");
        ground.Hold(said < 20, $"the log has {said} lines about the module that throws");
        came[Errors] = Costs(well, ill) + string.Create(CultureInfo.InvariantCulture, $"; {said} lines in the log");
        return came;

        async Task PublishAsync(string content)
        {
            ground.Write("bad.txt", content);
            await edge.ReloadAsync();
        }
    }

    /// <summary>The generator: bad, good, bad, good, bad.</summary>
    private static async Task TakeTurnsAsync(Func<string, bool, Task> publish)
    {
        for (int turn = 1; turn <= 5; turn++)
        {
            bool isBad = turn % 2 == 1;
            await publish(isBad ? FedEdge.Oversized : FedEdge.Good(round: turn), isBad);
        }
    }

    /// <summary>A good file is taken, be it at once or because the edge is told.</summary>
    private static async Task TakenAsync(DrillGround ground, PrivateEdge edge, int round)
    {
        ground.Write("bad.txt", FedEdge.Good(round: round));
        ReloadAnswer answer = await edge.ReloadAsync();
        ground.Hold(answer.Reloaded, $"a good file is refused: {string.Join("; ", answer.Diagnostics.Select(one => one.Problem))}");
    }

    /// <summary>What became of the requests that were begun during something.</summary>
    private static async Task<LoadFigures> DuringAsync(SteadyLoad load, Func<Task> something, bool nested = false)
    {
        int first = load.NextStretch();
        await something();
        int last = load.NextStretch();
        return nested ? LoadFigures.Of(load.Samples.Where(sample => sample.Stretch >= first && sample.Stretch < last)) : load.Figures(first);
    }

    private static string Told(LoadFigures figures) => string.Create(CultureInfo.InvariantCulture, $"{figures.Failed} of {figures.Requests} requests failed");

    private static string Costs(double well, double ill) => string.Create(CultureInfo.InvariantCulture, $"{ill:0} µs, {ill / well:0.0} times that of a request that goes well");

    private static string Document(DrillGround ground, DrillOrigin origin) => FedEdge.Document(ground, origin, $$"""
          - name: scores
            hosts: [scores.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src.asnum lt 30', do: block}
              - {when: 'ip.src.asnum eq 0', do: block}
              - {when: 'ip.src.asnum ne 3320', do: block}
          - name: errors
            hosts: [errors.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src eq 192.0.2.200', do: block}
        """);
}
