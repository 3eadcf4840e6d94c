namespace Breakwater.Config;

/// <summary>A certificate with its key, both PEM files. Immutable.</summary>
public sealed record CertificateConfig : ConfigNode
{
    /// <summary>PEM file with the certificate first, then its intermediates. An absolute path.</summary>
    public required string Cert { get; init; }

    /// <summary>PEM file with the private key, not encrypted. An absolute path.</summary>
    public required string Key { get; init; }
}

/// <summary>TLS toward clients. Immutable.</summary>
public sealed record TlsConfig : ConfigNode
{
    /// <summary>The oldest version accepted.</summary>
    public TlsVersion MinVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>Whether sessions can be resumed with tickets.</summary>
    public bool SessionTickets { get; init; } = true;

    /// <summary>Whether OCSP responses are fetched and stapled, where the platform does it.</summary>
    public bool OcspStapling { get; init; } = true;

    /// <summary>Certificates asked of clients.</summary>
    public ClientCertificatesConfig ClientCertificates { get; init; } = new();
}

/// <summary>A TLS version.</summary>
public enum TlsVersion
{
    /// <summary>TLS 1.2 (RFC 5246).</summary>
    Tls12,

    /// <summary>TLS 1.3 (RFC 8446).</summary>
    Tls13,
}

/// <summary>Certificates asked of clients. Immutable.</summary>
public sealed record ClientCertificatesConfig : ConfigNode
{
    /// <summary>Whether a certificate is asked for, or demanded.</summary>
    public ClientCertificateMode Mode { get; init; }

    /// <summary>PEM file with the authorities that issue them. An absolute path; never null unless <see cref="Mode"/> is off.</summary>
    public string? Ca { get; init; }
}

/// <summary>Whether clients show a certificate.</summary>
public enum ClientCertificateMode
{
    /// <summary>Not asked for.</summary>
    Off,

    /// <summary>Asked for and checked; a client without one is served.</summary>
    Optional,

    /// <summary>The handshake fails without a good one.</summary>
    Required,
}
