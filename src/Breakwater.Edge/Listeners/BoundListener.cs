using System.Net;
using System.Net.Sockets;
using Breakwater.Config;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Breakwater.Edge.Listeners;

/// <summary>A listener and the socket it was given. Immutable once the edge has started.</summary>
internal sealed class BoundListener(ListenerConfig config, ListenOptions options)
{
    /// <summary>What the configuration says of it.</summary>
    public ListenerConfig Config => config;

    /// <summary>The bound address; a port that the system chose is filled in.</summary>
    public EndPoint EndPoint => field ??= options.IPEndPoint ?? (options.SocketPath is { } path ? new UnixDomainSocketEndPoint(path) : Inherited());

    /// <summary>The HTTP versions spoken: those of the configuration, HTTP/3 only where it is really listened for.</summary>
    public ListenerProtocols Protocols =>
        options.Protocols.HasFlag(HttpProtocols.Http3) ? config.Protocols : config.Protocols & ~ListenerProtocols.H3;

    /// <summary>The address of a socket that was opened by somebody else, who alone knew it.</summary>
    private EndPoint Inherited()
    {
        using SafeSocketHandle handle = new((nint)options.FileHandle, ownsHandle: false);
        using Socket socket = new(handle);
        return socket.LocalEndPoint ?? options.EndPoint;
    }
}
