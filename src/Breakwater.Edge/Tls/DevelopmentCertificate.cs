using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Breakwater.Edge.Tls;

/// <summary>
/// A self-signed certificate for trying things out: ECDSA P-256, for localhost and given names. It is kept in the data directory, so
/// that the exception that somebody made for it in a browser survives restarts. Stateless.
/// </summary>
internal static class DevelopmentCertificate
{
    /// <summary>The longest that Apple's systems accept for a certificate of one's own.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);

    internal static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The two files in a data directory.</summary>
    public static CertificateSource In(string dataDirectory) =>
        new(Path.Combine(dataDirectory, "tls", "development.pem"), Path.Combine(dataDirectory, "tls", "development.key"));

    /// <summary>Makes sure that a good one is there: the one from before, unless it is about to expire or lacks a name.</summary>
    /// <param name="dataDirectory">The edge's data directory.</param>
    /// <param name="names">Names and addresses besides localhost; wildcards as <c>*.example</c>.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static CertificateSource Ensure(string dataDirectory, IEnumerable<string> names, DateTimeOffset now)
    {
        var source = In(dataDirectory);
        string[] wanted = [.. names.Select(name => name.ToLowerInvariant()).Prepend("localhost").Distinct()];
        if (IsGood(source, wanted, now)) return source;

        string directory = Path.GetDirectoryName(source.CertificatePath)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Create(key, wanted, now);
        Write(source.KeyPath, key.ExportPkcs8PrivateKeyPem(), OwnerOnly);
        Write(source.CertificatePath, certificate.ExportCertificatePem(), OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return source;
    }

    private static bool IsGood(CertificateSource source, string[] wanted, DateTimeOffset now)
    {
        var problems = new List<CertificateProblem>();
        if (!File.Exists(source.CertificatePath)
            || CertificateLoader.Load(source, ocspStapling: false, now, problems) is not { } certificate
            || certificate.NotBefore > now
            || certificate.NotAfter < now + RenewBefore)
        {
            return false;
        }
        var alternatives = certificate.Leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (alternatives is null) return false;
        string[] there = [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())];
        return wanted.All(name => there.Contains(IPAddress.TryParse(name, out var address) ? address.ToString() : name));
    }

    private static X509Certificate2 Create(ECDsa key, string[] names, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=Breakwater development certificate", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddIpAddress(IPAddress.Loopback);
        alternatives.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (string name in names)
        {
            if (!IPAddress.TryParse(name, out var address)) alternatives.AddDnsName(name);
            else if (!IPAddress.IsLoopback(address)) alternatives.AddIpAddress(address);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now.Add(Lifetime));
    }

    /// <summary>Writes beside the file and renames, so that nobody reads half of it; with its rights from the first byte on.</summary>
    private static void Write(string path, string text, UnixFileMode mode)
    {
        string temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using (var writer = new StreamWriter(temporary, options)) writer.WriteLine(text);
        File.Move(temporary, path, overwrite: true);
    }
}
