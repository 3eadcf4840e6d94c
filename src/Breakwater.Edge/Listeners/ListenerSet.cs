using System.Net;
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
    private readonly List<ListenOptions> _bound = [];

    /// <summary>The bound addresses.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. _bound.Select(options => (EndPoint?)options.IPEndPoint ?? new System.Net.Sockets.UnixDomainSocketEndPoint(options.SocketPath!))];

    /// <summary>Sets Kestrel up.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = config.Limits.MaxStreamsPerConnection;
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

    private void Compose(ListenOptions options, ListenerConfig listener)
    {
        _bound.Add(options);
        string name = listener.Address.ToString();
        var gate = new ConnectionGate(plane, name);
        var protocols = new ProtocolSwitch(plane, name, listener.Protocols);
        options.Protocols = HttpProtocols.Http2;
        options.Use(gate.CountAll);
        options.Use(gate.CountClient);
        options.Use(protocols.Middleware);
    }
}
