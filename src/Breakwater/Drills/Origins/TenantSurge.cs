using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Origins;

/// <summary>D47.</summary>
internal sealed class TenantSurge : Drill
{
    public override DrillSheet Sheet { get; } = new("D47", "One tenant's surge")
    {
        Outage = "Cloudflare and AWS us-east-1, 21 August 2025",
        Mechanism = "The traffic of one customer filled the links to a cloud region, and everybody else's requests to it went slow or failed.",
        Fault = "One of two zones gets a hundred times as many concurrent visitors as the other, and its origin takes a second for each.",
        Bound = "The other zone's visitors notice nothing; those of the busy one who find no place are told so at once, with 503.",
        Guard = "Pools and queues belong to a zone and are bounded: `pool.max_in_flight`, `max_queued`, `queue_timeout`.",

        // The two hundred visitors of the surge take their processor time from the same machine.
        Limits = new LoadLimits { P99 = TimeSpan.FromMilliseconds(500) },
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin calm = await ground.OriginAsync();
        DrillOrigin slow = await ground.OriginAsync(async context =>
        {
            await Task.Delay(1000);
            await DrillOrigin.AnswerWellAsync(context);
        });
        PrivateEdge edge = await ground.EdgeAsync(DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{calm.Url}}"}]
              - name: busy
                hosts: [busy.test]
                origins: [{url: "{{slow.Url}}"}]
                pool: {max_in_flight: 32, max_queued: 32, queue_timeout: 500ms}

            """);
        SteadyLoad load = await ground.LoadAsync(edge.Door, new LoadShape { Connections = 2, PerSecond = 120 }, Visit.Good);
        await load.SendAsync(100);
        double before = load.Figures(0).P99Ms;
        int during = load.NextStretch();
        Visit surge = Visit.Good with { Name = "a visitor of the busy zone", Host = "busy.test", Expected = 503 };
        await using SteadyLoad flood = ground.Flood(edge.Door, new LoadShape { Connections = 200, PerSecond = 600 }, surge);
        await load.SendAsync(250);
        LoadFigures busy = await flood.StopAsync();
        double after = load.Figures(during).P99Ms;
        ground.Note("busy zone", string.Create(CultureInfo.InvariantCulture, $"{busy.Requests} requests, {busy.Requests - busy.Failed} told 503"));
        ground.Note("p99 in the surge", string.Create(CultureInfo.InvariantCulture, $"{after:0.0} ms ({before:0.0} ms before)"));
        ground.Hold(busy.Requests - busy.Failed > 0, "nobody of the busy zone was told 503: it was no surge");
        await PrivateEdge.UntilAsync("the busy zone serves again", async () => await DrillGround.AskAsync(edge.Door, surge with { Expected = 200 }) is null);
    }
}
