using Breakwater.Config;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Tests.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Breakwater.Edge.Tests.Events;

/// <summary>What an attack costs in memory: a hundred thousand requests that a rule refuses.</summary>
public sealed class EventBoundsTests
{
    [Fact]
    public void A_hundred_thousand_refused_requests_leave_a_bounded_trace()
    {
        const int Requests = 100_000;
        FakeTimeProvider time = new();
        EdgeClock clock = new(time);
        RuleStores stores = new(clock);
        using OriginRegistry origins = new(clock, new Heartbeat(clock), NullLogger<OriginRegistry>.Instance);
        ConfigResult read = ConfigReader.Read(
            """
            zones:
              - name: shop
                origins: [{url: "http://127.0.0.1:9"}]
                rules: [{id: all, when: 'http.request.uri.path contains "/"', do: block}]
            """, "test.yaml");
        Generation generation = new GenerationCompiler(origins, stores, clock).Compile(new CompileOrder(read.Config!, Number: 1)).Generation!;
        using SecurityEvents events = new(clock, log: null);
        byte[] head = System.Text.Encoding.ASCII.GetBytes($"GET /{new string('a', 4000)} HTTP/1.1\r\nHost: shop.test\r\nX: {new string('b', 4000)}\r\n\r\n");
        Exchange exchange = TestExchange.Over(head, clock);
        Refuse();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Requests; i++)
        {
            // Ten seconds in all.
            time.Advance(TimeSpan.FromTicks(1000));
            Refuse();
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        int kept = events.Store.After(0, int.MaxValue).Events.Count;
        Assert.InRange(kept, EventSampler.RuleBurst, EventSampler.RuleBurst + (10 * EventSampler.PerRule) + 1);
        Assert.Equal(Requests + 1, kept + stores.Events.Suppressed);

        // What moving the clock takes, and some tens of KiB for each event that is kept.
        Assert.InRange(bytes, 0, (Requests * 64L) + (kept * 64L * 1024));

        void Refuse()
        {
            exchange.Clear();
            exchange.Request.Read(head, out _);
            exchange.Generation = generation;
            exchange.ClientAddress = exchange.Connection.Peer.Address;
            Assert.True(Pipeline.Decide(exchange).Kind == VerdictKind.Refuse);
            events.Record(exchange, exchange.Rules);
        }
    }
}
