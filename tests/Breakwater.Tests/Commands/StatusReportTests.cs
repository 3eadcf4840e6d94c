using Breakwater.Commands;
using Breakwater.Edge.Admin;
using Breakwater.Terminal;

namespace Breakwater.Tests.Commands;

public sealed class StatusReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_person_reads_it_at_a_glance()
    {
        EdgeStatus status = new()
        {
            Version = "0.1.0",
            ProcessId = 4711,
            State = EdgeState.Ready,
            StartedAt = Now.AddHours(-26),
            UptimeSeconds = 26 * 3600,
            ConfigFile = "/etc/breakwater/breakwater.yaml",
            DataDirectory = "/var/lib/breakwater",
            Protection = "on",
            Generation = new GenerationStatus(4, "0123456789ab", Now.AddMinutes(-5)),
            LastReloadProblems = ["/etc/breakwater/breakwater.yaml:3:5: unknown key 'lisen'; did you mean 'listen'?"],
            Listeners = [new ListenerStatus("http://0.0.0.0:80", ["h1", "h2"]), new ListenerStatus("https://0.0.0.0:443", ["h1", "h2", "h3"])],
            Zones =
            [
                new ZoneStatus("shop", ["shop.example.com", "*.shop.example.com"],
                [
                    new ZoneOriginStatus("http://10.0.0.5:3000", 2, "up") { InFlight = 12, Connections = 14, Requests = 1_234_567, Failures = 3 },
                    new ZoneOriginStatus("http://10.0.0.6:3000", 1, "down") { Reason = "connection refused", Requests = 600 },
                ])
                { Requests = 1_235_164 },
            ],
            Connections = new ConnectionsStatus(340, 56_789, 2),
            Requests = new RequestsStatus(12, 1_235_176),
            MemoryBytes = 61 * 1024 * 1024,
        };
        StringWriter output = new() { NewLine = "\n" };

        StatusReport.Write(status, output, new Palette(false), Now);

        Assert.Equal(
            """
            ready  breakwater 0.1.0, process 4711, up 1 d 2 h, 61 MiB of memory
              generation 4 (0123456789ab), for 5 min 0 s; configured by /etc/breakwater/breakwater.yaml
              protection on; data directory /var/lib/breakwater
              340 connections open, 56,789 accepted, 2 refused; 12 requests in flight, 1,235,176 in all
              the last change was refused:
                /etc/breakwater/breakwater.yaml:3:5: unknown key 'lisen'; did you mean 'listen'?

            Listeners
              address              protocols
              http://0.0.0.0:80    h1 h2
              https://0.0.0.0:443  h1 h2 h3

            Zone shop  shop.example.com, *.shop.example.com  1,235,164 requests
              origin                health                    weight  in flight  queued  connections   requests  failures
              http://10.0.0.5:3000  up                             2         12       0           14  1,234,567         3
              http://10.0.0.6:3000  down: connection refused       1          0       0            0        600         0

            """,
            output.ToString());
    }
}
