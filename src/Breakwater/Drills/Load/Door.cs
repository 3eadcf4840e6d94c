using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Breakwater.Drills.Load;

/// <summary>Where a load connects to. Immutable.</summary>
/// <param name="Address">A port on the loopback interface, or a Unix socket.</param>
/// <param name="ServerName">The name that is asked for in TLS; null = no TLS. Whatever certificate comes is taken.</param>
internal sealed record Door(EndPoint Address, string? ServerName = null)
{
    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    /// <exception cref="IOException">The handshake failed.</exception>
    public async Task<Stream> OpenAsync(CancellationToken cancel)
    {
        bool isIp = Address is IPEndPoint;
        Socket socket = new(Address.AddressFamily, SocketType.Stream, isIp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (isIp)
            {
                socket.NoDelay = true;
            }

            await socket.ConnectAsync(Address, cancel);
            NetworkStream stream = new(socket, ownsSocket: true);
            return ServerName is null ? stream : await SecureAsync(stream, ServerName, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The thumbprint of the certificate that is presented there.</summary>
    public async Task<string?> ThumbprintAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        await using SslStream stream = (SslStream)await OpenAsync(limit.Token);
        return stream.RemoteCertificate?.GetCertHashString();
    }

    private static async Task<Stream> SecureAsync(Stream inner, string name, CancellationToken cancel)
    {
        SslStream secure = new(inner);
        try
        {
            // The certificate is the drill's own; what matters is that the edge presents one and serves.
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = name, RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, cancel);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
