using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Origins;

/// <summary>
/// How TLS is spoken to an origin: whom to expect, whom to trust, what to show. Immutable, compared by what it says (files by their
/// contents, so that a changed certificate makes new connections). Its options are shared by all connections, which lets sessions resume.
/// </summary>
internal sealed class OriginTlsSettings : IEquatable<OriginTlsSettings>
{
    /// <summary>The largest file of certificates or keys: all authorities that systems trust take a twentieth of it.</summary>
    private const long MaxFileBytes = 4 << 20;

    private readonly string _identity;
    private readonly bool _verify;
    private readonly X509ChainPolicy? _trust;
    private readonly SslStreamCertificateContext? _shown;
    private readonly string _credentials;

    /// <param name="serverName">The name to send (unless it is an address) and to verify.</param>
    /// <param name="verify">Whether the certificate must be good for the name.</param>
    /// <param name="authorities">Whom to trust; null = the system's authorities.</param>
    /// <param name="shown">The certificate to show, with its key, and what else its file held; null = none.</param>
    public OriginTlsSettings(
        string serverName,
        bool verify = true,
        X509Certificate2Collection? authorities = null,
        (X509Certificate2 Certificate, X509Certificate2Collection Chain)? shown = null)
    {
        ServerName = serverName;
        _verify = verify;
        if (authorities is not null)
        {
            _trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            _trust.CustomTrustStore.AddRange(authorities);
        }

        if (shown is var (certificate, chain))
        {
            _shown = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }

        _credentials = string.Join('|', Hash(authorities), shown?.Certificate.GetCertHashString(HashAlgorithmName.SHA256), Hash(shown?.Chain));
        _identity = string.Join('|', verify, serverName, _credentials);
        Http1 = CreateOptions([SslApplicationProtocol.Http11]);
    }

    private OriginTlsSettings(OriginTlsSettings other, string serverName)
    {
        ServerName = serverName;
        _verify = other._verify;
        _trust = other._trust;
        _shown = other._shown;
        _credentials = other._credentials;
        _identity = string.Join('|', _verify, serverName, _credentials);
        Http1 = CreateOptions([SslApplicationProtocol.Http11]);
    }

    /// <summary>The name that is sent and verified.</summary>
    public string ServerName { get; }

    /// <summary>Whether the certificate must be good for the name.</summary>
    public bool Verifies => _verify;

    /// <summary>The options for HTTP/1.1 connections; not to be changed.</summary>
    public SslClientAuthenticationOptions Http1 { get; }

    /// <summary>The same trust and the same certificate to show, toward a server of another name.</summary>
    public OriginTlsSettings WithServerName(string serverName) => new(this, serverName);

    /// <summary>Reads what the configuration names. Null when a file is missing or not what it should be; the diagnostics say which.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="host">The host of the origin's URL.</param>
    /// <param name="files">Where files are read.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static OriginTlsSettings? Load(OriginTlsConfig config, string host, ConfigurationFiles files, ICollection<ConfigDiagnostic> diagnostics)
    {
        string key = "ca";
        try
        {
            X509Certificate2Collection? authorities = null;
            if (config.Ca is not null)
            {
                authorities = [];
                authorities.ImportFromPem(TextOf(config.Ca, files));
                if (authorities.Count == 0)
                {
                    throw new CryptographicException("it holds no certificate");
                }
            }

            (X509Certificate2, X509Certificate2Collection)? shown = null;
            if (config.ClientCert is not null)
            {
                key = "client_cert";
                X509Certificate2Collection chain = [];
                string text = TextOf(config.ClientCert, files);
                chain.ImportFromPem(text);
                shown = (X509Certificate2.CreateFromPem(text, config.ClientKey is null ? text : TextOf(config.ClientKey, files)), chain);
            }

            return new OriginTlsSettings(config.Sni ?? host, config.Verify, authorities, shown);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.Add(key == "ca"
                ? ConfigDiagnostic.Error(config.PositionOf(key), $"cannot use the authorities in {config.Ca}: {exception.Message}", "give a PEM file with the certificates of those who issue the origin's certificate")
                : ConfigDiagnostic.Error(config.PositionOf(key), $"cannot use the client certificate {config.ClientCert} with the key {config.ClientKey}: {exception.Message}", "give two PEM files that belong together, the key without a password"));
            return null;
        }
    }

    /// <summary>Options for other protocols, as <see cref="Http1"/>.</summary>
    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "Only where the operator wrote verify: false.")]
    public SslClientAuthenticationOptions CreateOptions(List<SslApplicationProtocol> protocols)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = ServerName,
            ApplicationProtocols = protocols,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = _trust,
            ClientCertificateContext = _shown,
        };
        if (!_verify)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        return options;
    }

    /// <inheritdoc/>
    public bool Equals(OriginTlsSettings? other) => other is not null && _identity == other._identity;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OriginTlsSettings);

    /// <inheritdoc/>
    public override int GetHashCode() => _identity.GetHashCode(StringComparison.Ordinal);

    private static string TextOf(string path, ConfigurationFiles files) => Encoding.UTF8.GetString(files.Read(path, MaxFileBytes));

    private static string Hash(X509Certificate2Collection? certificates)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (X509Certificate2 certificate in certificates ?? [])
        {
            hash.AppendData(certificate.RawData);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
