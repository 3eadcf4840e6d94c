using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Breakwater.Drills.Ground;

/// <summary>A self-signed certificate with its key, for a drill. Immutable.</summary>
/// <param name="Certificate">PEM.</param>
/// <param name="Key">PEM.</param>
/// <param name="Thumbprint">What tells it from others.</param>
internal sealed record DrillCertificate(string Certificate, string Key, string Thumbprint)
{
    /// <summary>Makes one for a name.</summary>
    public static DrillCertificate Make(string name, bool expired = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-30), expired ? now.AddDays(-1) : now.AddDays(30));
        return new DrillCertificate(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), made.Thumbprint);
    }
}
