using System.Net.Sockets;
using Breakwater.Drills.Configuration;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;
using Breakwater.Edge.Admin;

namespace Breakwater.Drills.Origins;

/// <summary>D51.</summary>
internal sealed class NoWayOut : Drill
{
    public override DrillSheet Sheet { get; } = new("D51", "Nothing but the origins can be reached")
    {
        Outage = "Cloudflare, 2 November 2023",
        Mechanism = "Services that were to survive the loss of a data centre had dependencies there that nobody knew of.",
        Fault = "The edge is started in a network namespace without any interface, not even loopback; visitors, origin and operator reach it by Unix sockets.",
        Bound = "It starts, protects, serves and takes a change.",
        Guard = "The edge depends on its files and its origins, on nothing else: no resolver, no clock server, no control plane, no download.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync(socketPath: ground.PathOf("origin.sock"));
        string socket = ground.PathOf("edge.sock");
        string document = RefusedEdits.Document(origin).Replace(
            "listeners: [{address: \"127.0.0.1:0\"}]", $"listeners: [{{address: \"unix:{socket}\"}}]", StringComparison.Ordinal);
        PrivateEdge edge = await ground.EdgeAsync(document, new EdgeSettings { Before = Namespaces.WithoutNetwork });
        ground.Recovered(edge.ReadyAfter);
        SteadyLoad load = await ground.LoadAsync(new Door(new UnixDomainSocketEndPoint(socket)), new LoadShape(), Visit.Good);
        await load.SendAsync(100);
        ReloadAnswer answer = await edge.ReloadAsync(document.Replace("203.0.113.0/24", "203.0.113.0/25", StringComparison.Ordinal));
        ground.Hold(answer is { Reloaded: true, Changed: true }, "a change is refused");
        await load.SendAsync(100);
    }
}
