using System.Text.Json;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Feeds;

/// <summary>D14.</summary>
internal sealed class RubbishFeed : Drill
{
    public override DrillSheet Sheet { get; } = new("D14", "A source that serves rubbish")
    {
        Outage = "Azure Front Door, 29 October 2025, and what every download meets one day",
        Mechanism = "What comes from elsewhere is cut off, empty, an error page with status 200, or something else entirely, and is taken for what it should be.",
        Fault = "The file of a list becomes random bytes, half of itself, an HTML page, empty, a directory, and is deleted. (There is no control plane yet; files are what comes from elsewhere.)",
        Bound = "Each is refused with a reason of its kind, and what was read before goes on; a good file is taken afterwards.",
        Guard = "The door of feeds, and that nothing in force depends on a file once it is read.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await FedEdge.StartAsync(ground);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, FedEdge.Listed);
        string path = ground.PathOf("bad.txt"), good = FedEdge.Good();
        byte[] random = new byte[4096];
        new Random(14).NextBytes(random);
        (string Fault, Action Make)[] rubbish =
        [
            ("wrong_schema", () => File.WriteAllBytes(path, random)),
            ("truncated", () => File.WriteAllText(path, good[..(good.IndexOf("100.64.0.30", StringComparison.Ordinal) + 9)])),
            ("wrong_schema", () => File.WriteAllText(path, "<!doctype html><title>200 OK</title>\n")),
            ("empty", () => File.WriteAllText(path, "# nothing today\n")),
            ("missing", () => File.Delete(path)),
        ];
        foreach ((string fault, Action make) in rubbish)
        {
            make();
            await edge.ReloadAsync();
            JsonElement feed = await FedEdge.FeedAsync(edge);
            ground.Hold(feed.TryGetProperty("last_fault", out JsonElement found) && found.GetString() == fault, $"the feed is not refused as {fault}: {feed}");
        }

        ground.Said(EdgeLog.Message(edge.Log.Last("is refused") ?? "(nothing)"));
        await load.SendAsync(60);
        ground.Write("bad.txt", FedEdge.Good(round: 1));
        await edge.ReloadAsync();
        ground.Hold((await FedEdge.FeedAsync(edge)).GetProperty("state").GetString() == "good", "a good file is refused after the rubbish");
        ground.Note("refused", $"{rubbish.Length} of {rubbish.Length}");
    }
}
