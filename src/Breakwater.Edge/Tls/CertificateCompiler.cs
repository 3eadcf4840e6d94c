using Breakwater.Config;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Tls;

/// <summary>Compiles the certificates of a configuration. Reads files; stateless.</summary>
internal static class CertificateCompiler
{
    /// <summary>Loads what the configuration names. Null when there is an error among the diagnostics added.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="dataDirectory">Where the development certificate is kept that serves when none is named; null to make none, as
    /// for a check: the set is empty then.</param>
    /// <param name="now">The time that certificates should be valid at.</param>
    /// <param name="previous">What is in force: pairs that have not changed are taken from it.</param>
    /// <param name="files">Where files are read.</param>
    /// <param name="diagnostics">Problems are added here, at the place where the file is named.</param>
    public static CertificateSet? Compile(
        BreakwaterConfig config, string? dataDirectory, DateTimeOffset now, CertificateSet? previous, ConfigurationFiles files, List<ConfigDiagnostic> diagnostics)
    {
        if (config.Certificates.Count == 0) return Development(config, dataDirectory, now, previous, files, diagnostics);

        List<CertificateSource> sources = [.. config.Certificates.Select(SourceOf).Distinct()];
        var set = CertificateSet.Load(sources, config.Tls.OcspStapling, now, previous, files);
        foreach (var problem in set.Problems)
            diagnostics.Add(problem.At(config.Certificates.First(node => SourceOf(node) == problem.Source)));
        return set.HasErrors ? null : set;
    }

    private static CertificateSource SourceOf(CertificateConfig node) => new(node.Cert, node.Key);

    private static CertificateSet? Development(
        BreakwaterConfig config, string? dataDirectory, DateTimeOffset now, CertificateSet? previous, ConfigurationFiles files, List<ConfigDiagnostic> diagnostics)
    {
        if (dataDirectory is null || config.Listeners.FirstOrDefault(listener => listener.Tls) is not { } listener) return CertificateSet.Empty;
        try
        {
            var names = config.Zones.SelectMany(zone => zone.Hosts).Where(host => host.Kind != HostPatternKind.Any).Select(host => host.ToString());
            var kept = DevelopmentCertificate.In(dataDirectory);
            var source = files.IsGiven(kept.CertificatePath) && files.IsGiven(kept.KeyPath) ? kept : DevelopmentCertificate.Ensure(dataDirectory, names, now);
            return CertificateSet.Load([source], ocspStapling: false, now, previous, files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(ConfigDiagnostic.Error(
                listener.PositionOf("tls"),
                $"the development certificate cannot be kept in {dataDirectory} ({exception.Message})",
                "let the edge's user write there, or configure 'certificates'"));
            return null;
        }
    }
}
