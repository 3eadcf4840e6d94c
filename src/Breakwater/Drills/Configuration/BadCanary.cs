using System.Diagnostics;
using System.Globalization;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D26.</summary>
internal sealed class BadCanary : Drill
{
    public override DrillSheet Sheet { get; } = new("D26", "A change that does harm in traffic")
    {
        Outage = "Cloudflare, 18 November and 5 December 2025",
        Mechanism = "Configuration went to the whole fleet within seconds or minutes, so that everybody met what was wrong with it at once.",
        Fault = "A change that is sound in itself sends visitors to a server that answers 500.",
        Bound = "Only the connections of the canary meet it (a quarter), and it is taken back by itself, for everybody, with the figures of both sides.",
        Guard = "The canary: the candidate is compared with what is in force on live traffic.",
        Limits = new LoadLimits { Failed = null },
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin good = await ground.OriginAsync(), broken = await ground.OriginAsync(context => DrillOrigin.AnswerAsync(context, 500));
        PrivateEdge edge = await ground.EdgeAsync(Document(good));
        SteadyLoad load = await ground.LoadAsync(edge.Door, new LoadShape { Connections = 24, PerSecond = 360 }, Visit.Good);
        await load.SendAsync(100);
        int during = load.NextStretch();
        long begun = Stopwatch.GetTimestamp();
        ReloadAnswer answer = await edge.ReloadAsync(Document(broken));
        ground.Recovered(Stopwatch.GetElapsedTime(begun));
        ground.Hold(!answer.Reloaded && answer.Generation.Number == 1, "the harmful change is in force");
        ground.Said(await edge.Log.WaitAsync("is taken back"));
        int after = load.NextStretch();
        await load.SendAsync(200);

        LoadFigures met = load.Figures(during), later = load.Figures(after);
        ground.Note("failed on canary", string.Create(CultureInfo.InvariantCulture, $"{met.Failed} of {met.Requests}"));
        ground.Hold(met.Failed > 0, "nobody met the change: it was not compared on live traffic");
        ground.Hold(met.Failed <= met.Requests / 2, "more than the canary's connections met it");

        // A request that was in flight when it was taken back may still fail.
        ground.Hold(later.Failed <= 24, string.Create(CultureInfo.InvariantCulture, $"{later.Failed} of {later.Requests} requests failed after it was taken back"));
    }

    private static string Document(DrillOrigin origin) => DrillGround.Head + $$"""
        generations:
          canary: {share: 25%, time: 5s}
        zones:
          - name: shop
            hosts: [shop.test]
            origins: [{url: "{{origin.Url}}"}]

        """;
}
