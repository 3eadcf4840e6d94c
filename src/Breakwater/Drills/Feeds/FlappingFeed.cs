using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Feeds;

/// <summary>D2.</summary>
internal sealed class FlappingFeed : Drill
{
    public override DrillSheet Sheet { get; } = new("D2", "A data file that is good and bad in turns")
    {
        Outage = "Cloudflare, 18 November 2025",
        Mechanism = "The file was made anew every five minutes, good or bad by the database node that answered, so the network failed and recovered in turns, which looked like an attack.",
        Fault = "The file of a list is good and bad in turns, as fast as the edge takes it; then the edge is restarted, with a good file.",
        Bound = "Nothing bad is ever applied; at the third turn the feed is frozen, which the log says; the freeze outlives the restart, and ends with `breakwater unpin`.",
        Guard = "Feeds are counted for turning from good to bad: `generations.feeds.freeze_after`.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await FedEdge.StartAsync(ground);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, FedEdge.Listed);
        for (int turn = 0; turn < 3; turn++)
        {
            ground.Write("bad.txt", FedEdge.Oversized);
            await edge.ReloadAsync();
            if (turn < 2)
            {
                ground.Write("bad.txt", FedEdge.Good(round: turn + 1));
                await edge.ReloadAsync();
            }
        }

        ground.Said(await edge.Log.WaitAsync("is frozen"));
        await load.SendAsync(60);
        await load.StopAsync();
        await edge.StopAsync();

        ground.Write("bad.txt", FedEdge.Good(61, round: 9));
        PrivateEdge again = await ground.AgainAsync(edge);
        SteadyLoad later = await ground.LoadAsync(again, Visit.Good, FedEdge.Listed);
        ground.Hold((await FedEdge.FeedAsync(again)).GetProperty("state").GetString() == "frozen", "the freeze does not outlive a restart");
        await again.ReloadAsync();
        ground.Hold((await FedEdge.FeedAsync(again)).GetProperty("state").GetString() == "frozen", "a reload ends the freeze");
        ground.Hold((await again.AdminAsync("POST", "/unpin?what=bad")).Status == 200, "the feed cannot be unpinned");
        ground.Recovered(await PrivateEdge.UntilAsync(
            "the feed is good again", async () => (await FedEdge.FeedAsync(again)).GetProperty("state").GetString() == "good"));
        await later.SendAsync(60);
    }
}
