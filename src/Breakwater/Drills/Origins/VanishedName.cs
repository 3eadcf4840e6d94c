using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Origins;

/// <summary>D49.</summary>
internal sealed class VanishedName : Drill
{
    public override DrillSheet Sheet { get; } = new("D49", "The origin's name vanishes from DNS")
    {
        Outage = "AWS us-east-1, 20 October 2025; DENIC, 5 May 2026",
        Mechanism = "An automation deleted the addresses of a regional name, which then had none; broken signatures made names under .de unresolvable.",
        Fault = "The name of an origin is found no more; later it is there again, for longer than one look-up. The edge runs with a hosts file of its own, and with a resolver at which nobody answers.",
        Bound = "The last good address stays in use; beginning and end are told once each.",
        Guard = "An answer that is empty or a failure never takes the place of a good one.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        string hosts = ground.PathOf("hosts"), resolver = ground.PathOf("resolv.conf");
        const string Local = "127.0.0.1 localhost\n", Named = Local + "127.0.0.1 origin.drill.test\n";
        await File.WriteAllTextAsync(hosts, Named);
        await File.WriteAllTextAsync(resolver, "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n");
        PrivateEdge edge = await ground.EdgeAsync(
            DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "http://origin.drill.test:{{origin.Port}}"}]
                pool: {max_age: 1s}
                dns: {refresh: 1s}

            """,
            new EdgeSettings { Before = Namespaces.WithFiles((hosts, "/etc/hosts"), (resolver, "/etc/resolv.conf")) });
        SteadyLoad load = await ground.LoadAsync(edge, Visit.Good);
        await load.SendAsync(60);

        int before = edge.Log.Lines.Count;

        // In place: the edge has this very file over the system's.
        await File.WriteAllTextAsync(hosts, Local);
        ground.Said(await edge.Log.WaitAsync("origin.drill.test", before));
        int told = edge.Log.Lines.Count;
        await load.SendAsync(480);
        await File.WriteAllTextAsync(hosts, Named);
        ground.Note("end", EdgeLog.Message(await edge.Log.WaitAsync("origin.drill.test", told)));
        ground.Hold(edge.Log.Lines.Count - before <= 2, "it is told again and again");
    }
}
