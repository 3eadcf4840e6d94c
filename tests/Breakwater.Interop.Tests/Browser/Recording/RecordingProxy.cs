using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>
/// Where the browser believes the whole Internet to be: TLS and HTTP/1.1 on a loopback port. The bytes of a connection go to the site of that name
/// unchanged, and back; each request that went through is reported. A name of no site is refused. Thread-safe; owned by one recording.
/// </summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlyDictionary<string, IPEndPoint> _sites;
    private readonly Action<string, byte[]> _seen;
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly Task _accepting;

    /// <param name="sites">Where each name is served: plain HTTP/1.1 on loopback.</param>
    /// <param name="seen">Called with the name and the bytes of each request.</param>
    public RecordingProxy(IReadOnlyDictionary<string, IPEndPoint> sites, Action<string, byte[]> seen)
    {
        _sites = sites;
        _seen = seen;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What makes Chromium resolve every name to here and trust the certificate: this one, no other.</summary>
    public IEnumerable<string> Switches =>
    [
        $"--host-resolver-rules=MAP * {_listener.LocalEndpoint}, EXCLUDE 127.0.0.1",
        $"--ignore-certificate-errors-spki-list={Convert.ToBase64String(SHA256.HashData(_certificate.PublicKey.ExportSubjectPublicKeyInfo()))}",
    ];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _certificate.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient visitor = client;
        using TcpClient site = new();
        try
        {
            await using SslStream tls = new(visitor.GetStream());
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http11] }, _end.Token);
            string name = tls.TargetHostName;
            if (!_sites.TryGetValue(name, out IPEndPoint? endpoint)) return;

            // Browsers open connections ahead of need; a site with one process must not wait at one that says nothing.
            byte[] buffer = new byte[64 * 1024];
            int read = await tls.ReadAsync(buffer, _end.Token);
            if (read == 0) return;
            await site.ConnectAsync(endpoint, _end.Token);
            NetworkStream origin = site.GetStream();
            Task back = CopyBackAsync(origin, tls);
            RequestSplitter requests = new(request => _seen(name, request));
            for (; read > 0; read = await tls.ReadAsync(buffer, _end.Token))
            {
                requests.Append(buffer.AsSpan(0, read));
                await origin.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }

            site.Close();
            await back;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two went away; the other follows.
        }
    }

    private async Task CopyBackAsync(NetworkStream from, SslStream to)
    {
        try
        {
            await from.CopyToAsync(to, _end.Token);
            await to.ShutdownAsync();
            to.Close();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // As above.
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=example.org", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("*.example.org");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
