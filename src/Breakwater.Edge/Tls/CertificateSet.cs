using Breakwater.Edge.Files;

namespace Breakwater.Edge.Tls;

/// <summary>All certificates of the edge at one time, and what was found wrong with them. Immutable.</summary>
internal sealed class CertificateSet
{
    private readonly SniTable _table;

    private CertificateSet(IReadOnlyList<ServerCertificate> certificates, IReadOnlyList<CertificateProblem> problems, bool ocspStapling, DateTimeOffset now)
    {
        Certificates = certificates;
        Problems = problems;
        OcspStapling = ocspStapling;
        _table = new SniTable(certificates, now);
    }

    /// <summary>No certificates.</summary>
    public static CertificateSet Empty { get; } = new([], [], false, DateTimeOffset.UnixEpoch);

    /// <summary>The certificates that serve, in configured order; the first is the default.</summary>
    public IReadOnlyList<ServerCertificate> Certificates { get; }

    public IReadOnlyList<CertificateProblem> Problems { get; }

    /// <summary>Whether a pair could not be loaded at all.</summary>
    public bool HasErrors => Problems.Any(problem => problem.IsError);

    /// <summary>Whether OCSP responses are fetched and stapled.</summary>
    public bool OcspStapling { get; }

    /// <summary>Loads every pair; those with errors are left out. Reads files.</summary>
    /// <param name="sources">The pairs, in order of preference.</param>
    /// <param name="ocspStapling">Whether OCSP responses are fetched and stapled, where the platform does it.</param>
    /// <param name="now">The time that they should be valid at.</param>
    /// <param name="previous">What served before: a pair whose files have not changed is taken from it, with its session tickets.</param>
    /// <param name="files">Where they are read; null = from disk.</param>
    public static CertificateSet Load(
        IReadOnlyList<CertificateSource> sources, bool ocspStapling, DateTimeOffset now, CertificateSet? previous = null, ConfigurationFiles? files = null)
    {
        var problems = new List<CertificateProblem>();
        var certificates = new List<ServerCertificate>(sources.Count);
        foreach (var source in sources)
        {
            var before = previous?.OcspStapling == ocspStapling ? previous.Find(source) : null;
            if (CertificateLoader.Load(source, ocspStapling, now, problems, before, files) is { } certificate) certificates.Add(certificate);
        }
        return new CertificateSet(certificates, problems, ocspStapling, now);
    }

    /// <summary>The certificate from these files, or null.</summary>
    public ServerCertificate? Find(CertificateSource source) => Certificates.FirstOrDefault(certificate => certificate.Source == source);

    /// <inheritdoc cref="SniTable.Find"/>
    public ServerCertificate? Select(string? serverName, ClientHello? hello) => _table.Find(serverName, hello);
}
