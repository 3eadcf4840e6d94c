using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Breakwater.Config;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Tls;

/// <summary>TLS toward clients, compiled from the configuration. Immutable. Meanings and defaults: docs/configuration.md, tls.</summary>
internal sealed class TlsSettings
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly bool _resumption = true;
    private readonly ClientCertificateMode _clientCertificates;
    private readonly X509Certificate2Collection _roots = [];
    private readonly X509Certificate2Collection _intermediates = [];

    private TlsSettings(TlsConfig config)
    {
        Protocols = config.MinVersion == TlsVersion.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
        _resumption = config.SessionTickets;
        _clientCertificates = config.ClientCertificates.Mode;
    }

    /// <summary>The defaults.</summary>
    public static TlsSettings Default { get; } = new(new TlsConfig());

    /// <summary>The versions offered.</summary>
    public SslProtocols Protocols { get; }

    /// <summary>Whether clients are asked for a certificate.</summary>
    public bool AsksForClientCertificate => _clientCertificates != ClientCertificateMode.Off;

    /// <summary>Compiles; reads the file with the authorities of client certificates. Null when there is an error among the diagnostics added.</summary>
    public static TlsSettings? Compile(TlsConfig config, ConfigurationFiles files, List<ConfigDiagnostic> diagnostics)
    {
        var settings = new TlsSettings(config);
        if (!settings.AsksForClientCertificate) return settings;

        SourcePosition position = config.ClientCertificates.PositionOf("ca");
        string path = config.ClientCertificates.Ca!;
        try
        {
            foreach (var authority in PemFile.Read(path, files).Certificates())
            {
                bool isRoot = authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData);
                (isRoot ? settings._roots : settings._intermediates).Add(authority);
            }
        }
        catch (BadPemException bad)
        {
            diagnostics.Add(ConfigDiagnostic.Error(position, $"{path}: {bad.Message}", bad.Remedy));
            return null;
        }
        if (settings._roots.Count > 0) return settings;
        diagnostics.Add(ConfigDiagnostic.Error(position, $"{path}: holds no root certificate, so that no client's certificate could be verified", "add the self-signed certificate of the authority to the file"));
        return null;
    }

    /// <summary>The authorities named to clients, so that they can choose a fitting certificate; null when none is asked for.</summary>
    public SslCertificateTrust? Trust =>
        AsksForClientCertificate ? field ??= SslCertificateTrust.CreateForX509Collection(_roots, sendTrustInHandshake: true) : null;

    /// <summary>What a TLS library needs to serve one certificate with one set of application protocols. To be made once and shared.</summary>
    public SslServerAuthenticationOptions CreateOptions(SslStreamCertificateContext certificate, List<SslApplicationProtocol> applicationProtocols)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = Protocols,
            ApplicationProtocols = applicationProtocols,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,

            // No CipherSuitesPolicy: the platform's defaults are sound, and with one .NET resumes no session. Resumption and client
            // certificates exclude each other: a resumed session brings back the client's certificate without its intermediates, so
            // it could not be verified again.
            AllowTlsResume = _resumption && !AsksForClientCertificate,
        };
        if (!AsksForClientCertificate) return options;

        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = CreateChainPolicy();
        options.RemoteCertificateValidationCallback = _clientCertificates == ClientCertificateMode.Required ? AcceptGood : AcceptGoodOrNone;
        return options;
    }

    /// <summary>Only the configured authorities, only certificates for clients, and nothing fetched: a client's certificate names
    /// addresses of its choice, and the edge must not go there.</summary>
    private X509ChainPolicy CreateChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_intermediates);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private static bool AcceptGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && errors == SslPolicyErrors.None;

    private static bool AcceptGoodOrNone(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null || errors == SslPolicyErrors.None;
}
