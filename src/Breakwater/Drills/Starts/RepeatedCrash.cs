using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Drills.Soaks;

namespace Breakwater.Drills.Starts;

/// <summary>D20.</summary>
internal sealed class RepeatedCrash : Drill
{
    private const int CallsToCrash = 150;

    /// <summary>What three crashes, and three cold starts, may take on a busy machine.</summary>
    private static readonly TimeSpan LadderTime = TimeSpan.FromSeconds(70);

    public override DrillSheet Sheet { get; } = new("D20", "The edge crashes again and again")
    {
        Outage = "Google Cloud, 12 June 2025; CrowdStrike, 19 July 2024",
        Mechanism = "What crashed was started again with the very thing that crashed it, for hours, and all of it at once.",
        Fault = "A module ends the process at its 151st call, in every process and with every generation, so that going back alone does not help. (Failure injection, armed when the edge is started.)",
        Bound = "The crashes end by themselves: after three of them the next edge starts with the last known good, after three more with that module off, and from then on everybody is answered. "
            + "Only requests in flight at a crash fail, at most one for each connection.",
        Guard = "The supervisor holds the listening sockets, counts crashes, and knows from the notes of the process that fell what was at work in it.",
        Limits = new LoadLimits { Failed = null, P99 = TimeSpan.FromSeconds(15) },
        RunsAlone = true,
    };

    public override TimeSpan Patience => TimeSpan.FromMinutes(3);

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = Document(origin);
        PrivateEdge edge = await ground.EdgeAsync(document, new EdgeSettings
        {
            Supervised = true,
            Environment = new Dictionary<string, string> { ["BREAKWATER_FAULTS"] = $"module late_rules zone shop fail_fast after {CallsToCrash}" },
        });

        // Something to go back to that has proved itself, and something else in force.
        for (int i = 0; i < 10; i++)
        {
            await DrillGround.AskAsync(edge.Door, Visit.Good);
        }

        await edge.ProvesItselfAsync();
        ground.Hold((await edge.ReloadAsync(document.Replace("[shop.test]", "[shop.test, second.test]", StringComparison.Ordinal))).Reloaded, "a good change is refused");
        int lines = edge.Log.Lines.Count;
        SteadyLoad load = await ground.LoadAsync(edge.Door, InFlight.Shape, Visit.Good, Visit.Good, Visit.Good, Visit.Good, Visit.Blocked);
        ground.Said(await edge.Log.WaitAsync("starts with the last known good generation", lines, LadderTime));
        ground.Tell("the last known good");
        await edge.Log.WaitAsync("starts with suspect modules off", lines, LadderTime);
        ground.Tell("suspect modules are off");
        int crashes = edge.Log.Count("crashed (SIG");
        int after = load.NextStretch();
        await load.SendAsync(2 * CallsToCrash);
        LoadFigures all = await load.StopAsync();
        LoadFigures later = LoadFigures.Of(load.Samples.Where(sample => sample.Stretch == after));
        ground.Note("crashes", crashes.ToString(CultureInfo.InvariantCulture));
        ground.Hold(edge.Log.Count("crashed (SIG") == crashes, "it goes on crashing with suspect modules off");
        ground.Hold(all.Failed <= crashes * InFlight.Shape.Connections, $"{all.Failed} requests failed at {crashes} crashes with {InFlight.Shape.Connections} connections");
        ground.Hold(later.Failed <= InFlight.Shape.Connections, $"{later.Failed} requests failed after the last crash");
    }

    private static string Document(DrillOrigin origin) => DrillGround.Head + $$"""
        generations:
          canary: {share: 50%, time: 200ms}
          bake: {time: 1s, requests: 5}
        lists:
          bad: {items: [203.0.113.0/24]}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]
            rules:
              - {when: 'ip.src in $bad', do: block}
              - when: true
                do: rewrite
                set_headers: {X-Drill: "1"}

        """;
}
