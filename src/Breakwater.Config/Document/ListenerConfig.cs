namespace Breakwater.Config;

/// <summary>One address on which the edge accepts connections. Immutable.</summary>
public sealed record ListenerConfig : ConfigNode
{
    private readonly ListenerProtocols? _protocols;

    /// <summary>The address.</summary>
    public required ListenAddress Address { get; init; }

    /// <summary>Whether connections begin with a TLS handshake.</summary>
    public bool Tls { get; init; }

    /// <summary>
    /// The HTTP versions spoken. When not set: HTTP/1.1 and HTTP/2, and HTTP/3 too where QUIC can carry it (TLS, an IP address, no PROXY
    /// protocol).
    /// </summary>
    public ListenerProtocols Protocols
    {
        get => _protocols
            ?? ListenerProtocols.H1 | ListenerProtocols.H2 | (CanSpeakH3 ? ListenerProtocols.H3 : ListenerProtocols.None);
        init => _protocols = value;
    }

    /// <summary>The PROXY protocol header that every connection must begin with.</summary>
    public ProxyProtocolMode ProxyProtocol { get; init; }

    /// <summary>
    /// The https port to which every request is sent with 308; null = requests are served. Never set together with <see cref="Tls"/>.
    /// </summary>
    public int? RedirectToHttps { get; init; }

    internal bool CanSpeakH3 =>
        Tls && ProxyProtocol == ProxyProtocolMode.Off
        && Address.Kind is ListenAddressKind.Ip or ListenAddressKind.AnyIp or ListenAddressKind.Localhost;
}

/// <summary>HTTP versions of a listener.</summary>
[Flags]
public enum ListenerProtocols
{
    /// <summary>None; never the value of a listener.</summary>
    None = 0,

    /// <summary>HTTP/1.0 and HTTP/1.1.</summary>
    H1 = 1,

    /// <summary>HTTP/2: by ALPN with TLS, by prior knowledge without.</summary>
    H2 = 2,

    /// <summary>HTTP/3 on the UDP port of the same number.</summary>
    H3 = 4,
}

/// <summary>The PROXY protocol version a listener demands.</summary>
public enum ProxyProtocolMode
{
    /// <summary>No PROXY protocol: a header would be read as HTTP and refused.</summary>
    Off,

    /// <summary>Version 1, text.</summary>
    V1,

    /// <summary>Version 2, binary.</summary>
    V2,

    /// <summary>Either version.</summary>
    Any,
}
