using System.Net;
using System.Net.Quic;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Lifecycle;
using Breakwater.Edge.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Listeners;

/// <summary>The listeners of an edge: fixed for the life of the process. Immutable once the edge has started.</summary>
/// <remarks>
/// <code>accept ─ count ─ [PROXY protocol] ─ count per client ─ [ClientHello ─ TLS] ─ HTTP/1.1 (ours) | HTTP/2 (Kestrel)</code>
/// </remarks>
internal sealed partial class ListenerSet(BreakwaterConfig config, DataPlane plane)
{
    private readonly List<BoundListener> _bound = [];

    /// <summary>The bound addresses.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. _bound.Select(listener => listener.EndPoint)];

    /// <summary>The listeners with their bound addresses. One listener is several here when systemd passed several sockets of its name.</summary>
    public IReadOnlyList<BoundListener> Bound => _bound;

    /// <summary>Sets Kestrel up.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        Limit(kestrel.Limits, config.Limits);
        foreach (ListenerConfig listener in config.Listeners)
        {
            Listen(kestrel, listener.Address, options => Compose(options, listener));
        }
    }

    /// <summary>Whether a listener speaks HTTP/3, for which Kestrel needs QUIC. Says so in the log when one should and the platform has none (libmsquic).</summary>
    public bool NeedQuic()
    {
        bool wanted = config.Listeners.Any(listener => listener.Protocols.HasFlag(ListenerProtocols.H3));
        if (wanted && !QuicListener.IsSupported)
        {
            Log.NoQuic(plane.Loggers.CreateLogger("Breakwater.Listeners"));
        }

        return wanted && QuicListener.IsSupported;
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> compose)
    {
        switch (address.Kind)
        {
            case ListenAddressKind.AnyIp:
                kestrel.ListenAnyIP(address.Port, compose);
                break;
            case ListenAddressKind.Localhost:
                kestrel.ListenLocalhost(address.Port, compose);
                break;
            case ListenAddressKind.UnixSocket:
                kestrel.ListenUnixSocket(address.Name!, compose);
                break;
            case ListenAddressKind.Systemd:
                foreach (int descriptor in SystemdSockets.Inherited.Find(address.Name!))
                {
                    kestrel.ListenHandle((ulong)descriptor, compose);
                }

                break;
            default:
                kestrel.Listen(address.Ip!, address.Port, compose);
                break;
        }
    }

    /// <summary>The same limits for HTTP/2 and 3 as our own front end has, in Kestrel's terms.</summary>
    private static void Limit(KestrelServerLimits limits, LimitsConfig config)
    {
        TimeSpan grace = config.RateGrace < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : config.RateGrace;
        limits.MaxRequestBodySize = null;
        limits.MaxRequestHeaderCount = config.MaxHeaderCount;
        limits.MaxRequestHeadersTotalSize = config.MaxHeadSize;
        limits.MaxRequestLineSize = Math.Min(config.MaxTargetSize + 64, config.MaxHeadSize);
        limits.RequestHeadersTimeout = config.HeaderTimeout;
        limits.KeepAliveTimeout = config.IdleTimeout;
        limits.MinRequestBodyDataRate = config.MinReadRate == 0 ? null : new MinDataRate(config.MinReadRate, grace);
        limits.MinResponseDataRate = config.MinWriteRate == 0 ? null : new MinDataRate(config.MinWriteRate, grace);
        limits.Http2.MaxStreamsPerConnection = config.MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = Math.Min(config.MaxLineSize, config.MaxHeadSize);
    }

    private static bool SpeaksHttp3(ListenerConfig listener) => listener.Protocols.HasFlag(ListenerProtocols.H3) && QuicListener.IsSupported;

    private void Compose(ListenOptions options, ListenerConfig listener)
    {
        _bound.Add(new BoundListener(listener, options));
        string name = listener.Address.ToString();
        var gate = new ConnectionGate(plane, name);
        var protocols = new ProtocolSwitch(plane, listener, name);
        options.Use(gate.CountAll);
        if (listener.ProxyProtocol != ProxyProtocolMode.Off)
        {
            options.Use(new ProxyProtocolMiddleware(plane, name, listener.ProxyProtocol).Middleware);
        }

        options.Use(gate.CountClient);
        if (listener.Tls)
        {
            options.Protocols = SpeaksHttp3(listener) ? HttpProtocols.Http1AndHttp2AndHttp3 : HttpProtocols.Http1AndHttp2;
            var tls = new TlsOptionsFactory(InForce, listener.Protocols);
            options.UseTls(new ClientHelloMiddleware(plane, name), tls);
        }
        else
        {
            options.Protocols = HttpProtocols.Http2;
        }

        options.Use(protocols.Middleware);
    }

    private TlsInForce InForce(BaseConnectionContext? connection)
    {
        Generation generation = connection is null ? plane.Live : plane.InForce.For(plane.Lanes.Of(connection.ConnectionId));
        return new TlsInForce(generation.Certificates, generation.Settings.Tls);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "HTTP/3 is off: the QUIC library (libmsquic) is not installed. HTTP/1.1 and HTTP/2 are served.")]
        public static partial void NoQuic(ILogger logger);
    }
}
