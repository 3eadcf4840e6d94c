using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Waf;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Generations;

/// <summary>What compiling a configuration brought: a generation, or the reasons why there is none. Immutable.</summary>
/// <param name="Generation">The generation; null when there are errors.</param>
/// <param name="Diagnostics">What is wrong or doubtful, with positions.</param>
internal sealed record CompileResult(Generation? Generation, IReadOnlyList<ConfigDiagnostic> Diagnostics);

/// <summary>What a generation is compiled from. Immutable but for <see cref="Files"/>, which belongs to one compilation.</summary>
/// <param name="Config">A document without errors of its own.</param>
/// <param name="Number">The number that the generation will have.</param>
internal sealed record CompileOrder(BreakwaterConfig Config, long Number)
{
    /// <summary>Where the files that the document names are read.</summary>
    public ConfigurationFiles Files { get; init; } = new();

    /// <summary>Where a development certificate is kept; null to make none, as for a trial.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>What is in force: certificates, lists and databases that are the same are taken from there.</summary>
    public Generation? Before { get; init; }

    /// <summary>Who wanted it.</summary>
    public ChangeOrigin Origin { get; init; } = ChangeOrigin.Start;
}

/// <summary>
/// Compiles a configuration document into a <see cref="Generation"/>: everything that can be refused is refused here, before anything that
/// is running is touched. Thread-safe.
/// </summary>
internal sealed class GenerationCompiler(OriginRegistry origins, RuleStores stores, EdgeClock clock)
{
    /// <summary>Compiles.</summary>
    public CompileResult Compile(CompileOrder order)
    {
        BreakwaterConfig config = order.Config;
        ConfigurationFiles files = order.Files;
        var diagnostics = new List<ConfigDiagnostic>();
        var rules = new ZoneRulesCompiler(config, stores, origins, files, order.Before?.Lists, diagnostics);
        var wafs = new ZoneWafCompiler(config, stores.Waf, files, order.Before?.Zones, diagnostics);
        var zones = new List<(Zone, IReadOnlyList<string>)>();
        foreach (ZoneConfig zone in config.Zones)
        {
            if (ZoneCompiler.Compile(zone, origins, rules, wafs, files, clock.Provider, stores.Fuses, diagnostics) is { } compiled)
            {
                zones.Add((compiled, [.. zone.Hosts.Select(host => host.ToString())]));
            }
        }

        TlsSettings? tls = TlsSettings.Compile(config.Tls, files, diagnostics);
        CertificateSet? certificates = CertificateCompiler.Compile(config, order.DataDirectory, clock.UtcNow, order.Before?.Certificates, files, diagnostics);
        GeoDatabases? places = Geography(config.Geo, files, order.Before?.Geography, diagnostics);
        EdgeSettings settings = Settings(config) with { Tls = tls ?? TlsSettings.Default };
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            return new CompileResult(null, diagnostics);
        }

        var generation = new Generation
        {
            Number = order.Number,

            // Records print all that they hold, so equal text is equal content.
            ContentHash = files.HashWith(config.ToString()),
            Origin = order.Origin,
            CompiledAt = clock.UtcNow,
            Config = config,
            Files = files.All,
            Zones = new ZoneTable(zones),
            Settings = settings,
            Certificates = certificates!,
            Geography = places!,
            Lists = rules.Lists,
        };
        return new CompileResult(generation, diagnostics);
    }

    /// <summary>A duration in microseconds where zero means no limit.</summary>
    public static long Limit(TimeSpan span) => span == TimeSpan.Zero ? long.MaxValue : EdgeClock.ToMicros(span);

    private GeoDatabases? Geography(GeoConfig config, ConfigurationFiles files, GeoDatabases? before, List<ConfigDiagnostic> diagnostics)
    {
        var problems = new List<FileProblem>();
        GeoDatabases? opened = GeoDatabases.Open([.. config.Databases], files, before, stores.GeoFaults, problems);
        diagnostics.AddRange(problems.Select(problem => ConfigDiagnostic.Error(
            config.PositionOf("databases"), $"{problem.Path}: {problem.What}", "name a database that can be read")));
        return opened;
    }

    private static EdgeSettings Settings(BreakwaterConfig config)
    {
        LimitsConfig limits = config.Limits;
        return new EdgeSettings
        {
            Head = new Http.HeadLimits(limits.MaxHeadSize, limits.MaxLineSize, limits.MaxHeaderCount, limits.MaxTargetSize),
            HeaderTimeout = Limit(limits.HeaderTimeout),
            HandshakeTimeout = Limit(limits.HandshakeTimeout),
            IdleTimeout = Limit(limits.IdleTimeout),
            BodyTimeout = Limit(limits.BodyTimeout),
            MinReadRate = limits.MinReadRate,
            MinWriteRate = limits.MinWriteRate,
            RateGrace = EdgeClock.ToMicros(limits.RateGrace),
            BodyMemory = Math.Min(limits.BodyMemory, MaxBodyMemory()),
            RequestsPerConnection = limits.MaxRequestsPerConnection,
            Connections = limits.MaxConnections,
            ConnectionsPerClient = limits.MaxConnectionsPerClient,
            ForwardedHeader = config.ForwardedHeader,
            TrustedProxies = TrustedProxies.From(config.TrustedProxies),
        };
    }

    /// <summary>
    /// An eighth of what the process may use (of the machine, the container, or the collector's own limit): looking at a body takes several times its size.
    /// </summary>
    private static long MaxBodyMemory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var available ? available / 8 : long.MaxValue;
}
