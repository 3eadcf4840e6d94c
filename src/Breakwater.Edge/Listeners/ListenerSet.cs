using Breakwater.Config;
using Breakwater.Edge.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Breakwater.Edge.Listeners;

/// <summary>Puts the listeners of a configuration together. Stateless.</summary>
/// <remarks>
/// <code>accept ─ count ─ [PROXY protocol] ─ count per client ─ [ClientHello ─ TLS] ─ HTTP/1.1 (ours) | HTTP/2 (Kestrel)</code>
/// </remarks>
internal static class ListenerSet
{
    /// <summary>Sets Kestrel up.</summary>
    public static void Configure(KestrelServerOptions kestrel, BreakwaterConfig config, DataPlane plane)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = config.Limits.MaxStreamsPerConnection;
        foreach (ListenerConfig listener in config.Listeners)
        {
            Listen(kestrel, listener.Address, options => Compose(options, listener, plane));
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
            default:
                kestrel.Listen(address.Ip!, address.Port, compose);
                break;
        }
    }

    private static void Compose(ListenOptions options, ListenerConfig listener, DataPlane plane)
    {
        string name = listener.Address.ToString();
        var gate = new ConnectionGate(plane, name);
        var protocols = new ProtocolSwitch(plane, name, listener.Protocols);
        options.Protocols = HttpProtocols.Http2;
        options.Use(gate.CountAll);
        options.Use(gate.CountClient);
        options.Use(protocols.Middleware);
    }
}
