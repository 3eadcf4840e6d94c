using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Origins.Http1;

namespace Breakwater.Edge.Tests.Origins;

public sealed class OriginTlsSettingsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("breakwater-").FullName;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The name in the origin's certificate, the name asked for, the authority trusted; and what comes of it.
    [Theory]
    [InlineData("shop.example", "shop.example", "right", true, true)]
    [InlineData("shop.example", "other.example", "right", true, false)]
    [InlineData("shop.example", "shop.example", "wrong", true, false)]
    [InlineData("shop.example", "shop.example", "system", true, false)]
    [InlineData("shop.example", "other.example", "system", false, true)]
    [InlineData("127.0.0.1", "127.0.0.1", "right", true, true)]
    [InlineData("127.0.0.2", "127.0.0.1", "right", true, false)]
    public async Task TheOriginMustBeWhomWeExpect(string certificate, string expected, string trusted, bool verify, bool accepted)
    {
        using var stranger = new TestAuthority("Stranger");
        var settings = new OriginTlsSettings(expected, verify, trusted switch
        {
            "right" => [_authority.Certificate],
            "wrong" => [stranger.Certificate],
            _ => null,
        });
        using X509Certificate2 server = _authority.Issue(certificate);

        (Exception? failure, string? seenName, _) = await HandshakeAsync(settings, server);
        Assert.Equal(accepted, failure is null);
        if (!accepted)
        {
            Assert.True(OriginCertificate.IsRejection(failure!));
        }

        Assert.Equal(IPAddress.TryParse(expected, out _) ? "" : expected, seenName);
    }

    [Fact]
    public async Task TheClientCertificateIsShown()
    {
        using X509Certificate2 client = _authority.Issue("edge.example");
        OriginTlsConfig config = new() { Verify = false, ClientCert = Write("edge.pem", client.ExportCertificatePem()), ClientKey = Write("edge.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()) };
        var diagnostics = new List<ConfigDiagnostic>();
        OriginTlsSettings? settings = OriginTlsSettings.Load(config, "shop.example", new ConfigurationFiles(), diagnostics);
        Assert.Empty(diagnostics);

        using X509Certificate2 server = _authority.Issue("shop.example");
        (Exception? failure, _, X509Certificate? shown) = await HandshakeAsync(settings!, server);
        Assert.Null(failure);
        Assert.Equal(client.GetCertHashString(), shown?.GetCertHashString());
    }

    [Fact]
    public void FilesAreComparedByWhatTheyHold()
    {
        using var other = new TestAuthority();
        OriginTlsConfig config = new() { Ca = Write("ca.pem", _authority.Certificate.ExportCertificatePem()) };
        OriginTlsSettings? before = OriginTlsSettings.Load(config, "shop.example", new ConfigurationFiles(), []);
        Assert.Equal(before, OriginTlsSettings.Load(config, "shop.example", new ConfigurationFiles(), []));
        Assert.NotEqual(before, OriginTlsSettings.Load(config with { Sni = "other.example" }, "shop.example", new ConfigurationFiles(), []));
        Assert.NotEqual(before, OriginTlsSettings.Load(config with { Verify = false }, "shop.example", new ConfigurationFiles(), []));

        Write("ca.pem", other.Certificate.ExportCertificatePem());
        Assert.NotEqual(before, OriginTlsSettings.Load(config, "shop.example", new ConfigurationFiles(), []));
    }

    [Theory]
    [InlineData("missing.pem", null, "cannot use the authorities in")]
    [InlineData("garbage.pem", null, "cannot use the authorities in")]
    [InlineData(null, "missing.pem", "cannot use the client certificate")]
    [InlineData(null, "garbage.pem", "cannot use the client certificate")]
    [InlineData(null, "other.pem", "cannot use the client certificate")]
    public void AFileThatCannotBeUsedIsADiagnostic(string? ca, string? clientCertificate, string problem)
    {
        using X509Certificate2 one = _authority.Issue("one.example"), other = _authority.Issue("other.example");
        Write("garbage.pem", "this is no certificate");
        Write("other.pem", other.ExportCertificatePem());
        OriginTlsConfig config = new()
        {
            Ca = ca is null ? null : Path.Combine(_folder, ca),
            ClientCert = clientCertificate is null ? null : Path.Combine(_folder, clientCertificate),
            ClientKey = Write("one.key", one.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        };

        var diagnostics = new List<ConfigDiagnostic>();
        Assert.Null(OriginTlsSettings.Load(config, "shop.example", new ConfigurationFiles(), diagnostics));
        ConfigDiagnostic diagnostic = Assert.Single(diagnostics);
        Assert.StartsWith(problem, diagnostic.Problem, StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Shakes hands over loopback: how it failed on our side, the name that the server saw, the certificate that we showed.</summary>
    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "The server only looks at what it is shown.")]
    private static async Task<(Exception? Failure, string? SeenName, X509Certificate? Shown)> HandshakeAsync(OriginTlsSettings settings, X509Certificate2 certificate)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        Task<TcpClient> accepting = listener.AcceptTcpClientAsync();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using TcpClient accepted = await accepting;
        using var server = new SslStream(accepted.GetStream());
        string? seenName = null;
        Task serving = server.AuthenticateAsServerAsync(new ServerOptionsSelectionCallback((_, hello, _, _) =>
        {
            seenName = hello.ServerName;
            return ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ApplicationProtocols = [SslApplicationProtocol.Http11, SslApplicationProtocol.Http2],
            });
        }), null);

        using var ssl = new SslStream(client.GetStream());
        Exception? failure = null;
        try
        {
            await ssl.AuthenticateAsClientAsync(settings.Http1).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(SslApplicationProtocol.Http11, ssl.NegotiatedApplicationProtocol);
        }
        catch (AuthenticationException exception)
        {
            failure = exception;
            client.Close();
        }

        try
        {
            await serving.WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            Assert.NotNull(failure);
        }

        return (failure, seenName, failure is null ? server.RemoteCertificate : null);
    }
}
