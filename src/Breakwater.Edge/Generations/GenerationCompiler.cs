using System.Security.Cryptography;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;
using Breakwater.Edge.Geography;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Edge.Tls;
using Breakwater.Edge.Zones;

namespace Breakwater.Edge.Generations;

/// <summary>What compiling a configuration brought: a generation, or the reasons why there is none. Immutable.</summary>
/// <param name="Generation">The generation; null when there are errors.</param>
/// <param name="Diagnostics">What is wrong or doubtful, with positions.</param>
internal sealed record CompileResult(Generation? Generation, IReadOnlyList<ConfigDiagnostic> Diagnostics);

/// <summary>
/// Compiles a configuration document into a <see cref="Generation"/>: everything that can be refused is refused here, before anything that
/// is running is touched. Thread-safe.
/// </summary>
internal sealed class GenerationCompiler(OriginRegistry origins, RuleStores stores, EdgeClock clock)
{
    /// <summary>Compiles.</summary>
    /// <param name="config">A document without errors of its own.</param>
    /// <param name="number">The number that the generation will have.</param>
    /// <param name="dataDirectory">Where a development certificate is kept; null to make none, as for a trial.</param>
    /// <param name="certificates">The certificates in force: pairs that have not changed are taken from there.</param>
    /// <param name="geography">The databases in force: kept where the same are named.</param>
    public CompileResult Compile(
        BreakwaterConfig config, long number, string? dataDirectory = null, CertificateSet? certificates = null, GeoDatabases? geography = null)
    {
        var diagnostics = new List<ConfigDiagnostic>();
        var rules = new ZoneRulesCompiler(config, stores, origins, diagnostics);
        var zones = new List<(Zone, IReadOnlyList<string>)>();
        foreach (ZoneConfig zone in config.Zones)
        {
            if (ZoneCompiler.Compile(zone, origins, rules, clock.Provider, diagnostics) is { } compiled)
            {
                zones.Add((compiled, [.. zone.Hosts.Select(host => host.ToString())]));
            }
        }

        TlsSettings? tls = TlsSettings.Compile(config.Tls, diagnostics);
        CertificateSet? loaded = CertificateCompiler.Compile(config, dataDirectory, clock.UtcNow, certificates, diagnostics);
        GeoDatabases? places = Geography(config.Geo, geography, diagnostics);
        EdgeSettings settings = Settings(config) with { Tls = tls ?? TlsSettings.Default };
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            return new CompileResult(null, diagnostics);
        }

        var generation = new Generation
        {
            Number = number,
            Hash = Hash(config, rules.FilesHash),
            PromotedAt = clock.UtcNow,
            Zones = new ZoneTable(zones),
            Settings = settings,
            Certificates = loaded ?? CertificateSet.Empty,
            Geography = places ?? GeoDatabases.None,
            Lists = rules.Lists,
        };
        return new CompileResult(generation, diagnostics);
    }

    /// <summary>A duration in microseconds where zero means no limit.</summary>
    public static long Limit(TimeSpan span) => span == TimeSpan.Zero ? long.MaxValue : EdgeClock.ToMicros(span);

    private GeoDatabases? Geography(GeoConfig config, GeoDatabases? inForce, List<ConfigDiagnostic> diagnostics)
    {
        if (inForce is not null && inForce.Paths.SequenceEqual(config.Databases))
        {
            return inForce;
        }

        var problems = new List<FileProblem>();
        GeoDatabases? opened = config.Databases.Count == 0 ? GeoDatabases.None : GeoDatabases.Open([.. config.Databases], stores.Files, stores.Log, problems);
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
            BodyMemory = limits.BodyMemory,
            RequestsPerConnection = limits.MaxRequestsPerConnection,
            Connections = limits.MaxConnections,
            ConnectionsPerClient = limits.MaxConnectionsPerClient,
            ForwardedHeader = config.ForwardedHeader,
            TrustedProxies = TrustedProxies.From(config.TrustedProxies),
        };
    }

    /// <summary>Identifies the content: records print all that they hold, so equal text is equal content.</summary>
    private static string Hash(BreakwaterConfig config, string files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config.ToString() + files)))[..12];
}
