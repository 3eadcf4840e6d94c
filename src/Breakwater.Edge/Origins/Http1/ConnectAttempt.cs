using System.Net.Sockets;
using System.Security.Authentication;
using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Origins.Http1;

/// <summary>
/// The opening of one connection: what the heartbeat cuts when it takes too long, and where the reason of a failure is kept.
/// Owned by the opener; <see cref="Cut"/> may be called from the heartbeat.
/// </summary>
internal sealed class ConnectAttempt(long deadlineMicros)
{
    private IDisposable? _socket;
    private bool _tls;
    private int _timedOut;

    /// <summary>What went wrong; <see cref="ExchangeEnd.None"/> while nothing has.</summary>
    public ExchangeEnd End { get; private set; }

    /// <summary>What went wrong in the platform's words, for the log; null while nothing has.</summary>
    public string? Detail { get; private set; }

    public void Begin(IDisposable socket) => Volatile.Write(ref _socket, socket);

    public void TlsStarted() => _tls = true;

    /// <summary>Whether it has taken too long.</summary>
    public bool IsOverdue(long nowMicros) => nowMicros > deadlineMicros;

    /// <summary>Ends the attempt as timed out. Thread-safe.</summary>
    public void Cut()
    {
        if (Interlocked.Exchange(ref _timedOut, 1) == 0)
        {
            Volatile.Read(ref _socket)?.Dispose();
        }
    }

    public void Failed(Exception exception)
    {
        Detail = exception.Message;
        End = exception switch
        {
            _ when Volatile.Read(ref _timedOut) != 0 => ExchangeEnd.OriginConnectTimeout,
            AuthenticationException when OriginCertificate.IsRejection(exception) => ExchangeEnd.OriginCertificateInvalid,
            _ when _tls => ExchangeEnd.OriginTlsFailed,
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ExchangeEnd.OriginRefused,
            SocketException { SocketErrorCode: SocketError.TimedOut } => ExchangeEnd.OriginConnectTimeout,
            SocketException { SocketErrorCode: SocketError.ConnectionReset } => ExchangeEnd.OriginReset,

            // The edge has no more file descriptors: nothing that the origin did.
            SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => ExchangeEnd.OriginOverloaded,

            // A socket file that is not there is an origin that does not listen.
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => ExchangeEnd.OriginRefused,
            _ => ExchangeEnd.OriginUnreachable,
        };
    }
}

/// <summary>Tells a refused certificate from other failures of a handshake.</summary>
internal static class OriginCertificate
{
    /// <summary>
    /// Whether the handshake failed because the origin's certificate was not accepted. The platform throws the same exception type for
    /// every failure; an inner exception is there only when the protocol itself failed.
    /// </summary>
    public static bool IsRejection(Exception exception) => exception is AuthenticationException { InnerException: null };
}
