using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Breakwater.Edge.Tests.Forwarding;
using Breakwater.Edge.Tests.Tls;

namespace Breakwater.Edge.Tests.Endurance;

/// <summary>
/// Load over TLS from the platform's client, in one version of HTTP: a few requests at a time, GET and PUT, on connections that are replaced
/// every half second, so that each certificate is met. Certificates are verified. Thread-safe.
/// </summary>
internal sealed class TlsLoad
{
    public const string Host = "shop.example.com";

    private const int Loops = 3;

    private readonly ConcurrentDictionary<string, bool> _certificates = new();
    private readonly HttpMessageInvoker _client;
    private readonly Task[] _loops;
    private long _answered;
    private volatile bool _over;

    /// <summary>Begins.</summary>
    public TlsLoad(IPEndPoint server, Version version)
    {
        Version = version;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMilliseconds(500),
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(server, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = TestPki.TrustRoot(),
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    _certificates.TryAdd(((X509Certificate2)certificate!).Thumbprint, true);
                    return errors == SslPolicyErrors.None;
                },
            },
        });
        _loops = [.. Enumerable.Range(0, Loops).Select(i => Task.Run(() => LoopAsync(i)))];
    }

    public Version Version { get; }

    /// <summary>What went wrong.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Requests that were answered well.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>How many different certificates were shown.</summary>
    public int Certificates => _certificates.Count;

    /// <summary>Ends when the requests under way are over.</summary>
    public async Task StopAsync()
    {
        _over = true;
        await Task.WhenAll(_loops);
        _client.Dispose();
    }

    private async Task LoopAsync(int number)
    {
        byte[] body = new byte[1024];
        body.AsSpan().Fill(BlockingOrigin.BodyByte);
        for (int i = number; !_over; i++)
        {
            using var request = new HttpRequestMessage(i % 4 == 0 ? HttpMethod.Put : HttpMethod.Get, $"https://{Host}/catalog?item={i}")
            {
                Version = Version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = i % 4 == 0 ? new ByteArrayContent(body) : null,
            };
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                using HttpResponseMessage response = await _client.SendAsync(request, patience.Token);
                byte[] answer = await response.Content.ReadAsByteArrayAsync(patience.Token);
                if (response.StatusCode == HttpStatusCode.OK && answer.Length == 1024)
                {
                    Interlocked.Increment(ref _answered);
                }
                else
                {
                    Failures.Enqueue($"{request.Method} over HTTP/{Version} → {(int)response.StatusCode}, {answer.Length} bytes");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                Failures.Enqueue($"{request.Method} over HTTP/{Version}: {exception.Message} {exception.InnerException?.Message}");
            }
        }
    }
}
