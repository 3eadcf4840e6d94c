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
/// An origin that is spoken to in HTTP/2 only is asked over the connection that its requests share; an origin without a path to check
/// passes when it accepts the connection.
/// </summary>
internal static class NetworkProbe
{
    private const string UserAgent = "Breakwater-Health";

    private static readonly HeadLimits Limits = HeadLimits.Default with { MaxBytes = 16 * 1024 };

    /// <summary>Makes the check. The problem in words, or null; throws what sockets and TLS throw.</summary>
    public static Task<string?> CheckAsync(Origin origin, HealthCheckSettings settings, CancellationToken cancellation) =>
        origin.Identity.Protocol == OriginProtocol.H2 && settings.Path is { } path
            ? AskHttp2Async(origin, path, settings, cancellation)
            : ConnectAsync(origin, settings, cancellation);

    private static async Task<string?> ConnectAsync(Origin origin, HealthCheckSettings settings, CancellationToken cancellation)
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
        if (settings.Path is not { } path)
        {
            return null;
        }

        string request = $"GET {path} HTTP/1.1\r\nHost: {Host(origin, settings)}\r\nUser-Agent: {UserAgent}\r\nAccept: */*\r\nConnection: close\r\n\r\n";
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
                    return Judge(head.StatusCode, settings);
                }

                head.Clear();
            }
        }
    }

    private static async Task<string?> AskHttp2Async(Origin origin, string path, HealthCheckSettings settings, CancellationToken cancellation)
    {
        string scheme = origin.Tls is null ? "http" : "https";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://{Encoding.ASCII.GetString(origin.Authority)}{path}")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = Host(origin, settings);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        using HttpResponseMessage response = await origin.Http2.SendAsync(request, cancellation).ConfigureAwait(false);
        return Judge((int)response.StatusCode, settings);
    }

    private static string Host(Origin origin, HealthCheckSettings settings) =>
        settings.Host ?? Encoding.ASCII.GetString(origin.HostField ?? origin.Authority);

    private static string? Judge(int status, HealthCheckSettings settings) =>
        status >= settings.MinStatus && status <= settings.MaxStatus
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it answers {status}, not {settings.MinStatus} to {settings.MaxStatus}");
}
