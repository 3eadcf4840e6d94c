using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Resources;

/// <summary>D37.</summary>
internal sealed class BlockedLogs : Drill
{
    public override DrillSheet Sheet { get; } = new("D37", "Nobody takes the logs")
    {
        Outage = "Cloudflare, 18 November 2025",
        Mechanism = "What observes the edge took part in its outage: systems that enrich errors for debugging used up the processors.",
        Fault = "The access log goes to a pipe that nobody reads, and metrics to a collector that accepts connections and never answers.",
        Bound = "Log lines are dropped and counted; the log of the edge itself says so.",
        Guard = "Bounded queues with a writer of their own; requests never wait for a log.",
    };

    public override async Task RunAsync(DrillGround ground)
    {
        using TcpListener collector = new(IPAddress.Loopback, 0);
        collector.Start();
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(
            $$$"""
            listeners: [{address: "127.0.0.1:0"}]
            trusted_proxies: ["127.0.0.0/8"]
            logging: {access: {to: stdout, max_queued: 16}}
            metrics: {otlp: {endpoint: "http://127.0.0.1:{{{((IPEndPoint)collector.LocalEndpoint).Port}}}", interval: 1s}}
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{{origin.Url}}}"}]

            """,
            new EdgeSettings { OutputIsRead = false });

        // A pipe holds 64 KiB, which is some 150 lines with a long target.
        SteadyLoad load = await ground.LoadAsync(edge.Door, new LoadShape { PerSecond = 480 }, Visit.Good with { Target = "/" + new string('x', 1500) });
        await PrivateEdge.UntilAsync("log lines are dropped", async () => await edge.MetricAsync("breakwater_access_log_dropped_total") > 0);
        await load.SendAsync(300);
        double dropped = await edge.MetricAsync("breakwater_access_log_dropped_total");
        ground.Note("lines dropped and counted", dropped.ToString("0", CultureInfo.InvariantCulture));
    }
}
