using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Tls;

/// <summary>
/// Makes a <see cref="ServerCertificate"/> of two PEM files and finds out what is wrong with them. Reads files and blocks: for
/// start, reload and check, never for a connection. Stateless.
/// </summary>
internal static class CertificateLoader
{
    private const int MinRsaBits = 2048;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", AnyUsage = "2.5.29.37.0";
    private const string GetAnother = "have the certificate issued again";

    /// <summary>Loads the pair. Null when there is an error among the problems found.</summary>
    /// <param name="source">The files.</param>
    /// <param name="ocspStapling">Whether OCSP responses may be fetched for it.</param>
    /// <param name="now">The time that it should be valid at.</param>
    /// <param name="problems">Problems are added here.</param>
    /// <param name="loaded">What may be loaded already: returned as it is when both files still have its content.</param>
    /// <param name="files">Where they are read; null = from disk.</param>
    public static ServerCertificate? Load(
        CertificateSource source, bool ocspStapling, DateTimeOffset now, List<CertificateProblem> problems, ServerCertificate? loaded = null,
        ConfigurationFiles? files = null)
    {
        files ??= new ConfigurationFiles();
        var file = CertificateFile.Certificate;
        try
        {
            PemFile certificates = PemFile.Read(source.CertificatePath, files);
            file = CertificateFile.Key;
            PemFile keys = PemFile.Read(source.KeyPath, files);
            string hash = certificates.Hash + keys.Hash;

            var found = new Findings(source, problems);
            file = CertificateFile.Certificate;
            List<X509Certificate2> chain = certificates.Certificates();
            file = CertificateFile.Key;
            using AsymmetricAlgorithm key = keys.Key();
            if (Match(chain, key, found) is not { } leaf) return null;
            if (!IsStrong(leaf, key, found)) return null;

            WarnOfDates(leaf, now, found);
            WarnOfUsage(leaf, found);
            WarnOfChain(chain, found);
            List<string> names = NamesOf(leaf, found);
            if (loaded?.FileHash == hash && loaded.Source == source) return loaded;

            file = CertificateFile.Certificate;
            return new ServerCertificate(source, hash, Join(leaf, key), [.. chain.Where(other => other != leaf)], names, ocspStapling);
        }
        catch (BadPemException bad)
        {
            problems.Add(new CertificateProblem(source, file, IsError: true, bad.Message, bad.Remedy));
        }
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException or ArgumentException)
        {
            problems.Add(new CertificateProblem(source, file, IsError: true, $"is of no use to TLS here ({exception.Message})", GetAnother));
        }
        return null;
    }

    /// <summary>The problems of one pair.</summary>
    private readonly struct Findings(CertificateSource source, List<CertificateProblem> problems)
    {
        public void Error(CertificateFile file, string problem, string remedy) =>
            problems.Add(new CertificateProblem(source, file, IsError: true, problem, remedy));

        public void Warn(string problem, string remedy) =>
            problems.Add(new CertificateProblem(source, CertificateFile.Certificate, IsError: false, problem, remedy));
    }

    /// <summary>The certificate that the key belongs to: the first, by custom; any other is found too.</summary>
    private static X509Certificate2? Match(List<X509Certificate2> chain, AsymmetricAlgorithm key, Findings found)
    {
        byte[] wanted = key.ExportSubjectPublicKeyInfo();
        var leaf = chain.Find(certificate => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(wanted));
        if (leaf is null)
        {
            found.Error(CertificateFile.Key, "is not the key of this certificate", "name the key that the certificate was issued for");
        }
        else if (leaf != chain[0])
        {
            found.Warn("the certificate of the key is not the first in the file", "put it first, then its intermediates: other programs need that");
        }
        return leaf;
    }

    private static bool IsStrong(X509Certificate2 leaf, AsymmetricAlgorithm key, Findings found)
    {
        if (key is RSA && key.KeySize < MinRsaBits)
        {
            found.Error(CertificateFile.Key, $"is an RSA key of {key.KeySize} bits: TLS libraries refuse less than {MinRsaBits}", "make a P-256 or RSA-2048 key and have a certificate issued for it");
            return false;
        }
        if (key is ECDsa && ServerCertificate.CurveOf(leaf) == 0)
        {
            found.Error(CertificateFile.Key, "is on a curve that TLS clients do not take", "make a P-256 key and have a certificate issued for it");
            return false;
        }
        bool selfSigned = leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData);
        if (!selfSigned && IsBrokenHash(leaf.SignatureAlgorithm.Value))
        {
            found.Error(CertificateFile.Certificate, $"is signed with {leaf.SignatureAlgorithm.FriendlyName}, which can be forged", GetAnother);
            return false;
        }
        return true;
    }

    /// <summary>Signatures with MD5 or SHA-1.</summary>
    private static bool IsBrokenHash(string? oid) =>
        oid is "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" or "1.3.14.3.2.29";

    private static void WarnOfDates(X509Certificate2 leaf, DateTimeOffset now, Findings found)
    {
        if (leaf.NotAfter.ToUniversalTime() < now.UtcDateTime)
            found.Warn($"expired on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}", "renew it: clients refuse it");
        else if (leaf.NotBefore.ToUniversalTime() > now.UtcDateTime)
            found.Warn($"is valid only from {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", "wait until then, or set this machine's clock");
    }

    private static void WarnOfUsage(X509Certificate2 leaf, Findings found)
    {
        var usage = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (usage is not null && !usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value is ServerAuthentication or AnyUsage))
            found.Warn("is not meant for servers (its extended key usage lacks serverAuth)", GetAnother);
    }

    /// <summary>A certificate that says where its issuer's can be had is not issued by a root that clients know.</summary>
    private static void WarnOfChain(List<X509Certificate2> chain, Findings found)
    {
        if (chain.Count > 1) return;
        bool namesIssuer = chain[0].Extensions.OfType<X509AuthorityInformationAccessExtension>().Any(access => access.EnumerateCAIssuersUris().Any());
        if (namesIssuer)
            found.Warn($"the intermediate certificate is missing ({chain[0].Issuer})", "append it to the file (fullchain.pem): some clients cannot find it themselves");
    }

    /// <summary>DNS names of the subjectAltName; without that extension the common name, which only old programs look at (RFC 9525 §2).</summary>
    private static List<string> NamesOf(X509Certificate2 leaf, Findings found)
    {
        var alternatives = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        List<string> names = [];
        if (alternatives is not null)
        {
            names.AddRange(alternatives.EnumerateDnsNames().Select(Normalize).OfType<string>().Distinct());
            return names;
        }
        if (Normalize(leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) is { } name)
        {
            found.Warn($"has no subjectAltName; its common name {name} will do for choosing it, but browsers refuse it", GetAnother);
            names.Add(name);
        }
        return names;
    }

    /// <summary>A name to be looked up; null for what can match no server name: addresses, a wildcard that is not the whole first label.</summary>
    private static string? Normalize(string name) =>
        name.StartsWith("*.", StringComparison.Ordinal)
            ? HostName.Normalize(name.AsSpan(2)) is { } parent ? "*." + parent : null
            : HostName.Normalize(name);

    private static X509Certificate2 Join(X509Certificate2 leaf, AsymmetricAlgorithm key)
    {
        var joined = key is RSA rsa ? leaf.CopyWithPrivateKey(rsa) : leaf.CopyWithPrivateKey((ECDsa)key);
        if (!OperatingSystem.IsWindows()) return joined;
        using (joined)
        {
            // SChannel wants a key that a key store knows.
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
        }
    }
}
