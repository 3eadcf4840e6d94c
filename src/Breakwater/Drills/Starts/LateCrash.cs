using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Drills.Soaks;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Starts;

/// <summary>D18.</summary>
internal sealed class LateCrash : Drill
{
    /// <summary>Some seconds of the load, well after the canary.</summary>
    private const int CallsToCrash = 400;

    public override DrillSheet Sheet { get; } = new("D18", "A configuration that crashes minutes after it was loaded")
    {
        Outage = "Azure Front Door, 29 October 2025",
        Mechanism = "The crash came minutes after the load, so that the checks of health passed, and what crashed was stored as the last known good.",
        Fault = "A change brings a module that ends the process at its 401st call, some seconds after everybody has got it. (Failure injection, armed when the edge is started.)",
        Bound = "What crashed had not become the last known good. The next process serves with what was that, by itself, and the change is refused when it is asked for again. "
            + "Only requests in flight at the crash fail, at most one for each connection.",
        Guard = "A generation has to serve for its bake time before it is the last known good; a crash in that time takes the next start back.",
        Limits = new LoadLimits { Failed = InFlight.Shape.Connections, P99 = TimeSpan.FromSeconds(5) },
    };

    public override async Task RunAsync(DrillGround ground)
    {
        SteadyLoad load = await RunAsync(ground, Visit.Good, Visit.Good, Visit.Good, Visit.Good, Visit.Blocked);
        await load.SendAsync(100);
    }

    /// <summary>The change, the crash and what comes of it, under a load that goes on.</summary>
    public static async Task<SteadyLoad> RunAsync(DrillGround ground, params Visit[] visits)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string good = Document(origin, bake: "1s"), late = Document(origin, bake: "5m") + """
                  - when: true
                    do: rewrite
                    set_headers: {X-Drill: "1"}

            """;
        PrivateEdge edge = await ground.EdgeAsync(good, new EdgeSettings
        {
            Supervised = true,
            Environment = new Dictionary<string, string> { ["BREAKWATER_FAULTS"] = $"module late_rules zone shop fail_fast after {CallsToCrash}" },
        });
        SteadyLoad load = await ground.LoadAsync(edge.Door, InFlight.Shape, visits);
        await edge.ProvesItselfAsync();
        EdgeStatus before = await edge.StatusAsync();
        ReloadAnswer answer = await edge.ReloadAsync(late);
        ground.Hold(answer is { Reloaded: true, Changed: true }, $"the change does not even get into force: {string.Join("; ", answer.Diagnostics.Select(one => one.Problem))}");
        ground.Hold(await edge.StageAsync() == "bake", "what has just come into force counts as good");

        await edge.Log.WaitAsync("crashed (SIG");
        ground.Recovered(await PrivateEdge.UntilAsync("a visitor is answered again", async () => await DrillGround.AskAsync(edge.Door, Visit.Good) is null));
        ground.Said(await edge.Log.WaitAsync("is in force instead"));
        EdgeStatus now = await edge.StatusAsync();
        ground.Hold(now.Generation.Hash == before.Generation.Hash, $"generation {now.Generation.Number} is in force, which is not what had proved itself");
        ground.Hold(edge.Log.Count("crashed (SIG") == 1, "it crashes again");
        ReloadAnswer again = await edge.ReloadAsync();
        ground.Hold(!again.Reloaded, "what crashed is taken again");
        ground.Note("asked for again", again.Diagnostics.Count > 0 ? again.Diagnostics[0].Problem : "(nothing)");
        return load;
    }

    private static string Document(DrillOrigin origin, string bake) => DrillGround.Head + $$"""
        generations:
          canary: {share: 50%, time: 300ms}
          bake: {time: {{bake}}, requests: 5}
        lists:
          bad: {items: [203.0.113.0/24]}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src in $bad', do: block}

        """;
}
