using System.Net.Sockets;

namespace Breakwater.Edge.Connections.Polling;

/// <summary>Linux' error numbers of sockets in the platform's words. Stateless.</summary>
internal static class SocketErrors
{
    /// <summary>EISCONN: it is connected, which was to be found out.</summary>
    public const int IsConnected = 106;

    /// <summary>EALREADY and EINPROGRESS: it goes on connecting.</summary>
    public static bool IsConnecting(int error) => error is 114 or 115;

    /// <summary>The platform's word.</summary>
    public static SocketError Of(int error) => error switch
    {
        1 or 13 => SocketError.AccessDenied,
        2 or 99 => SocketError.AddressNotAvailable,
        11 => SocketError.WouldBlock,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        23 or 24 => SocketError.TooManyOpenSockets,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
