using System.Net;
using System.Net.Sockets;
using Breakwater.Edge.Connections;

namespace Breakwater.Edge.Origins;

/// <summary>Makes the sockets of connections to origins. Stateless.</summary>
internal static class OriginSocket
{
    /// <summary>A socket for an address, or for the path of a Unix-domain socket; not yet connected.</summary>
    /// <exception cref="SocketException">The system makes none, or the last file descriptors are kept (<see cref="DescriptorReserve"/>): <see cref="SocketError.TooManyOpenSockets"/>.</exception>
    public static Socket Create(EndPoint endPoint)
    {
        Socket socket = endPoint.AddressFamily == AddressFamily.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (!DescriptorReserve.OfProcess.IsShortForOrigins(socket))
        {
            return socket;
        }

        socket.Dispose();
        throw new SocketException((int)SocketError.TooManyOpenSockets);
    }
}
