using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Drills.Starts;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Configuration;

/// <summary>D28.</summary>
internal sealed class UrgentPath : Drill
{
    public override DrillSheet Sheet { get; } = new("D28", "The urgent way around the guards")
    {
        Outage = "Cloudflare, 5 December 2025; Azure Front Door, 9 October 2025",
        Mechanism = "A change took a path that reaches the fleet in seconds with no gradual step; a clean-up by hand went past what protects the configuration.",
        Fault = "Bad changes, one that removes half of the zones among them, are sent as urgent; then what is kept on disk is edited by hand.",
        Bound = "They are refused or held as on the long road; a good one takes the same stages, sooner. The edit by hand is noticed, and not used.",
        Guard = "One road: `--urgent` makes the stages shorter and leaves none out. What is kept is checked against its hash.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        PrivateEdge edge = await KeptEdge.StartAsync(ground);
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good, KeptEdge.First);
        string document = await File.ReadAllTextAsync(edge.ConfigFile);
        foreach (string bad in new[] { document.Replace("do: block", "do: execut", StringComparison.Ordinal), document.Replace("$bad", "$worse", StringComparison.Ordinal) })
        {
            edge.WriteConfig(bad);
            ReloadAnswer refused = await edge.ChangeAsync("/reload?urgent=true");
            ground.Hold(!refused.Reloaded, "a bad change is taken because it is urgent");
        }

        ground.Said(await edge.Log.WaitAsync("is refused"));
        edge.WriteConfig(document.Replace("hosts: [shop.test]", "hosts: [shop.test, www.shop.test]", StringComparison.Ordinal));
        ReloadAnswer good = await edge.ChangeAsync("/reload?urgent=true");
        ground.Hold(good is { Reloaded: true, Changed: true }, "an urgent change that is good is refused");
        await load.SendAsync(60);
        await load.StopAsync();
        await edge.StopAsync();

        // What proved itself is edited by hand, and what the edge is configured to is gone.
        File.Delete(edge.ConfigFile);
        foreach (string manifest in Directory.EnumerateFiles(Path.Combine(edge.Data, "generations"), "0*2.json"))
        {
            await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("000", "111", StringComparison.Ordinal) + " ");
        }

        PrivateEdge again = await ground.AgainAsync(edge);
        await again.Log.WaitAsync("damaged");
        SteadyLoad later = await ground.LoadAsync(again, Visit.Good, KeptEdge.First);
        await later.SendAsync(60);
    }
}
