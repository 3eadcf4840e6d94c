using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Breakwater.Edge.Origins.Http2;

/// <summary>Makes the client that speaks HTTP/2 to one origin: by ALPN over TLS, by prior knowledge on plain connections (RFC 9113 §3.3).</summary>
internal static class OriginHttp2Client
{
    /// <summary>A client that does nothing of its own accord: no redirects, cookies, proxies, decompression or trace fields.</summary>
    public static HttpMessageInvoker Create(OriginTlsSettings? tls, OriginResolver resolver, OriginSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = TimeSpan.FromMicroseconds(settings.Pool.IdleTimeout),
            PooledConnectionLifetime = settings.Pool.MaxAge == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMicroseconds(settings.Pool.MaxAge),
            ConnectCallback = (_, cancellation) => ConnectAsync(resolver, cancellation),
        };
        if (tls is not null)
        {
            handler.SslOptions = tls.CreateOptions([SslApplicationProtocol.Http2]);
        }

        return new HttpMessageInvoker(handler);
    }

    private static async ValueTask<Stream> ConnectAsync(OriginResolver resolver, CancellationToken cancellation)
    {
        EndPoint endPoint = await resolver.GetEndPointAsync().ConfigureAwait(false)
            ?? throw new SocketException((int)SocketError.HostNotFound);
        Socket socket = OriginSocket.Create(endPoint);
        try
        {
            await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            resolver.OnConnectFailed(endPoint);
            socket.Dispose();
            throw;
        }
    }
}
