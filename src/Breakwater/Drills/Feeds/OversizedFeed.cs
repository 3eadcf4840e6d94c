using System.Text.Json;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Feeds;

/// <summary>D1.</summary>
internal sealed class OversizedFeed : Drill
{
    public override DrillSheet Sheet { get; } = new("D1", "A data file over its cap")
    {
        Outage = "Cloudflare, 18 November 2025",
        Mechanism = "A file of features that the company made itself had more than the 200 that its readers had room for; the check of that limit existed, and its error path was a crash.",
        Fault = "The file of a list gets 201 entries where 200 are allowed, then 150 that repeat each other; each stays for the rest of the drill's requests.",
        Bound = "Each is refused at the door with its reason, told once, not for each request; what was read before goes on.",
        Guard = "The door of feeds: size, number, duplicates and schema are looked at before anything is made of a file.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await FedEdge.StartAsync(ground);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, FedEdge.Listed);
        string repeated = "203.0.113.0/24\n" + string.Concat(Enumerable.Repeat("192.0.2.1\n", 150));
        foreach ((string content, string fault) in new[] { (FedEdge.Oversized, "too_many_entries"), (repeated, "duplicates") })
        {
            int before = edge.Log.Lines.Count;
            ground.Write("bad.txt", content);
            await edge.ReloadAsync();
            ground.Said(await edge.Log.WaitAsync("is refused", before));
            JsonElement feed = await FedEdge.FeedAsync(edge);
            ground.Hold(feed.GetProperty("state").GetString() == "bad" && feed.GetProperty("last_fault").GetString() == fault, $"the feed is not refused as {fault}: {feed}");
            await load.SendAsync(100);
            ground.Hold(edge.Log.Lines.Skip(before).Count(line => line.Contains("is refused", StringComparison.Ordinal)) == 1, "it is not told exactly once");
        }

        ground.Write("bad.txt", FedEdge.Good(round: 1));
        ground.Hold((await edge.ReloadAsync()).Reloaded, "a good file is refused after the bad ones");
        ground.Hold((await FedEdge.FeedAsync(edge)).GetProperty("state").GetString() == "good", "the feed is not good again");
    }
}
