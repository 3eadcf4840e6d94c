using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Scenarios;

/// <summary>The scenario "5 December".</summary>
internal sealed class FifthOfDecember : Drill
{
    public override DrillSheet Sheet { get; } = new("5-december", "A kill switch on an action it was never used on, guards off and on")
    {
        Outage = "Cloudflare, 5 December 2025, 08:47 to 09:12 UTC",
        Mechanism = "A kill switch was pulled on a rule that executes other rules, as never before: evaluation was skipped, and later code took for granted that the result of the execution was there.",
        Fault = "The kill switch is pulled on rules with the action `execute`. Guards off is a stand-in in the place of the edge, whose switch skips the execution and whose later code reads the result; "
            + "guards on is the edge, with `breakwater bypass`. The load is the same.",
        Bound = "Guards off, every request fails; guards on, none does, neither while the module is left out nor when it is back.",
        Guard = "A module that is left out is as if it were not there; a missing result is absent. The matrix of modules and actions is a test (D23).",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        string failedOff;
        await using (RunningStandIn standIn = await ground.StandInAsync("5-december"))
        {
            await using SteadyLoad calm = ground.Flood(standIn.Door, new LoadShape(), Visit.Good);
            await calm.SendAsync(100);
            ground.Hold((await calm.StopAsync()).Failed == 0, "guards off: the stand-in fails before the switch is pulled");
            await standIn.SendAsync("kill");
            await using SteadyLoad load = ground.Flood(standIn.Door, new LoadShape(), Visit.Good);
            await load.SendAsync(200);
            LoadFigures off = await load.StopAsync();
            ground.Hold(off.Failed > off.Requests / 2, "guards off: the stand-in was not harmed, so nothing is shown");
            failedOff = Told(off);
        }

        DrillOrigin origin = await ground.OriginAsync();
        ground.Write("executed.json", """
            {"id": "0123456789abcdef0123456789abcdef", "name": "executed", "kind": "custom", "phase": "http_request_firewall_managed",
             "rules": [{"id": "1123456789abcdef0123456789abcdef", "action": "block", "expression": "ip.src eq 203.0.113.9", "enabled": true}]}
            """);
        PrivateEdge edge = await ground.EdgeAsync(DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]
                rulesets: [executed.json]
                rules:
                  - {when: 'true', do: execute, ruleset: 0123456789abcdef0123456789abcdef}

            """);
        SteadyLoad on = await ground.LoadAsync(edge, Visit.Good);
        ground.Hold(await DrillGround.AskAsync(edge.Door, Visit.Blocked) is null, "the executed rules block nobody, so nothing is shown");
        ground.Hold(await EdgeProgram.CallAsync("bypass", "all", "--data", edge.Data) == 0, "the switch cannot be pulled");
        ground.Recovered(await PrivateEdge.UntilAsync(
            "the executed rules are left out", async () => await DrillGround.AskAsync(edge.Door, Visit.Blocked with { Expected = 200 }) is null));
        ground.Said(await edge.Log.WaitAsync("BYPASSED"));
        int pulled = on.NextStretch();
        await on.SendAsync(200);
        ground.Compare("while the switch is pulled", failedOff, Told(on.Figures(pulled)));
        ground.Hold(await EdgeProgram.CallAsync("bypass", "all", "--off", "--data", edge.Data) == 0, "the switch cannot be let go");
        await PrivateEdge.UntilAsync("the executed rules are back", async () => await DrillGround.AskAsync(edge.Door, Visit.Blocked) is null);
        await on.SendAsync(100);
    }

    private static string Told(LoadFigures figures) => string.Create(CultureInfo.InvariantCulture, $"{figures.Failed} of {figures.Requests} requests failed");
}
