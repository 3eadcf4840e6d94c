using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Drills.Rules;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Scenarios;

/// <summary>The scenario "2 July 2019".</summary>
internal sealed class SecondOfJuly : Drill
{
    private const string Catastrophic = "q=(?:x|xx)+[0-9]$";

    public override DrillSheet Sheet { get; } = new("2-july-2019", "A catastrophic expression in log mode, guards off and on")
    {
        Outage = "Cloudflare, 2 July 2019, 13:42 to 14:09 UTC",
        Mechanism = "One new firewall rule with a backtracking expression, only logging, took all processor time of all machines within seconds.",
        Fault = "One in three requests has a query of thirty bytes or so made for the expression, which comes into force in log mode. Guards off is a stand-in that matches with a backtracking engine (the one of .NET) in the "
            + "place of the edge; guards on is the edge. The load is the same.",
        Bound = "Guards off, requests fail or wait; guards on, the 99th percentile is at most twice that of before, plus 25 ms.",
        Guard = "Expressions run in linear time.",
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        // Some seconds of backtracking for each: enough to see, and to be over before long.
        Visit hostile = Visit.Good with { Name = "a hostile query", Target = "/search?q=" + new string('x', 32) + "!" };
        Visit[] visits = [Visit.Good, hostile, Visit.Good];
        LoadShape shape = new() { Patience = TimeSpan.FromSeconds(1) };

        string harmed;
        await using (RunningStandIn standIn = await ground.StandInAsync("2-july-2019"))
        {
            await using SteadyLoad calm = ground.Flood(standIn.Door, shape, visits);
            await calm.SendAsync(200);
            await calm.StopAsync();
            await standIn.SendAsync(Catastrophic);
            await using SteadyLoad load = ground.Flood(standIn.Door, shape, visits);
            await Task.Delay(TimeSpan.FromSeconds(3));
            LoadFigures off = await load.StopAsync();
            ground.Hold(off.Failed > off.Requests / 4, "guards off: the stand-in was not harmed, so nothing is shown");
            harmed = Told(off);
        }

        DrillOrigin origin = await ground.OriginAsync();
        string document = DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]

            """;
        PrivateEdge edge = await ground.EdgeAsync(document);
        SteadyLoad on = await ground.LoadAsync(edge.Door, shape, [.. visits, BacktrackingExpressions.Hostile]);
        await on.SendAsync(200);
        ReloadAnswer answer = await edge.ReloadAsync(document + $"    rules:\n      - {{when: 'http.request.uri.query matches \"{Catastrophic}\"', do: log}}\n");
        ground.Hold(answer is { Reloaded: true, Changed: true }, "the rule is refused");
        int after = on.NextStretch();
        await on.SendAsync(500);
        ground.Compare("under the rule", harmed, Told(on.Figures(after)));
        ground.HoldPace("with guards on", on.Figures(0).P99Ms, on.Figures(after).P99Ms);
    }

    private static string Told(LoadFigures figures) => string.Create(CultureInfo.InvariantCulture, $"{figures.Failed} of {figures.Requests} requests failed, p99 {figures.P99Ms:0} ms");
}
