using System.Net;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Connections;
using Breakwater.Edge.Lifecycle;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Breakwater.Edge.Listeners;

/// <summary>The listeners of an edge: fixed for the life of the process. Immutable once the edge has started.</summary>
/// <remarks>
/// <code>accept ─ count ─ [PROXY protocol] ─ count per client ─ [ClientHello ─ TLS] ─ HTTP/1.1 (ours) | HTTP/2 (Kestrel)</code>
/// </remarks>
internal sealed class ListenerSet(BreakwaterConfig config, DataPlane plane)
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

    /// <summary>Warns of what a reload can't change.</summary>
    public IEnumerable<ConfigDiagnostic> CompareWith(BreakwaterConfig next)
    {
        if (!next.Listeners.Equals(config.Listeners))
        {
            yield return ConfigDiagnostic.Warning(
                next.PositionOf("listeners"), "listeners differ from those the edge was started with", "restart the edge to listen elsewhere");
        }
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

    private void Compose(ListenOptions options, ListenerConfig listener)
    {
        _bound.Add(new BoundListener(listener, options));
        string name = listener.Address.ToString();
        var gate = new ConnectionGate(plane, name);
        var protocols = new ProtocolSwitch(plane, listener, name);
        options.Protocols = HttpProtocols.Http2;
        options.Use(gate.CountAll);
        options.Use(gate.CountClient);
        options.Use(protocols.Middleware);
    }
}
