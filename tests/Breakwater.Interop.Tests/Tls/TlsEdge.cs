using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Tests.Tls;
using Breakwater.Edge.Tls;

namespace Breakwater.Interop.Tests.Tls;

/// <summary>
/// An edge with two listeners on loopback: one with TLS and certificates for two hosts, and a plain one that sends everybody there.
/// </summary>
internal sealed class TlsEdge : IAsyncDisposable
{
    /// <summary>Has an ECDSA certificate, the first in the configuration.</summary>
    public const string Shop = "shop.test";

    /// <summary>Has an RSA certificate.</summary>
    public const string Blog = "blog.test";

    /// <summary>The port that the plain listener sends everybody to. Nobody listens there; a test maps it to <see cref="Port"/>.</summary>
    public const int PublicPort = 8443;

    private readonly Edge.Tests.TemporaryDirectory _directory;
    private readonly Edge.Edge _edge;

    private TlsEdge(Edge.Edge edge, Edge.Tests.TemporaryDirectory directory)
    {
        _edge = edge;
        _directory = directory;
        Authority = directory.Write("authority.pem", TestPki.Root.CertificatePem);
    }

    /// <summary>The file with the authority that issued the certificates.</summary>
    public string Authority { get; }

    public IPEndPoint Endpoint => (IPEndPoint)_edge.EndPoints[0];

    public int Port => Endpoint.Port;

    public int PlainPort => ((IPEndPoint)_edge.EndPoints[1]).Port;

    public static async Task<TlsEdge> StartAsync(Uri origin)
    {
        var directory = new Edge.Tests.TemporaryDirectory();
        CertificateSource shop = TestPki.Write(directory, "shop", new Wanted { CommonName = Shop, Names = [Shop, "*." + Shop] });
        CertificateSource blog = TestPki.Write(directory, "blog", new Wanted { CommonName = Blog, Names = [Blog], NewKey = Wanted.Rsa() });
        ListenAddress any = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0));
        return new TlsEdge(
            await Edge.Edge.StartAsync(
                new BreakwaterConfig
                {
                    Listeners = [new ListenerConfig { Address = any, Tls = true }, new ListenerConfig { Address = any, RedirectToHttps = PublicPort }],
                    Certificates = [Certificate(shop), Certificate(blog)],
                    Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
                    Zones = [new ZoneConfig { Name = "interop", Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, origin.Host, origin.Port) }] }],
                },
                new Edge.EdgeOptions()),
            directory);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        _directory.Dispose();
    }

    private static CertificateConfig Certificate(CertificateSource source) => new() { Cert = source.CertificatePath, Key = source.KeyPath };
}
