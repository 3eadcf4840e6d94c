using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D16.</summary>
internal sealed class BroadRemoval : Drill
{
    private const int Zones = 8;

    public override DrillSheet Sheet { get; } = new("D16", "A change that removes much, or all")
    {
        Outage = "Cloudflare, 20 February 2026; AWS us-east-1, 20 October 2025",
        Mechanism = "A clean-up withdrew a quarter of all prefixes within an hour, and nothing asked whether so many were meant; elsewhere the last address of a name was removed.",
        Fault = "Sound changes take away four of eight zones, all entries of a list but one, and most of the origins of a zone.",
        Bound = "Each is held, and what was in force stays, until it is confirmed; confirmed, it is taken.",
        Guard = "The breadth breaker: `generations.max_removed`.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string document = Document(origin, Zones, 60, 1);
        PrivateEdge edge = await ground.EdgeAsync(document);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, Visit.Blocked, Visit.Good with { Name = "a visitor of the last zone", Host = $"zone{Zones - 1}.test" });
        foreach ((string what, string changed) in new[]
        {
            ("half of the zones", Document(origin, Zones / 2, 60, 1)), ("most of a list", Document(origin, Zones, 1, 1)), ("half of the zones and of the list", Document(origin, Zones / 2, 30, 1)),
        })
        {
            ReloadAnswer held = await edge.ReloadAsync(changed);
            ground.Hold(!held.Reloaded && held.Generation.Number == 1, $"{what} is removed without being asked");
        }

        ground.Said(await edge.Log.WaitAsync("is held until it is confirmed"));
        await load.SendAsync(60);
        await load.StopAsync();
        edge.WriteConfig(Document(origin, Zones / 2, 60, 1));
        ReloadAnswer confirmed = await edge.ChangeAsync("/reload?confirm=true");
        ground.Hold(confirmed is { Reloaded: true, Changed: true }, $"a confirmed change is refused: {string.Join(", ", confirmed.Diagnostics.Select(one => one.Problem))}");
    }

    private static string Document(DrillOrigin origin, int zones, int entries, int origins) => DrillGround.Head + $$"""
        generations:
          canary: {share: 50%, time: 200ms}
        lists:
          bad: {items: [203.0.113.0/24{{string.Concat(Enumerable.Range(1, entries - 1).Select(i => $", 100.64.0.{i}"))}}]}
        rules:
          - {when: 'ip.src in $bad', do: block}
        zones:
        """ + string.Concat(Enumerable.Range(0, zones).Select(i => $$"""

          - name: zone{{i}}
            hosts: [{{(i == 0 ? "shop" : $"zone{i}")}}.test]
            origins: [{{string.Join(", ", Enumerable.Repeat($"{{url: \"{origin.Url}\"}}", origins))}}]
        """)) + "\n";
}
