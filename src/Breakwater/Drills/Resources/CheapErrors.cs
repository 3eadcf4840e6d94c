using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breakwater.Drills.Ground;
using Breakwater.Drills.Load;

namespace Breakwater.Drills.Resources;

/// <summary>D36.</summary>
internal sealed class CheapErrors : Drill
{
    private const int Measured = 2000;

    public override DrillSheet Sheet { get; } = new("D36", "Every request is an error")
    {
        Outage = "Cloudflare, 18 November 2025",
        Mechanism = "Uncaught errors were enriched with debugging information, which took so much processor time that it added to the latency.",
        Fault = "The edge answers thousands of requests well; then all of them with an error: refused by a rule, malformed, for a host of nobody, for an origin that is gone.",
        Bound = "An error of each kind costs the edge at most as much processor time as an answer of the origin; that of an origin that is gone, which has to be looked for each time, at most twice that. "
            + "A malformed request ends its connection, so it is compared with an answer after which the connection ends too. "
            + "The log of the edge itself has a few lines, not one for each.",
        Guard = "Error answers are prepared; logs and events are sampled and bounded.",
        Limits = new LoadLimits { Failed = null, P99 = TimeSpan.FromSeconds(2) },
        RunsAlone = true,
    };

    public override async Task RunAsync(DrillGround ground)
    {
        DrillOrigin origin = await ground.OriginAsync();
        PrivateEdge edge = await ground.EdgeAsync(DrillGround.Head + $$"""
            zones:
              - name: shop
                hosts: [shop.test]
                origins: [{url: "{{origin.Url}}"}]
                rules:
                  - {when: 'ip.src eq 203.0.113.9', do: block}
              - name: gone
                hosts: [gone.test]
                origins: [{url: "http://127.0.0.1:{{FreePort()}}"}]

            """);
        double good = await ProcessorCost.MeasureAsync(ground, () => edge.ProcessorTime, edge.Door, Visit.Good, Measured);
        int lines = edge.Log.Lines.Count;
        ground.Note("an answer of the origin", Microseconds(good));
        Visit last = Visit.Good with { Lines = "Connection: close\r\n" };
        double goodAndLast = await ProcessorCost.MeasureAsync(ground, () => edge.ProcessorTime, edge.Door, last, Measured);
        ground.Note("one after which the connection ends", Microseconds(goodAndLast));
        await CompareAsync(Visit.Blocked, good);
        await CompareAsync(Visit.Good with { Name = "a malformed request", Lines = "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", Expected = 400 }, goodAndLast);
        await CompareAsync(Visit.Good with { Name = "a host of nobody", Host = "nobody.test", Expected = 421 }, good);
        await CompareAsync(Visit.Good with { Name = "an origin that is gone", Host = "gone.test", Expected = 502 }, 2 * good);
        int said = edge.Log.Lines.Count - lines;
        ground.Hold(said < 50, $"the log has {said} lines about them");
        ground.Note("lines in the log", said.ToString(CultureInfo.InvariantCulture));

        async Task CompareAsync(Visit visit, double most)
        {
            double cost = await ProcessorCost.MeasureAsync(ground, () => edge.ProcessorTime, edge.Door, visit, Measured);
            ground.Note(visit.Name, Microseconds(cost));

            // Time is counted in hundredths of a second: a tenth more or less is no difference.
            ground.Hold(cost <= 1.1 * most, $"{visit.Name} costs {Microseconds(cost)}, {Microseconds(most)} are allowed");
        }
    }

    private static string Microseconds(double time) => string.Create(CultureInfo.InvariantCulture, $"{time:0} µs");

    /// <summary>A port at which nobody listens now.</summary>
    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
