using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Breakwater.Config;
using Breakwater.Http;

namespace Breakwater.Edge.Origins.Health;

/// <summary>
/// A health check over a fresh connection of its own: connects, shakes hands where the origin speaks TLS, and asks for the path with
/// HTTP/1.1. Of the answer only the head is read. A fresh connection, because a pooled one would not show that the origin still accepts any.
/// An origin that is spoken to in HTTP/2 only, or has no path to check, passes when it accepts the connection.
/// </summary>
internal static class NetworkProbe
{
    private static readonly HeadLimits Limits = HeadLimits.Default with { MaxBytes = 16 * 1024 };

    /// <summary>Makes the check. The problem in words, or null; throws what sockets and TLS throw.</summary>
    public static async Task<string?> CheckAsync(Origin origin, HealthCheckSettings settings, CancellationToken cancellation)
    {
        EndPoint? endPoint = await origin.Resolver.GetEndPointAsync().ConfigureAwait(false);
        if (endPoint is null)
        {
            return "its name does not resolve";
        }

        using Socket socket = endPoint.AddressFamily == AddressFamily.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            origin.Resolver.OnConnectFailed(endPoint);
            return exception is SocketException ? exception.Message : "no connection in time";
        }

        using var network = new NetworkStream(socket, ownsSocket: false);
        if (origin.Tls is not { } tls)
        {
            return await AskAsync(network, origin, settings, cancellation).ConfigureAwait(false);
        }

        using var ssl = new SslStream(network, leaveInnerStreamOpen: true);
        SslClientAuthenticationOptions options = origin.Identity.Protocol == OriginProtocol.H2
            ? tls.CreateOptions([SslApplicationProtocol.Http2])
            : tls.Http1;
        await ssl.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
        return await AskAsync(ssl, origin, settings, cancellation).ConfigureAwait(false);
    }

    private static async Task<string?> AskAsync(Stream stream, Origin origin, HealthCheckSettings settings, CancellationToken cancellation)
    {
        if (settings.Path is not { } path || origin.Identity.Protocol == OriginProtocol.H2)
        {
            return null;
        }

        string host = settings.Host ?? Encoding.ASCII.GetString(origin.HostField ?? origin.Authority);
        string request = $"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Breakwater-Health\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation).ConfigureAwait(false);

        var head = new ResponseHead(Limits);
        byte[] buffer = new byte[4096];
        while (true)
        {
            int count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                return "it closed the connection without an answer";
            }

            for (int start = 0; start < count;)
            {
                ReadStatus status = head.Read(buffer.AsSpan(start, count - start), MethodKind.Get, out int consumed);
                start += consumed;
                if (status == ReadStatus.Invalid)
                {
                    return $"its answer is malformed: {head.Violation}";
                }

                if (status == ReadStatus.NeedMore)
                {
                    break;
                }

                if (!head.IsInterim)
                {
                    return head.StatusCode >= settings.MinStatus && head.StatusCode <= settings.MaxStatus
                        ? null
                        : string.Create(CultureInfo.InvariantCulture, $"it answers {head.StatusCode}, not {settings.MinStatus} to {settings.MaxStatus}");
                }

                head.Clear();
            }
        }
    }
}
