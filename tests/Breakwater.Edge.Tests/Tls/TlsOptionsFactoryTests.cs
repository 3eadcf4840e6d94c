using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Edge.Tests.Listeners;
using Breakwater.Edge.Tls;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Breakwater.Edge.Tests.Tls;

public sealed class TlsOptionsFactoryTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private CertificateSet _set = null!;
    private TlsSettings _settings = TlsSettings.Default;

    public void Dispose() => _files.Dispose();

    private Task<ConnectionLab> StartAsync(ListenerProtocols protocols, params Wanted[] wanted)
    {
        _set = TestPki.Set(_files, wanted);
        return ConnectionLab.StartAsync((options, plane) =>
            options.UseTls(new ClientHelloMiddleware(plane, "test"), new TlsOptionsFactory(_ => new TlsInForce(_set, _settings), protocols)));
    }

    private Task<ConnectionLab> StartAsync(params Wanted[] wanted) => StartAsync(ListenerProtocols.H1 | ListenerProtocols.H2, wanted);

    private static async Task<SslStream> ConnectAsync(ConnectionLab lab, string host = "shop.example", Action<SslClientAuthenticationOptions>? change = null)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = TestPki.TrustRoot() };
        change?.Invoke(options);
        var tls = new SslStream(new NetworkStream(await lab.ConnectAsync(), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(options).WaitAsync(TimeSpan.FromSeconds(20));
        return tls;
    }

    private static async Task<string> EchoAsync(Stream stream, string text = "ping")
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        byte[] answer = new byte[text.Length];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        return Encoding.ASCII.GetString(answer);
    }

    private TlsSettings Settings(TlsConfig config)
    {
        var diagnostics = new List<ConfigDiagnostic>();
        var settings = TlsSettings.Compile(config, new ConfigurationFiles(), diagnostics);
        Assert.Empty(diagnostics);
        return settings!;
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("SHOP.example")]
    [InlineData("a.shop.example")]
    [InlineData("default.example")]
    public async Task The_certificate_of_the_name_is_served_with_its_intermediate(string host)
    {
        await using var lab = await StartAsync(
            new Wanted { Names = ["default.example"] }, new Wanted { Names = ["shop.example"] }, new Wanted { Names = ["*.shop.example"], NewKey = Wanted.Rsa() });
        await using var tls = await ConnectAsync(lab, host);   // the client checks chain and name
        Assert.Equal("ping", await EchoAsync(tls));
    }

    [Theory]
    [InlineData(ListenerProtocols.H1 | ListenerProtocols.H2, "h2,http/1.1", "h2")]
    [InlineData(ListenerProtocols.H1 | ListenerProtocols.H2, "http/1.1,h2", "h2")]   // the edge's preference
    [InlineData(ListenerProtocols.H1 | ListenerProtocols.H2, "http/1.1", "http/1.1")]
    [InlineData(ListenerProtocols.H1 | ListenerProtocols.H2, "", "")]
    [InlineData(ListenerProtocols.H1, "h2,http/1.1", "http/1.1")]
    [InlineData(ListenerProtocols.H2, "h2,http/1.1", "h2")]
    public async Task The_application_protocol_is_negotiated(ListenerProtocols protocols, string offered, string expected)
    {
        await using var lab = await StartAsync(protocols, new Wanted { Names = ["shop.example"] });
        await using var tls = await ConnectAsync(lab, change: options =>
            options.ApplicationProtocols = [.. offered.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new SslApplicationProtocol(name))]);
        Assert.Equal(expected, tls.NegotiatedApplicationProtocol.ToString());
        Assert.Equal(expected, Encoding.ASCII.GetString((await lab.NextAsync()).Features.Get<ITlsApplicationProtocolFeature>()!.ApplicationProtocol.Span));
    }

    [Fact]
    public async Task Without_a_common_application_protocol_the_handshake_fails()
    {
        await using var lab = await StartAsync(ListenerProtocols.H2, new Wanted { Names = ["shop.example"] });
        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(lab, change: options => options.ApplicationProtocols = [SslApplicationProtocol.Http11]));
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, SslProtocols.Tls12, true)]
    [InlineData(TlsVersion.Tls12, SslProtocols.Tls13, true)]
    [InlineData(TlsVersion.Tls13, SslProtocols.Tls12, false)]
    [InlineData(TlsVersion.Tls13, SslProtocols.Tls13, true)]
    public async Task Versions_below_the_oldest_accepted_are_refused(TlsVersion oldest, SslProtocols client, bool expected)
    {
        _settings = Settings(new TlsConfig { MinVersion = oldest });
        await using var lab = await StartAsync(new Wanted { Names = ["shop.example"] });
        Task<SslStream> handshake = ConnectAsync(lab, change: options => options.EnabledSslProtocols = client);
        if (expected) await (await handshake).DisposeAsync();
        else await Assert.ThrowsAsync<AuthenticationException>(() => handshake);
    }

    [Fact]
    public async Task New_certificates_and_settings_take_effect_at_once_and_spare_what_is_open()
    {
        await using var lab = await StartAsync(new Wanted { Names = ["old.example"] });
        await using var open = await ConnectAsync(lab, "old.example");
        _set = (TestPki.Set(_files, new Wanted { Names = ["new.example"] }));
        await using var next = await ConnectAsync(lab, "new.example");
        Assert.Equal("ping", await EchoAsync(next));
        Assert.Equal("ping", await EchoAsync(open));

        _settings = Settings(new TlsConfig { MinVersion = TlsVersion.Tls13 });
        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(lab, "new.example", options => options.EnabledSslProtocols = SslProtocols.Tls12));
    }

    [Theory]
    [InlineData("-tls1_3", true)]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", false)]
    [InlineData("-tls1_2", false)]
    public async Task Sessions_are_resumed_across_connections_unless_that_is_off(string version, bool tickets)
    {
        OpenSsl.Needed();
        _settings = Settings(new TlsConfig { SessionTickets = tickets });
        await using var lab = await StartAsync(new Wanted { Names = ["other.example"] }, new Wanted { Names = ["shop.example"] });
        string session = _files["session.pem"];
        Task<string> ConnectAsync(string option) => OpenSsl.RunAsync(
            "hello\n", "\nhello", "s_client", "-connect", lab.EndPoint.ToString(), version, "-servername", "shop.example", "-alpn", "h2,http/1.1", option, session);

        // The ticket of TLS 1.3 comes after the handshake; that the echo was printed shows that it has been read.
        Assert.Contains("New, TLSv1", await ConnectAsync("-sess_out"));
        Assert.True(File.Exists(session) || !tickets, "There was nothing to resume.");
        if (File.Exists(session)) Assert.Contains(tickets ? "Reused, TLSv1" : "New, TLSv1", await ConnectAsync("-sess_in"));
        if (!tickets) return;

        // And after the configuration was reloaded without a change to the certificate.
        _set = (CertificateSet.Load([.. _set.Certificates.Select(c => c.Source)], false, TestPki.Now, _set));
        Assert.Contains("Reused, TLSv1", await ConnectAsync("-sess_in"));
    }

    [Fact]
    public void A_handshake_allocates_nothing_here()
    {
        var set = TestPki.Set(_files, new Wanted { Names = ["shop.example"] }, new Wanted { Names = ["*.shop.example"], NewKey = Wanted.Rsa() }, new Wanted { Names = ["*.shop.example"] });
        var factory = new TlsOptionsFactory(_ => new TlsInForce(set, TlsSettings.Default), ListenerProtocols.H1);
        var hello = Hellos.Good(Hellos.Capture("chromium"));
        var options = factory.Choose(null, "a.shop.example", hello, isQuic: false);
        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 100; i++) Assert.Same(options, factory.Choose(null, "a.shop.example", hello, isQuic: false));
        }));
        Assert.Same(set.Certificates[2].Context, options.ServerCertificateContext);
    }

    [Fact]
    public void QUIC_gets_its_own_application_protocol()
    {
        var set = TestPki.Set(_files, new Wanted { Names = ["shop.example"] });
        var factory = new TlsOptionsFactory(_ => new TlsInForce(set, TlsSettings.Default), ListenerProtocols.H1 | ListenerProtocols.H2 | ListenerProtocols.H3);
        Assert.Equal([SslApplicationProtocol.Http3], factory.Choose(null, "shop.example", null, isQuic: true).ApplicationProtocols!);
        Assert.Equal([SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], factory.Choose(null, "shop.example", null, isQuic: false).ApplicationProtocols!);
    }

    // ── Client certificates

    private static readonly string[] ForClients = ["1.3.6.1.5.5.7.3.2"];

    private TlsSettings ClientCertificates(ClientCertificateMode mode, string pem) =>
        Settings(new TlsConfig { ClientCertificates = new ClientCertificatesConfig { Mode = mode, Ca = _files.Write("clients.pem", pem) } });

    private static X509Certificate2 ClientCertificate(Wanted wanted, Issued? issuer = null)
    {
        var issued = TestPki.Issue(wanted, issuer);
        using var joined = issued.Certificate.CopyWithPrivateKey((System.Security.Cryptography.ECDsa)issued.Key);
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
    }

    public static TheoryData<string, ClientCertificateMode, string, bool> Clients() => new()
    {
        { "a good one", ClientCertificateMode.Required, "good", true },
        { "a good one", ClientCertificateMode.Optional, "good", true },
        { "none", ClientCertificateMode.Required, "none", false },
        { "none", ClientCertificateMode.Optional, "none", true },
        { "one of another authority", ClientCertificateMode.Required, "other", false },
        { "one of another authority", ClientCertificateMode.Optional, "other", false },
        { "an expired one", ClientCertificateMode.Required, "expired", false },
        { "an expired one", ClientCertificateMode.Optional, "expired", false },
        { "one for servers", ClientCertificateMode.Required, "server", false },
        { "one that signed itself", ClientCertificateMode.Optional, "self", false },
    };

    [Theory, MemberData(nameof(Clients))]
    public async Task Clients_show_a_certificate_of_the_configured_authority(string what, ClientCertificateMode mode, string kind, bool expected)
    {
        Assert.NotEmpty(what);
        // The file holds the root and the intermediate that issues: clients need not send it.
        _settings = ClientCertificates(mode, TestPki.Root.CertificatePem + TestPki.Intermediate.CertificatePem);
        await using var lab = await StartAsync(new Wanted { Names = ["shop.example"] });
        using X509Certificate2? certificate = kind switch
        {
            "good" => ClientCertificate(new Wanted { CommonName = "client", Usages = ForClients }),
            "other" => ClientCertificate(new Wanted { CommonName = "client", Usages = ForClients }, TestPki.OtherRoot),
            "expired" => ClientCertificate(new Wanted { CommonName = "client", Usages = ForClients, Until = TestPki.Now.AddDays(-1) }),
            "server" => ClientCertificate(new Wanted { CommonName = "client" }),
            "self" => ClientCertificate(new Wanted { CommonName = "client", Usages = ForClients }, TestPki.Authority("client", null)),
            _ => null,
        };

        foreach (var version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            bool served = false;
            try
            {
                // With TLS 1.3 the client believes itself connected before the edge has judged: only the echo tells.
                await using var tls = await ConnectAsync(lab, change: options =>
                {
                    options.EnabledSslProtocols = version;
                    options.ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true);
                });
                served = await EchoAsync(tls) == "ping";
                var seen = (await lab.NextAsync()).Features.Get<ITlsConnectionFeature>()!.ClientCertificate;
                Assert.Equal(certificate?.Thumbprint, seen?.Thumbprint);
            }
            catch (Exception exception) when (exception is AuthenticationException or IOException)
            {
            }
            Assert.True(served == expected, $"{version}");
        }
    }

    [Fact]
    public async Task Clients_are_told_which_authorities_are_wanted()
    {
        OpenSsl.Needed();
        _settings = ClientCertificates(ClientCertificateMode.Optional, TestPki.OtherRoot.CertificatePem);
        await using var lab = await StartAsync(new Wanted { Names = ["shop.example"] });
        string output = await OpenSsl.RunAsync("hello\n", "\nhello", "s_client", "-connect", lab.EndPoint.ToString(), "-servername", "shop.example");
        Assert.Contains("Acceptable client certificate CA names\nCN = Another root", output);
    }

    [Fact]
    public async Task A_session_never_stands_in_for_a_client_certificate()
    {
        OpenSsl.Needed();
        _settings = ClientCertificates(ClientCertificateMode.Optional, TestPki.Root.CertificatePem);
        await using var lab = await StartAsync(new Wanted { Names = ["shop.example"] });
        string session = _files["session.pem"];
        string[] common = ["s_client", "-connect", lab.EndPoint.ToString(), "-servername", "shop.example"];
        await OpenSsl.RunAsync("hello\n", "\nhello", [.. common, "-sess_out", session]);
        if (File.Exists(session)) Assert.DoesNotContain("Reused", await OpenSsl.RunAsync("hello\n", "\nhello", [.. common, "-sess_in", session]));
    }

    [Fact]
    public async Task Many_handshakes_at_once_share_the_options_safely()
    {
        _settings = ClientCertificates(ClientCertificateMode.Required, TestPki.Root.CertificatePem + TestPki.Intermediate.CertificatePem);
        await using var lab = await StartAsync(new Wanted { Names = ["shop.example"] });
        using var certificate = ClientCertificate(new Wanted { CommonName = "client", Usages = ForClients });
        var context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            await using var tls = await ConnectAsync(lab, change: options => options.ClientCertificateContext = context);
            Assert.Equal("ping", await EchoAsync(tls));
        }));
    }

    [Theory]
    [InlineData("none.pem", null, "there is no such file")]
    [InlineData("empty.pem", "", "holds no certificate")]
    [InlineData("intermediate.pem", "intermediate", "holds no root certificate")]
    public void A_file_of_authorities_that_is_of_no_use_is_refused(string name, string? content, string problem)
    {
        if (content is not null) _files.Write(name, content == "intermediate" ? TestPki.Intermediate.CertificatePem : content);
        var diagnostics = new List<ConfigDiagnostic>();
        var config = new TlsConfig { ClientCertificates = new ClientCertificatesConfig { Mode = ClientCertificateMode.Required, Ca = _files[name] } };
        Assert.Null(TlsSettings.Compile(config, new ConfigurationFiles(), diagnostics));
        var error = Assert.Single(diagnostics);
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Contains(problem, error.Problem);
    }
}
