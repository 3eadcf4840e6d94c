using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Tests.Origins.Health;

public class NetworkProbeTests
{
    private static readonly OriginSettings Checked = new() { Health = new HealthCheckSettings { Path = "/healthz" } };

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", null)]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", "it answers 404, not 200 to 399")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", "it answers 503, not 200 to 399")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", null)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", null)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\n\r\n", "it answers 500, not 200 to 399")]
    [InlineData("", "it closed the connection without an answer")]
    [InlineData("HTTP/1.1 200", "it closed the connection without an answer")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "its answer is malformed: BadStatusLine")]
    public async Task TheStatusDecides(string answer, string? problem)
    {
        await using var server = new ProbedServer(answer);
        using var lab = new OriginLab();
        Assert.Equal(problem, await CheckAsync(lab, server.Url));
        Assert.Equal($"GET /healthz HTTP/1.1\r\nHost: {server.Url.Authority}\r\nUser-Agent: Breakwater-Health\r\nAccept: */*\r\nConnection: close\r\n\r\n", server.Request);
    }

    [Fact]
    public async Task AHeadWithoutEndIsNotReadForEver()
    {
        await using var server = new ProbedServer("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 10_000)));
        using var lab = new OriginLab();
        Assert.StartsWith("its answer is malformed: ", await CheckAsync(lab, server.Url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "the origin's own")]
    [InlineData(null, "fixed.example", "fixed.example")]
    [InlineData("health.example", "fixed.example", "health.example")]
    public async Task TheHostIsTheOneGivenOrTheOneThatRequestsGet(string? health, string? requests, string expected)
    {
        await using var server = new ProbedServer("HTTP/1.1 200 OK\r\n\r\n");
        using var lab = new OriginLab();
        OriginSettings settings = new() { Health = new HealthCheckSettings { Host = health }, HostField = requests is null ? null : Encoding.ASCII.GetBytes(requests) };
        Assert.Null(await CheckAsync(lab, server.Url, settings));
        Assert.Contains($"\r\nHost: {(expected == "the origin's own" ? server.Url.Authority : expected)}\r\n", server.Request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyThereIsAProblem()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var lab = new OriginLab();
        Assert.Equal("Connection refused", await CheckAsync(lab, new Uri($"http://127.0.0.1:{port}")));
    }

    [Fact]
    public async Task ANameThatDoesNotResolveIsAProblem()
    {
        using var lab = new OriginLab { Lookup = (_, _) => Task.FromResult<IPAddress[]>([]) };
        Assert.Equal("its name does not resolve", await CheckAsync(lab, new Uri("http://gone.example")));
    }

    [Fact]
    public async Task WithoutAPathAConnectionIsEnough()
    {
        await using var server = new ProbedServer("");
        using var lab = new OriginLab();
        Assert.Null(await CheckAsync(lab, server.Url, new OriginSettings { Health = new HealthCheckSettings { Path = null } }));
    }

    [Fact]
    public async Task OverTlsTheCertificateIsVerifiedToo()
    {
        using var authority = new TestAuthority();
        using X509Certificate2 certificate = authority.Issue("127.0.0.1");
        using var lab = new OriginLab();
        await using (var server = new ProbedServer("HTTP/1.1 200 OK\r\n\r\n", certificate))
        {
            Assert.Null(await CheckAsync(lab, server.Url, tls: new OriginTlsSettings("127.0.0.1", authorities: [authority.Certificate])));
        }

        await using (var server = new ProbedServer("HTTP/1.1 200 OK\r\n\r\n", certificate))
        {
            await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() =>
                CheckAsync(lab, server.Url, tls: new OriginTlsSettings("127.0.0.1")));
        }
    }

    [Fact]
    public async Task AUnixSocketIsChecked()
    {
        string folder = Directory.CreateTempSubdirectory("breakwater-").FullName;
        try
        {
            await using var server = new ProbedServer("HTTP/1.1 200 OK\r\n\r\n", new UnixDomainSocketEndPoint(Path.Combine(folder, "app.sock")));
            using var lab = new OriginLab();
            Assert.Null(await CheckAsync(lab, new Uri($"unix:{folder}/app.sock")));
            Assert.Contains("\r\nHost: localhost\r\n", server.Request, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(503, "it answers 503, not 200 to 399")]
    public async Task AnOriginThatSpeaksHttp2IsAskedInHttp2(int status, string? problem)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endPoint => endPoint.Protocols = HttpProtocols.Http2));
        await using WebApplication server = builder.Build();
        string? seen = null;
        server.Run(context =>
        {
            seen = $"{context.Request.Protocol} {context.Request.Method} {context.Request.Host} {context.Request.Path} {context.Request.Headers.UserAgent}";
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await server.StartAsync();

        using var lab = new OriginLab();
        OriginSettings settings = new() { Health = new HealthCheckSettings { Path = "/healthz", Host = "shop.example" } };
        Assert.Equal(problem, await CheckAsync(lab, new Uri(server.Urls.Single()), settings, protocol: OriginProtocol.H2));
        Assert.Equal("HTTP/2 GET shop.example /healthz Breakwater-Health", seen);
    }

    private static Task<string?> CheckAsync(OriginLab lab, Uri url, OriginSettings? settings = null, OriginTlsSettings? tls = null, OriginProtocol protocol = OriginProtocol.Auto)
    {
        settings ??= Checked;
        OriginGroup group = lab.Registry.Compose("shop", new OriginGroupSettings(), [new OriginDefinition(url) { Settings = settings, Tls = tls, Protocol = protocol }]);
        lab.Registry.Adopt([group]);
        return NetworkProbe.CheckAsync(group.Origins[0], settings.Health!, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>A server that reads one request, sends what it was given, and closes.</summary>
    private sealed class ProbedServer : IAsyncDisposable
    {
        private readonly Socket _listener;
        private readonly Task _serving;

        public ProbedServer(string answer, X509Certificate2? certificate = null)
            : this(answer, new IPEndPoint(IPAddress.Loopback, 0), certificate)
        {
            Url = new Uri($"http{(certificate is null ? "" : "s")}://{_listener.LocalEndPoint}");
        }

        public ProbedServer(string answer, EndPoint endPoint, X509Certificate2? certificate = null)
        {
            _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(endPoint);
            _listener.Listen();
            _serving = ServeAsync(answer, certificate);
        }

        public Uri Url { get; } = new("unix:/");

        public string Request { get; private set; } = "";

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving;
        }

        private async Task ServeAsync(string answer, X509Certificate2? certificate)
        {
            try
            {
                using Socket socket = await _listener.AcceptAsync();
                using var network = new NetworkStream(socket);
                Stream stream = network;
                if (certificate is not null)
                {
                    var ssl = new SslStream(network);
                    await ssl.AuthenticateAsServerAsync(certificate);
                    stream = ssl;
                }

                byte[] buffer = new byte[4096];
                while (!Request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    int count = await stream.ReadAsync(buffer);
                    if (count == 0)
                    {
                        return;
                    }

                    Request += Encoding.ASCII.GetString(buffer, 0, count);
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                await stream.FlushAsync();
                socket.Shutdown(SocketShutdown.Send);

                // Until the other side has closed, so that what it has not read yet is not thrown away.
                while (await stream.ReadAsync(buffer) > 0)
                {
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client had enough, or the test is over.
            }
        }
    }
}
