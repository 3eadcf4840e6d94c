using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Tls;

/// <summary>What a certificate is to be like.</summary>
internal sealed record Wanted
{
    public string? CommonName { get; init; } = "test";

    public string[] Names { get; init; } = [];

    public Func<AsymmetricAlgorithm> NewKey { get; init; } = () => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public DateTimeOffset From { get; init; } = TestPki.Now.AddDays(-10);

    public DateTimeOffset Until { get; init; } = TestPki.Now.AddDays(80);

    public string[] Usages { get; init; } = ["1.3.6.1.5.5.7.3.1"];

    public string? OcspResponder { get; init; }

    public string? IssuerUri { get; init; }

    public static Func<AsymmetricAlgorithm> Rsa(int bits = 2048) => () => RSA.Create(bits);

    public static Func<AsymmetricAlgorithm> Curve(ECCurve curve) => () => ECDsa.Create(curve);
}

/// <summary>A certificate and its key.</summary>
internal sealed record Issued(X509Certificate2 Certificate, AsymmetricAlgorithm Key)
{
    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";
}

/// <summary>An authority with an intermediate, made once for all tests: making keys takes time.</summary>
internal static class TestPki
{
    /// <summary>The time at which what is issued is valid. The real one, for TLS libraries look at the machine's clock.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    public static readonly Issued Root = Authority("Test root", null);
    public static readonly Issued Intermediate = Authority("Test intermediate", Root);
    public static readonly Issued OtherRoot = Authority("Another root", null);

    /// <summary>Of a client that knows the root and nothing else: the intermediate must come from the server.</summary>
    public static X509ChainPolicy TrustRoot() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { Root.Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    public static Issued Authority(string name, Issued? issuer)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        var certificate = issuer is null
            ? request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(5))
            : request.Create(issuer.Certificate.SubjectName, Generator(issuer.Key), Now.AddYears(-1), Now.AddYears(4), RandomNumberGenerator.GetBytes(8));
        return new Issued(certificate, key);
    }

    public static Issued Issue(Wanted wanted, Issued? issuer = null)
    {
        issuer ??= Intermediate;
        var key = wanted.NewKey();
        string subject = wanted.CommonName is null ? "O=nobody" : $"CN={wanted.CommonName}";
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        if (wanted.Names.Length > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (string name in wanted.Names)
            {
                if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
                else names.AddDnsName(name);
            }
            request.CertificateExtensions.Add(names.Build());
        }
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (wanted.Usages.Length > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. wanted.Usages.Select(oid => new Oid(oid))], false));
        if (wanted.OcspResponder is not null || wanted.IssuerUri is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(
                wanted.OcspResponder is null ? null : [wanted.OcspResponder], wanted.IssuerUri is null ? null : [wanted.IssuerUri]));
        }
        var certificate = request.Create(
            issuer.Certificate.SubjectName, Generator(issuer.Key), wanted.From, wanted.Until, RandomNumberGenerator.GetBytes(8));
        return new Issued(certificate, key);
    }

    private static X509SignatureGenerator Generator(AsymmetricAlgorithm key) =>
        key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)key);

    /// <summary>Issues and writes the pair: certificate with intermediate, and key.</summary>
    public static CertificateSource Write(TemporaryDirectory directory, string name, Wanted wanted) => Write(directory, name, Issue(wanted));

    public static CertificateSource Write(TemporaryDirectory directory, string name, Issued issued) => new(
        directory.Write(name + ".pem", issued.CertificatePem + Intermediate.CertificatePem),
        directory.Write(name + ".key", issued.KeyPem));

    /// <summary>A set from freshly issued certificates, in order.</summary>
    public static CertificateSet Set(TemporaryDirectory directory, params Wanted[] wanted)
    {
        var set = CertificateSet.Load([.. wanted.Select((w, i) => Write(directory, $"c{i}", w))], ocspStapling: false, Now);
        Assert.False(set.HasErrors, string.Join('\n', set.Problems));
        return set;
    }
}
