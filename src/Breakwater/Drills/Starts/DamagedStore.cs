using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Starts;

/// <summary>D13.</summary>
internal sealed class DamagedStore : Drill
{
    public override DrillSheet Sheet { get; } = new("D13", "The last known good is damaged too")
    {
        Outage = "Akamai, 22 July 2021; Azure Front Door, 29 October 2025",
        Mechanism = "A part that could not use its configuration fell back to a minimal one; elsewhere a bad configuration had been stored as the last known good.",
        Fault = "The edge is stopped; its configuration is cut off, and so is what was kept of the newest good generation; it is started again.",
        Bound = "It starts from the generation before, with all of its rules; never from an empty or a minimal one. With nothing whole left it does not start, and says why.",
        Guard = "Three generations are kept; each file is checked against its SHA-256; there is no default configuration to fall back to.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge before = await KeptEdge.StartAsync(ground);
        await KeptEdge.ChangeAsync(ground, before);
        await before.StopAsync();
        CutOff(before.ConfigFile);
        string kept = Path.Combine(before.Data, "generations");
        string[] manifests = [.. Directory.EnumerateFiles(kept, "0*.json").Order(StringComparer.Ordinal)];
        ground.Hold(manifests.Length >= 2, $"{manifests.Length} generations are kept, not two");
        CutOff(manifests[^1]);

        PrivateEdge edge = await ground.AgainAsync(before);
        ground.Recovered(edge.ReadyAfter);
        ground.Said(await edge.Log.WaitAsync("damaged"));
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, KeptEdge.First, KeptEdge.Second with { Expected = 200 });
        await load.SendAsync(200);
        await load.StopAsync();
        await edge.StopAsync();

        foreach (string file in Directory.EnumerateFiles(kept, "0*.json"))
        {
            CutOff(file);
        }

        PrivateEdge none = ground.Own(PrivateEdge.Begin(before.ConfigFile, before.Data, new EdgeSettings()));
        ground.Hold(await none.WaitForEndAsync() != 0, "it starts with nothing to start from");
    }

    private static void CutOff(string file)
    {
        byte[] content = File.ReadAllBytes(file);
        File.WriteAllBytes(file, content[..(content.Length / 2)]);
    }
}
