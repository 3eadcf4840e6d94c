using System.Collections.Concurrent;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Breakwater.Waf.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Edge.Waf;

/// <summary>
/// What the firewall needs that outlives a generation: transactions to be used again, what rules count across requests, what
/// is told of each zone. One per edge; its parts are thread-safe.
/// </summary>
internal sealed class WafStores
{
    private readonly ConcurrentDictionary<string, WafZoneState> _zones = new(StringComparer.Ordinal);

    public WafStores(EdgeClock clock, EventSampler events)
    {
        Transactions = new WafTransactions(new WafEnvironment(clock.Provider, geo: Geography));
        Events = events;
        Report = new WafReport(clock);
    }

    /// <summary>Where faults are told.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <summary>What counts the bodies of responses that are kept back.</summary>
    public BodyMemory Bodies { get; set; } = new();

    /// <summary>Transactions that nobody uses.</summary>
    public WafTransactions Transactions { get; }

    /// <summary>Where addresses are, for rules that ask.</summary>
    public WafGeography Geography { get; } = new();

    /// <summary>How many transactions become events.</summary>
    public EventSampler Events { get; }

    /// <summary>What was refused, or would have been, by rule and path.</summary>
    public WafReport Report { get; }

    /// <summary>Requests that were refused lately, to find out what would have let them pass.</summary>
    public WafSamples Samples { get; } = new();

    /// <summary>Heads that the edge refused and that rules see.</summary>
    public EventBudget RefusedHeads { get; } = new(Waf.RefusedHeads.PerSecond, Waf.RefusedHeads.Burst);

    /// <summary>The time that rules take.</summary>
    public WafRuleTimes Times { get; } = new();

    /// <summary>Sees each transaction when all its rules have run; for tests of rules. Null = nobody.</summary>
    public Action<Exchange, WafTransaction>? Observer { get; set; }

    /// <summary>What is counted of a zone.</summary>
    public WafZoneState StateOf(string zone) => _zones.GetOrAdd(zone, static name => new WafZoneState(name));

    /// <summary>Lets metrics know the counters.</summary>
    public void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.WafTransactions, sink =>
        {
            foreach (WafZoneState zone in _zones.Values)
            {
                zone.Read(sink);
            }
        });
        metrics.Observe(Instruments.WafBodies, sink =>
        {
            foreach (WafZoneState zone in _zones.Values)
            {
                zone.ReadBodies(sink);
            }
        });
        metrics.Observe(Instruments.WafWaiting, sink => sink.Value(Transactions.Waiting));
    }
}

/// <summary>Where addresses are, as rules ask with <c>@geoLookup</c>. Thread-safe.</summary>
internal sealed class WafGeography : IGeoLookup
{
    /// <summary>Gives the databases of the configuration in force.</summary>
    public Func<GeoDatabases> Source { get; set; } = static () => GeoDatabases.None;

    /// <inheritdoc/>
    public bool TryLookup(ReadOnlySpan<byte> address, GeoPlace place)
    {
        if (!Clients.ClientAddress.TryParse(address, out Clients.ClientAddress client))
        {
            return false;
        }

        Place found = Source().Find(client, new PlaceMemory());
        Add("COUNTRY_CODE"u8, found.Country);
        Add("COUNTRY_CONTINENT"u8, found.Continent);
        Add("REGION"u8, found.RegionCode);
        Add("CITY"u8, found.City);
        Add("POSTAL_CODE"u8, found.PostalCode);
        Add("LATITUDE"u8, found.Latitude);
        Add("LONGITUDE"u8, found.Longitude);
        Add("DMA_CODE"u8, found.MetroCode);
        return found.Country is not null;

        void Add(ReadOnlySpan<byte> name, byte[]? value)
        {
            if (value is not null)
            {
                place.Add(name, value);
            }
        }
    }
}
