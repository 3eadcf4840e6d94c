using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Fuses;

/// <summary>D10.</summary>
internal sealed class TenantFault : Drill
{
    public override DrillSheet Sheet { get; } = new("D10", "One tenant's valid configuration meets a bug")
    {
        Outage = "Fastly, 8 June 2021",
        Mechanism = "A valid configuration of one customer met a bug that had been in the software for a month, and most of the network answered with errors.",
        Fault = "The rules of two of three zones throw on each of their calls; one zone is set to go on without them, the other to be closed. (Failure injection, armed when the edge is started.)",
        Bound = "The third zone notices nothing; the first goes on without its rules; the second answers 503, as it says.",
        Guard = "Fuses belong to a module and a zone; `fail` says for each zone what happens when one blows.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(
            DrillGround.Head + $$"""
            rules:
              - {when: 'ip.src eq 203.0.113.9', do: block}
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]
              - name: open
                hosts: [open.test]
                origins: [{url: "{{origin.Url}}"}]
              - name: closed
                hosts: [closed.test]
                origins: [{url: "{{origin.Url}}"}]
                fail:
                  custom_rules: closed

            """,
            Faults.Armed("module custom_rules zone open throw; module custom_rules zone closed throw"));
        Visit open = Visit.Good with { Name = "a visitor of the open zone", Host = "open.test" };
        Visit closed = Visit.Good with { Name = "a visitor of the closed zone", Host = "closed.test", Expected = 503 };
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, open, Visit.Blocked, closed);
        await load.SendAsync(200);
        ground.Said(await edge.Log.WaitAsync("is blown"));
        ground.Hold(Faults.StateOf(await edge.AdminJsonAsync("/status"), "custom_rules", "shop") is null, "the fuse of the zone without a fault is not whole");
    }
}
