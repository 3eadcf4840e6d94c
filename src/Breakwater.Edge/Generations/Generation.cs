using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Lists;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Generations;

/// <summary>
/// One configuration with the files that it names, compiled: immutable, numbered, hashed. An exchange reads the one in force once and keeps it
/// to its end. Mutable state (origin health, connection pools, counters) is not here but in registries keyed by stable ids, so that a new
/// generation loses none.
/// </summary>
internal sealed class Generation
{
    /// <summary>The digits of a content hash that people are shown.</summary>
    private const int ShownDigits = 12;

    /// <summary>Rises with every generation that serves; never used twice in a data directory.</summary>
    public required long Number { get; init; }

    /// <summary>SHA-256 of the effective document and the content of the files that it names: 64 hex digits.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The first 12 digits of <see cref="ContentHash"/>, for people.</summary>
    public string Hash => ContentHash.Length > ShownDigits ? ContentHash[..ShownDigits] : ContentHash;

    /// <summary>Who wanted it.</summary>
    public ChangeOrigin Origin { get; init; } = ChangeOrigin.Start;

    /// <summary>When it was compiled.</summary>
    public DateTimeOffset CompiledAt { get; init; }

    /// <summary>The document that it was made from.</summary>
    public BreakwaterConfig Config { get; init; } = new();

    /// <summary>The files that it was made from.</summary>
    public IReadOnlyList<FileContent> Files { get; init; } = [];

    /// <summary>The zones, by host.</summary>
    public required ZoneTable Zones { get; init; }

    /// <summary>The origins of all zones, and those that their rules lead to.</summary>
    public IReadOnlyList<OriginGroup> OriginGroups => field ??= [.. Zones.All.SelectMany(zone => zone.RouteOrigins.Prepend(zone.Origins))];

    /// <summary>The certificates that listeners show.</summary>
    public CertificateSet Certificates { get; init; } = CertificateSet.Empty;

    /// <summary>Where addresses are; knows nothing unless the configuration names databases.</summary>
    public GeoDatabases Geography { get; init; } = GeoDatabases.None;

    /// <summary>The lists that its rules name.</summary>
    public NamedLists Lists { get; init; } = NamedLists.None;

    /// <summary>What holds for every listener and connection.</summary>
    public required EdgeSettings Settings { get; init; }

    /// <summary>The same content, as another generation.</summary>
    public Generation As(long number, ChangeOrigin origin) => Copy(number, origin, Zones);

    /// <summary>The same with modules behind no fuses: to be tried, so that a fault is seen and blows nothing.</summary>
    public Generation Unguarded() => Zones.All.All(zone => zone.Fuses is null) ? this
        : Copy(Number, Origin, new ZoneTable(Config.Zones.Select((zone, i) => (Zones.All[i].Unguarded(), (IReadOnlyList<string>)[.. zone.Hosts.Select(host => host.ToString())]))));

    private Generation Copy(long number, ChangeOrigin origin, ZoneTable zones) => new()
    {
        Number = number,
        ContentHash = ContentHash,
        Origin = origin,
        CompiledAt = CompiledAt,
        Config = Config,
        Files = Files,
        Zones = zones,
        Certificates = Certificates,
        Geography = Geography,
        Lists = Lists,
        Settings = Settings,
    };

    /// <inheritdoc/>
    public override string ToString() => $"generation {Number} ({Hash})";
}
