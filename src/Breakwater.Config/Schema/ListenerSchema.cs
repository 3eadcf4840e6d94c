using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Listeners, certificates and TLS toward clients.</summary>
internal static class ListenerSchema
{
    public static Section<ListenerConfig> Listener { get; } = new Section<ListenerConfig>(
        "listener", "a listener", "One address on which the edge accepts connections.", () => new() { Address = ListenAddress.AnyIp(8080) })
        .Key("address", Values.ListenAddress, l => l.Address, (l, v) => l with { Address = v },
            "`0.0.0.0:8080`, `[::]:8080`, `:8080` (every address, IPv4 and IPv6), `localhost:8080`, `unix:/run/breakwater.sock`, or "
                + "`systemd:NAME` for a socket that systemd passes on. Port 0 lets the system choose.",
            "", Presence.Required, aka: ["listen", "bind", "addr", "port", "host"])
        .Key("tls", Values.Boolean, l => l.Tls, (l, v) => l with { Tls = v },
            "Whether connections begin with a TLS handshake.", "TLS needs a certificate that browsers accept.", aka: ["ssl", "https"])
        .Key("protocols", Values.Protocols, l => l.Protocols, (l, v) => l with { Protocols = v },
            "HTTP versions: `h1` (HTTP/1.0 and 1.1), `h2` (by ALPN with TLS, by prior knowledge without), `h3` (QUIC on the UDP port of "
                + "the same number; needs TLS).",
            "All that the listener can carry: `h3` only with TLS, on IP addresses, without the PROXY protocol.",
            aka: ["protocol", "alpn", "http2"], shown: "`[h1, h2]`, with TLS `[h1, h2, h3]`")
        .Key("proxy_protocol", Values.Choice(
                ("off", ProxyProtocolMode.Off), ("v1", ProxyProtocolMode.V1), ("v2", ProxyProtocolMode.V2), ("any", ProxyProtocolMode.Any)),
            l => l.ProxyProtocol, (l, v) => l with { ProxyProtocol = v },
            "The PROXY protocol header that every connection must begin with. Whoever reaches such a listener can name any client "
                + "address: let only the load balancer reach it.",
            "Without a load balancer that sends it, every connection would be refused.", aka: ["accept_proxy"])
        .Key("redirect_to_https", Values.Redirect, l => l.RedirectToHttps, (l, v) => l with { RedirectToHttps = v },
            "Answer every request with 308 to the same URL over https: `true` for port 443, or the port.",
            "The edge cannot know whether TLS reaches it from outside.", aka: ["redirect", "https_redirect"], shown: "`false`");

    public static Section<CertificateConfig> Certificate { get; } = new Section<CertificateConfig>(
        "certificate", "a certificate",
        "A certificate and its key, PEM files, paths relative to the configuration file. Both are read again when they change; a pair "
            + "that does not fit is refused and the old one stays.",
        () => new() { Cert = "", Key = "" })
        .Key("cert", Values.File, c => c.Cert, (c, v) => c with { Cert = v },
            "The certificate, followed by its intermediates (`fullchain.pem`).", "", Presence.Required,
            aka: ["certificate", "crt", "chain", "file", "ssl_certificate"])
        .Key("key", Values.File, c => c.Key, (c, v) => c with { Key = v },
            "Its private key, not encrypted (`privkey.pem`).", "", Presence.Required, aka: ["private_key", "ssl_certificate_key"]);

    public static Section<ClientCertificatesConfig> ClientCertificates { get; } = new Section<ClientCertificatesConfig>(
        "client_certificates", "'client_certificates'", "Certificates asked of clients (mutual TLS).", () => new())
        .Key("mode", Values.Choice(
                ("off", ClientCertificateMode.Off), ("optional", ClientCertificateMode.Optional),
                    ("required", ClientCertificateMode.Required)),
            c => c.Mode, (c, v) => c with { Mode = v },
            "`optional` asks and checks what is shown; `required` refuses clients that show none.",
            "Browsers ask their user when a server asks.")
        .Key("ca", Values.File, c => c.Ca, (c, v) => c with { Ca = v },
            "PEM file with the authorities that issue the certificates. Needed unless `mode` is `off`.",
            "The system's authorities sign everybody's certificates: trusting them would let everybody in.", aka: ["ca_file", "cafile"]);

    public static Section<TlsConfig> Tls { get; } = new Section<TlsConfig>(
        "tls", "'tls'", "TLS toward clients, on every TLS listener.", () => new())
        .Key("min_version", Values.Choice(("1.2", TlsVersion.Tls12), ("1.3", TlsVersion.Tls13)),
            t => t.MinVersion, (t, v) => t with { MinVersion = v },
            "The oldest TLS version accepted.", "1.0 and 1.1 are deprecated (RFC 8996); 1.2 is still the newest that some clients know.",
            aka: ["min", "protocols", "ssl_protocols", "minimum_version"])
        .Key("session_tickets", Values.Boolean, t => t.SessionTickets, (t, v) => t with { SessionTickets = v },
            "Whether clients can resume sessions with tickets.", "A resumed handshake costs a fraction of a full one.")
        .Key("ocsp_stapling", Values.Boolean, t => t.OcspStapling, (t, v) => t with { OcspStapling = v },
            "Whether OCSP responses are fetched and stapled, where the platform does it.",
            "Spares clients a look-up; without effect for certificates that name no responder.", aka: ["ssl_stapling", "stapling"])
        .Key("client_certificates", ClientCertificates.Syntax, t => t.ClientCertificates, (t, v) => t with { ClientCertificates = v },
            "Certificates asked of clients.", "", aka: ["client_auth", "mtls"]);
}
