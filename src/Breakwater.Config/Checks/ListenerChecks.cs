using System.Net;
using System.Net.Sockets;

namespace Breakwater.Config.Checks;

/// <summary>Listeners, certificates and TLS toward clients.</summary>
internal static class ListenerChecks
{
    public static void Run(BreakwaterConfig config, bool isComplete, DiagnosticList diagnostics)
    {
        foreach (ListenerConfig listener in config.Listeners) CheckListener(listener, diagnostics);
        CheckOverlaps(config, diagnostics);
        CheckCertificates(config, isComplete, diagnostics);
        CheckClientCertificates(config.Tls.ClientCertificates, diagnostics);
    }

    /// <summary>Whether a socket bound to one address would take connections for the other, so that the second cannot be bound.</summary>
    public static bool Overlap(ListenAddress a, ListenAddress b)
    {
        bool areIp = IsIp(a) && IsIp(b);
        return areIp ? a.Port == b.Port && a.Port != 0 && (Covers(a, b) || Covers(b, a)) : a == b;
    }

    /// <summary>Whether a listener answers on one of the machine's own addresses.</summary>
    public static bool AnswersOn(ListenAddress listener, IPAddress ip, int port) =>
        IsIp(listener) && Overlap(listener, ListenAddress.Of(new IPEndPoint(ip, port)));

    private static bool IsIp(ListenAddress address) =>
        address.Kind is ListenAddressKind.Ip or ListenAddressKind.AnyIp or ListenAddressKind.Localhost;

    private static bool Covers(ListenAddress wide, ListenAddress narrow) => wide.Kind switch
    {
        ListenAddressKind.AnyIp => true,
        ListenAddressKind.Localhost => narrow.Kind == ListenAddressKind.Localhost
            || IPAddress.Loopback.Equals(narrow.Ip) || IPAddress.IPv6Loopback.Equals(narrow.Ip),
        // A socket on [::] takes IPv4 too.
        _ when wide.Ip!.Equals(IPAddress.IPv6Any) => true,
        _ when wide.Ip.Equals(IPAddress.Any) => narrow.Kind == ListenAddressKind.Localhost
            || narrow.Ip?.AddressFamily == AddressFamily.InterNetwork,
        _ => wide.Ip.Equals(narrow.Ip),
    };

    private static void CheckListener(ListenerConfig listener, DiagnosticList diagnostics)
    {
        if (listener.Tls && listener.RedirectToHttps is not null)
        {
            diagnostics.Error(
                listener.PositionOf("redirect_to_https"), "a listener with TLS is https already",
                "put 'redirect_to_https' on the listener without TLS");
        }
        if (!listener.Protocols.HasFlag(ListenerProtocols.H3) || listener.CanSpeakH3) return;
        (string problem, string remedy) =
            !listener.Tls ? ("'h3' without TLS", "add 'tls: true', or remove h3")
            : listener.ProxyProtocol != ProxyProtocolMode.Off ? ("'h3' cannot come with the PROXY protocol", "remove one of the two")
            : ("'h3' needs an IP address to listen on", "remove h3");
        diagnostics.Error(listener.PositionOf("protocols"), problem, remedy);
    }

    private static void CheckOverlaps(BreakwaterConfig config, DiagnosticList diagnostics)
    {
        List<(ListenAddress Address, string Name)> seen = [];
        foreach (ListenerConfig listener in config.Listeners) Add(listener.Address, "another listener", listener.PositionOf("address"));
        if (config.Admin.Address is { } admin) Add(admin, "a listener", config.Admin.PositionOf("address"));

        void Add(ListenAddress address, string other, SourcePosition position)
        {
            (ListenAddress Address, string Name) first = seen.Find(s => Overlap(s.Address, address));
            if (first.Address is not null)
            {
                diagnostics.Error(
                    position, $"{address} is taken by {other}, on {first.Address}", "choose another address, or remove one of the two");
            }
            seen.Add((address, other));
        }
    }

    private static void CheckCertificates(BreakwaterConfig config, bool isComplete, DiagnosticList diagnostics)
    {
        foreach (CertificateConfig certificate in config.Certificates.Where(c => c.Key.Length == 0))
        {
            diagnostics.Error(certificate.PositionOf("cert"), "a certificate without its key", "set BREAKWATER_KEY too");
        }
        if (!isComplete) return;
        ListenerConfig? tls = config.Listeners.FirstOrDefault(l => l.Tls);
        if (tls is not null && config.Certificates.Count == 0)
        {
            diagnostics.Warning(
                tls.PositionOf("tls"), "TLS without a certificate: a self-signed one will serve, which browsers refuse",
                "add 'certificates' for other use than development");
        }
        if (tls is null && config.Certificates.Count > 0)
        {
            diagnostics.Warning(
                config.PositionOf("certificates"), "no listener uses these certificates", "add 'tls: true' to a listener, or remove them");
        }
    }

    private static void CheckClientCertificates(ClientCertificatesConfig clients, DiagnosticList diagnostics)
    {
        if (clients.Mode != ClientCertificateMode.Off && !clients.IsWritten("ca"))
        {
            diagnostics.Error(
                clients.PositionOf("mode"), "client certificates without 'ca': nobody could tell good ones from bad",
                "name the file with the authorities that issue them");
        }
        if (clients.Mode == ClientCertificateMode.Off && clients.Ca is not null)
        {
            diagnostics.Warning(
                clients.PositionOf("ca"), "'ca' has no effect while 'mode' is off", "set 'mode' to optional or required, or remove it");
        }
    }
}
