using Breakwater.Edge.Geography;
using Breakwater.Edge.Lists;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Generations;

/// <summary>
/// One configuration, compiled: immutable, numbered, hashed. An exchange reads the live one once and keeps it to its end. Mutable state
/// (origin health, connection pools, counters) is not here but in registries keyed by stable ids, so that a new generation loses none.
/// </summary>
internal sealed class Generation
{
    /// <summary>1 for the configuration that the process started with, counted up by each promotion.</summary>
    public required long Number { get; init; }

    /// <summary>SHA-256 of the effective document, the first 12 hex digits.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was promoted.</summary>
    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>The zones, by host.</summary>
    public required ZoneTable Zones { get; init; }

    /// <summary>The origins of all zones, and those that their rules lead to.</summary>
    public IReadOnlyList<OriginGroup> OriginGroups => field ??= [.. Zones.All.SelectMany(zone => zone.RouteOrigins.Prepend(zone.Origins))];

    /// <summary>The certificates that listeners show, as they were when it was compiled.</summary>
    public CertificateSet Certificates { get; init; } = CertificateSet.Empty;

    /// <summary>Where addresses are; knows nothing unless the configuration names databases.</summary>
    public GeoDatabases Geography { get; init; } = GeoDatabases.None;

    /// <summary>The lists that its rules name.</summary>
    public NamedLists Lists { get; init; } = NamedLists.None;

    /// <summary>What holds for every listener and connection.</summary>
    public required EdgeSettings Settings { get; init; }
}
