using System.Net.Security;
using Breakwater.Config;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Breakwater.Edge.Tls;

/// <summary>What a connection's TLS is made of. Immutable.</summary>
/// <param name="Certificates">The certificates.</param>
/// <param name="Settings">The settings.</param>
internal readonly record struct TlsInForce(CertificateSet Certificates, TlsSettings Settings);

/// <summary>
/// Chooses, for each handshake on a listener, certificate and settings: by the ClientHello that <see cref="ClientHelloMiddleware"/> has
/// read. What the TLS library gets is made once for each certificate and shared by all connections, so that a handshake allocates
/// nothing here, and so that sessions can be resumed. Follows the certificates and settings in force for the connection. Thread-safe.
/// </summary>
internal sealed class TlsOptionsFactory
{
    /// <summary>The longest handshake_timeout that can be configured. What really ends a handshake is <see cref="Listeners.OpeningWait"/>;
    /// Kestrel's own timer stays behind it.</summary>
    private static readonly TimeSpan Backstop = TimeSpan.FromMinutes(10);

    private readonly Func<BaseConnectionContext?, TlsInForce> _inForce;
    private readonly List<SslApplicationProtocol> _tcpProtocols = [];
    private readonly List<SslApplicationProtocol> _quicProtocols = [SslApplicationProtocol.Http3];

    // What was in force last, and what was besides: while a candidate is on canary, connections take turns between two.
    private Table? _table;
    private Table? _other;

    /// <param name="inForce">Gives the certificates, never none, and the settings in force for a connection.</param>
    /// <param name="protocols">The HTTP versions that the listener speaks, offered by ALPN.</param>
    public TlsOptionsFactory(Func<BaseConnectionContext?, TlsInForce> inForce, ListenerProtocols protocols)
    {
        _inForce = inForce;
        if (protocols.HasFlag(ListenerProtocols.H2)) _tcpProtocols.Add(SslApplicationProtocol.Http2);
        if (protocols.HasFlag(ListenerProtocols.H1)) _tcpProtocols.Add(SslApplicationProtocol.Http11);
        Options = new TlsHandshakeCallbackOptions { OnConnection = Choose, HandshakeTimeout = Backstop };
    }

    /// <summary>For <c>ListenOptions.UseHttps</c>; serves TLS over TCP and QUIC.</summary>
    public TlsHandshakeCallbackOptions Options { get; }

    private ValueTask<SslServerAuthenticationOptions> Choose(TlsHandshakeCallbackContext context)
    {
        // The library's own reading of the name fails when the hello spans several records; ours does not. QUIC has no SslStream.
        var hello = context.Connection.Features.Get<ClientHelloFeature>()?.Hello;
        string? name = hello is null ? HostName.Normalize(context.ClientHelloInfo.ServerName) : hello.ServerName;
        return new(Choose(context.Connection, name, hello, isQuic: context.SslStream is null));
    }

    /// <summary>The options for a handshake.</summary>
    /// <param name="connection">The connection; null where none is meant.</param>
    /// <param name="serverName">The name asked for, normalised; null for none.</param>
    /// <param name="hello">What the client can do; null when it is not to be had, as of QUIC.</param>
    /// <param name="isQuic">Whether it is for HTTP/3.</param>
    internal SslServerAuthenticationOptions Choose(BaseConnectionContext? connection, string? serverName, ClientHello? hello, bool isQuic)
    {
        var table = TableFor(_inForce(connection));
        var certificate = table.Certificates.Select(serverName, hello)
            ?? throw new InvalidOperationException("A TLS listener has no certificate. Configurations without one must not be promoted.");
        return (isQuic ? table.Quic : table.Tcp)[certificate];
    }

    /// <summary>The table for what is in force. Made anew when that has changed; two threads may do so at once, which costs only time.</summary>
    private Table TableFor(TlsInForce inForce)
    {
        var table = Volatile.Read(ref _table);
        if (table?.InForce == inForce) return table;
        var other = Volatile.Read(ref _other);
        if (other?.InForce == inForce) return other;

        Volatile.Write(ref _other, table);
        table = new Table(inForce, _tcpProtocols, _quicProtocols);
        Volatile.Write(ref _table, table);
        return table;
    }

    private sealed class Table
    {
        public Table(TlsInForce inForce, List<SslApplicationProtocol> tcp, List<SslApplicationProtocol> quic)
        {
            InForce = inForce;
            var settings = inForce.Settings;
            foreach (var certificate in Certificates.Certificates)
            {
                var context = settings.Trust is { } trust ? certificate.CreateContext(trust) : certificate.Context;
                Tcp.Add(certificate, settings.CreateOptions(context, tcp));
                Quic.Add(certificate, settings.CreateOptions(context, quic));
            }
        }

        public TlsInForce InForce { get; }

        public CertificateSet Certificates => InForce.Certificates;

        public Dictionary<ServerCertificate, SslServerAuthenticationOptions> Tcp { get; } = new(ReferenceEqualityComparer.Instance);

        public Dictionary<ServerCertificate, SslServerAuthenticationOptions> Quic { get; } = new(ReferenceEqualityComparer.Instance);
    }
}
