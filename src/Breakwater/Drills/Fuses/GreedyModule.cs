using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Fuses;

/// <summary>D22.</summary>
internal sealed class GreedyModule : Drill
{
    public override DrillSheet Sheet { get; } = new("D22", "A module that takes its time, or memory without end")
    {
        Outage = "Cloudflare, 20 June 2024",
        Mechanism = "A new rule led the code that counts requests into an endless loop.",
        Fault = "Each call of a zone's rules takes 600 ms longer; each call of another module allocates 200 MB. (Failure injection, armed when the edge is started.)",
        Bound = "After three calls each is left out. Visitors of the first calls wait for them; from then on 99 of 100 are answered within 250 ms. Memory stays below 1 GiB.",
        Guard = "Fuses bound the time of a call (250 ms) and what it allocates (128 MiB).",
        Limits = new LoadLimits { P99 = TimeSpan.FromSeconds(3) },
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(
            DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]
                rules:
                  - {when: 'ip.src eq 192.0.2.200', do: block}
                  - when: true
                    do: rewrite
                    set_headers: {X-Drill: "1"}

            """,
            Faults.Armed("module custom_rules zone shop sleep 600 after 60; module late_rules zone shop allocate 200000000 after 60"));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good);
        foreach (string module in new[] { "custom_rules", "late_rules" })
        {
            await PrivateEdge.UntilAsync($"the fuse of {module} blows", async () => Faults.StateOf(await edge.AdminJsonAsync("/status"), module) is not null);
        }

        ground.Said(await edge.Log.WaitAsync("is blown"));
        await load.SendAsync(20);
        int after = load.NextStretch();
        await load.SendAsync(200);
        ground.Hold(ground.MachineIsBusy || load.Figures(after).P99Ms <= 700 + (4 * ground.NoiseMs), $"p99 with blown fuses is {load.Figures(after).P99Ms:0} ms");
        ground.Note("memory", $"{edge.Memory >> 20} MiB");
        ground.Hold(edge.Memory < 1L << 30, "the edge takes more than 1 GiB");
    }
}
