using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Origins;

/// <summary>D48.</summary>
internal sealed class FaultyHealthChecks : Drill
{
    public override DrillSheet Sheet { get; } = new("D48", "Health checks that are wrong")
    {
        Outage = "AWS us-east-1, 20 October 2025; Facebook, 4 October 2021",
        Mechanism = "Load balancers took healthy servers out because their health checks failed for a reason of their own; edges withdrew themselves, all of them, because a check said so.",
        Fault = "All three origins of a zone answer their health checks with 503, while they serve visitors as ever; then the checks are well again.",
        Bound = "Health is ignored as long as most origins look down, and every one goes on serving; beginning and end are told once each.",
        Guard = "Panic mode: `outlier.panic_below`.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        bool isFaulty = false;
        DrillOrigin[] origins = new DrillOrigin[3];
        for (int i = 0; i < origins.Length; i++)
        {
            origins[i] = await ground.OriginAsync(context =>
                Volatile.Read(ref isFaulty) && context.Request.Path == "/healthz" ? DrillOrigin.AnswerAsync(context, 503) : DrillOrigin.AnswerWellAsync(context));
        }

        PrivateEdge edge = await ground.EdgeAsync(DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{{string.Join(", ", origins.Select(origin => $"{{url: \"{origin.Url}\"}}"))}}]
                health: {path: /healthz, interval: 200ms, healthy_after: 1, unhealthy_after: 2}

            """);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good);
        int before = edge.Log.Lines.Count;
        Volatile.Write(ref isFaulty, true);
        await PrivateEdge.UntilAsync("the edge panics", async () => await edge.MetricAsync("breakwater_origin_panic") > 0);
        ground.Said(await edge.Log.WaitAsync("panic", before));
        long[] served = [.. origins.Select(origin => origin.Requests)];
        await load.SendAsync(200);
        ground.Hold(origins.Zip(served).All(pair => pair.First.Requests - pair.Second > 20), "an origin gets no visitors while its checks are wrong");
        Volatile.Write(ref isFaulty, false);
        ground.Recovered(await PrivateEdge.UntilAsync(
            "the edge trusts the checks again",
            async () => await edge.MetricAsync("breakwater_origin_panic") == 0 && await edge.MetricAsync("breakwater_origin_healthy") >= origins.Length));
        _ = await edge.Log.WaitAsync("panic is over", before);
        int told = edge.Log.Lines.Skip(before).Count(line => line.Contains("panic", StringComparison.Ordinal));
        ground.Hold(told == 2, string.Create(CultureInfo.InvariantCulture, $"beginning and end of the panic are told {told} times"));
    }
}
