using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Breakwater.Edge.Tls;

/// <summary>The kind of a certificate's key.</summary>
internal enum CertificateKey : byte
{
    Rsa,
    Ecdsa,
}

/// <summary>
/// A certificate, ready to serve: leaf with key, intermediates, names. Immutable; shared by all connections. It is not disposed when
/// it is replaced, for handshakes may still use it: the runtime lets go of it after the last.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly X509Certificate2Collection _intermediates;
    private readonly bool _stapling;

    internal ServerCertificate(
        CertificateSource source, string fileHash, X509Certificate2 leaf, X509Certificate2Collection intermediates, IReadOnlyList<string> names, bool ocspStapling)
    {
        Source = source;
        FileHash = fileHash;
        Leaf = leaf;
        Names = names;
        NotBefore = leaf.NotBefore.ToUniversalTime();
        NotAfter = leaf.NotAfter.ToUniversalTime();
        Key = leaf.GetKeyAlgorithm() == "1.2.840.10045.2.1" ? CertificateKey.Ecdsa : CertificateKey.Rsa;
        Curve = Key == CertificateKey.Ecdsa ? CurveOf(leaf) : (ushort)0;
        _intermediates = intermediates;
        _stapling = ocspStapling && NamesResponder(leaf);
        Context = CreateContext(null);
    }

    public CertificateSource Source { get; }

    /// <summary>Identifies the content of both files: equal hashes, same certificate.</summary>
    public string FileHash { get; }

    /// <summary>The certificate itself, with its private key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Host names that it is good for: lower case, <c>shop.example</c> or <c>*.shop.example</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    public CertificateKey Key { get; }

    /// <summary>The named group of an ECDSA key (RFC 8446 §4.2.7): 23, 24 or 25; 0 for RSA.</summary>
    public ushort Curve { get; }

    /// <summary>What TLS serves. One object for as long as the certificate is the same: session tickets and the stapled OCSP response
    /// hang on it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>As <see cref="Context"/>, naming to clients the authorities whose certificates are wanted.</summary>
    public SslStreamCertificateContext CreateContext(SslCertificateTrust? trust) =>
        // Offline, unless there is an OCSP responder to ask: then missing intermediates may be fetched too.
        SslStreamCertificateContext.Create(Leaf, _intermediates, offline: !_stapling, trust);

    /// <summary>The named group of a certificate's elliptic curve; 0 for one that TLS 1.3 cannot use.</summary>
    internal static ushort CurveOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPublicKey();
        return key?.ExportParameters(false).Curve.Oid.Value switch
        {
            "1.2.840.10045.3.1.7" => 23,   // P-256
            "1.3.132.0.34" => 24,          // P-384
            "1.3.132.0.35" => 25,          // P-521
            _ => 0,
        };
    }

    private static bool NamesResponder(X509Certificate2 leaf) =>
        leaf.Extensions.OfType<X509AuthorityInformationAccessExtension>().Any(access => access.EnumerateOcspUris().Any());
}
