using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Listeners;
using Breakwater.Edge.Tests.Tls;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Listeners;

/// <summary>
/// A connection that has not come to its first request yet, when the edge drains: it ends at once, whatever it is waiting for. That the same wait
/// ends in time too is stated by the tests of those who use it.
/// </summary>
public sealed class OpeningWaitTests : IDisposable
{
    private static readonly byte[] ProxyLine = [.. "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"u8];

    /// <summary>What the client has said before it falls silent.</summary>
    private static readonly Dictionary<string, byte[]> Beginnings = new()
    {
        ["nothing"] = [],
        ["half a PROXY header"] = ProxyLine[..20],
        ["a PROXY header"] = ProxyLine,
        ["a PROXY header and half a ClientHello"] = [.. ProxyLine, .. Hellos.Rfc8448.AsSpan(0, 100)],
        ["a PROXY header and half a request in clear"] = [.. ProxyLine, .. "GET / HT"u8],
    };

    private readonly TemporaryDirectory _files = new();

    public static TheoryData<string> Said => [.. Beginnings.Keys];

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Said))]
    public async Task ADrainEndsAConnectionThatHasOnlySaid(string said)
    {
        await using ConnectionLab lab = await StartAsync(proxyProtocol: true);
        using Socket client = await lab.ConnectAsync();
        await lab.AcceptedAsync();
        await client.SendAsync(Beginnings[said]);
        lab.Plane.Connections.DrainAll();
        Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        await IsDrainedAsync(lab);
    }

    [Fact]
    public async Task ADrainCutsAHandshakeThatHasBegun()
    {
        await using ConnectionLab lab = await StartAsync();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync(Hellos.Capture("openssl"));
        Assert.Equal(22, (await ConnectionLab.ReadAsync(client, 5))[0]);   // the ServerHello: the TLS library has it
        lab.Plane.Connections.DrainAll();
        await ConnectionLab.ReadToEndAsync(client);
        await IsDrainedAsync(lab);
    }

    [Fact]
    public async Task AConnectionThatComesDuringADrainEndsAtOnce()
    {
        await using ConnectionLab lab = await StartAsync();
        lab.Plane.Connections.DrainAll();
        using Socket client = await lab.ConnectAsync();
        Assert.Empty(await ConnectionLab.ReadToEndAsync(client));
        await IsDrainedAsync(lab);
    }

    [Fact]
    public async Task ADrainLeavesAConnectionAloneWhoseHandshakeIsOver()
    {
        await using ConnectionLab lab = await StartAsync();
        await using SslStream client = new(new NetworkStream(await lab.ConnectAsync(), ownsSocket: true));
        await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "shop.example", CertificateChainPolicy = TestPki.TrustRoot() });
        await lab.NextAsync();
        lab.Plane.Connections.DrainAll();
        Assert.Equal(0, lab.Plane.Connections.AbortAll(ConnectionEnd.Drained));
        await client.WriteAsync("still here"u8.ToArray());
        byte[] answer = new byte[10];
        await client.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("still here", Encoding.ASCII.GetString(answer));
    }

    private Task<ConnectionLab> StartAsync(bool proxyProtocol = false)
    {
        var inForce = new TlsInForce(TestPki.Set(_files, new Wanted { Names = ["shop.example"] }), TlsSettings.Default);
        return ConnectionLab.StartAsync((options, plane) =>
        {
            if (proxyProtocol)
            {
                options.Use(new ProxyProtocolMiddleware(plane, "test", ProxyProtocolMode.Any).Middleware);
            }

            options.UseTls(new ClientHelloMiddleware(plane, "test"), new TlsOptionsFactory(_ => inForce, ListenerProtocols.H1 | ListenerProtocols.H2));
        });
    }

    /// <summary>By the drain, without any time having passed, and as no one's failure.</summary>
    private static async Task IsDrainedAsync(ConnectionLab lab)
    {
        await ConnectionLab.UntilAsync(() => lab.Ended("drained") == 1);
        Assert.True(lab.NothingArrived);
        Assert.Equal(0, lab.Metric("breakwater_tls_handshake_failures"));
        Assert.Equal(1, lab.Metric("breakwater_connections_ended"));
        Assert.Equal(lab.Time.Start, lab.Time.GetUtcNow());
        Assert.Equal(0, lab.Plane.Connections.AbortAll(ConnectionEnd.Drained));
    }
}
