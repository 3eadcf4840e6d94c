using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Tests.Forwarding;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Time;
using Breakwater.Edge.Zones;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Rules;

/// <summary>What rules add to the memory that a request takes in steady state: nothing.</summary>
[Collection(AloneCollection.Name)]
public sealed class RuleAllocationTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>The gate for a whole request over the whole process, in bytes: the same as without rules.</summary>
    private const double Limit = 512;

    private readonly BlockingOrigin _origin = new();
    private readonly TemporaryDirectory _files = new();

    public void Dispose()
    {
        _origin.Dispose();
        _files.Dispose();
    }

    public static TheoryData<string, string> Zones => new()
    {
        { "fifty rules that do not match", FiftyRules },
        { "a rule that logs", "  - {when: 'http.request.method in {\"GET\" \"POST\"}', do: log}\n" },
        { "a rate limit that is not reached", "  - {when: true, limit: '1000000 per 1m by ip, headers[\"sec-fetch-mode\"], cookies[\"none\"]', do: block}\n" },
        { "a score", "  - {when: true, do: score, increment: 1}\n  - {when: true, do: block, min_score: 2}\n" },
    };

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task RulesAllocateNothing(string what, string rules)
    {
        await using Edge edge = await StartAsync($"rules:\n{rules}");
        Zone zone = edge.Plane.Live.Zones.All[0];
        byte[] head = BrowserRequest.Get();

        // The clock stands: a rule has some events at first, which take memory, and then only as many as time brings.
        Exchange exchange = TestExchange.Over(head, new EdgeClock(new FakeTimeProvider()));
        Run(200);
        long bytes = LeastAllocated.By(() => Run(1000));
        Assert.True(bytes == 0, $"{what}: {bytes} bytes in 1000 requests");

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                exchange.Clear();
                exchange.Request.Read(head, out _);
                exchange.Generation = edge.Plane.Live;
                exchange.Zone = zone;
                exchange.ClientAddress = exchange.Connection.Peer.Address;
                foreach (IRequestModule module in zone.RequestModules)
                {
                    Assert.True(module.OnRequest(exchange).Kind == VerdictKind.Continue);
                }
            }
        }
    }

    [Fact]
    public async Task ARequestThatMeetsFiftyRulesStaysUnderTheLimit()
    {
        await using Edge edge = await StartAsync($"rules:\n{FiftyRules}");
        double bytes = AllocationTests.Measure((IPEndPoint)edge.EndPoints[0], BrowserRequest.Get());
        output.WriteLine($"{bytes:F1} bytes per request");
        Assert.InRange(bytes, 0, Limit);
    }

    private static string FiftyRules => string.Concat(Enumerable.Range(0, 50).Select(i => $"  - {{when: '{Condition(i)}', do: block}}\n"));

    private static string Condition(int i) => (i % 10) switch
    {
        0 => $"http.request.uri.path contains \"/wp-{i}\"",
        1 => $"starts_with(http.request.uri.path, \"/private{i}/\")",
        2 => $"http.request.uri.path eq \"/exact{i}\"",
        3 => $"ip.src in {{192.0.{i}.0/24 2001:db8:{i}::/48}}",
        4 => $"lower(http.user_agent) contains \"scanner{i}\"",
        5 => $"http.host eq \"host{i}.example.com\"",
        6 => $"http.request.method eq \"TRACE{i}\"",
        7 => $"any(http.request.uri.args[\"q{i}\"][*] contains \"select\")",
        8 => $"any(http.request.headers[\"x-forbidden-{i}\"][*] eq \"1\") or http.cookie contains \"bad{i}=\"",
        _ => $"http.request.uri.path matches \"^/old-{i}/[a-z]+\\.php$\"",
    };

    private Task<Edge> StartAsync(string zone)
    {
        string yaml = $"""
            listeners: [{"{"}address: "127.0.0.1:0"{"}"}]
            logging: {"{"}access: {"{"}to: off{"}"}{"}"}
            zones:
              - name: shop
                origins: [{"{"}url: "http://{_origin.EndPoint}"{"}"}]
                waf: {"{"}mode: off{"}"}

            """ + string.Concat(zone.Split('\n').Select(line => $"    {line}\n"));
        ConfigResult read = ConfigReader.Read(yaml, _files["breakwater.yaml"]);
        Assert.True(read.Config is not null, string.Join('\n', read.Diagnostics));
        return Edge.StartAsync(read.Config, new EdgeOptions(), TestContext.Current.CancellationToken);
    }
}
