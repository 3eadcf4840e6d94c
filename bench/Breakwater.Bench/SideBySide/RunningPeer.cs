using System.Net;
using System.Net.Security;

namespace Breakwater.Bench.SideBySide;

/// <summary>A peer that listens and was seen to proxy. Owned by the run.</summary>
internal sealed class RunningPeer : IAsyncDisposable
{
    /// <summary>The core of the proxies; the origin, the load generators and this process have the other one.</summary>
    public const int ProxyCore = 0;

    public const int LoadCore = 1;

    private readonly Child _child;

    private RunningPeer(Peer peer, PeerPorts ports, Child child)
    {
        Peer = peer;
        Ports = ports;
        _child = child;
    }

    public Peer Peer { get; }

    public PeerPorts Ports { get; }

    public int Pid => _child.Pid;

    /// <param name="peer">The peer.</param>
    /// <param name="cases">What it is to be measured in; all with the same duty.</param>
    /// <param name="workspace">What the peers share.</param>
    public static async Task<RunningPeer> StartAsync(Peer peer, IReadOnlyList<BenchCase> cases, Workspace workspace)
    {
        var ports = new PeerPorts(Workspace.FreePort(), Workspace.FreePort());
        var child = Child.Start(workspace, peer.Name, ProxyCore, peer.Command(workspace, ports, cases[0].Duty()), discardOutput: true);
        var running = new RunningPeer(peer, ports, child);
        try
        {
            await running.VerifyAsync(cases, workspace);
            return running;
        }
        catch (HttpRequestException e)
        {
            await running.DisposeAsync();
            throw new InvalidRunException($"{peer.Name} does not proxy: {e.Message}; its last words:\n{child.LastWords}");
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until it answers, then shows for each case that the origin's bytes come through and that the origin was asked for each.
    /// </summary>
    private async Task VerifyAsync(IReadOnlyList<BenchCase> cases, Workspace workspace)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => workspace.Certificate.Equals(shown) },
        });
        await WaitUntilReadyAsync(client);

        const int Times = 20;
        foreach (var one in cases)
        {
            var (port, scheme, version) = one switch
            {
                BenchCase.Http1Tls => (Ports.Tls, "https", HttpVersion.Version11),
                BenchCase.Http2Tls => (Ports.Tls, "https", HttpVersion.Version20),
                _ => (Ports.Plain, "http", HttpVersion.Version11),
            };
            var before = await workspace.OriginRequestsAsync(client);
            for (var i = 0; i < Times; i++)
            {
                using var request = Request(one, $"{scheme}://127.0.0.1:{port}{Load.Path}", version);
                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                if (response.StatusCode != HttpStatusCode.OK || response.Version != version || body != Peer.OriginBody)
                    throw new InvalidRunException($"{Peer.Name} does not proxy {scheme} HTTP/{version}: {response}\n{body}");
            }

            var asked = await workspace.OriginRequestsAsync(client) - before;
            if (asked != Times)
                throw new InvalidRunException($"{Peer.Name} answered {Times} requests over {scheme} HTTP/{version}, the origin was asked {asked}");
        }

        if (cases[0].Duty().Firewall)
            await VerifyFirewallAsync(client);
    }

    /// <summary>A firewall that lets an attack pass costs nothing.</summary>
    private async Task VerifyFirewallAsync(HttpClient client)
    {
        using var inTarget = Request(BenchCase.WafGet, $"http://127.0.0.1:{Ports.Plain}/?q=1%27+union+select+password+from+users--", HttpVersion.Version11);
        using var inBody = Request(BenchCase.WafPost1K, $"http://127.0.0.1:{Ports.Plain}/", HttpVersion.Version11);
        inBody.Content = new FormUrlEncodedContent([new("remark", "<script>alert(document.cookie)</script>")]);
        using var inJson = Request(BenchCase.WafJson1K, $"http://127.0.0.1:{Ports.Plain}/", HttpVersion.Version11);
        inJson.Content = new StringContent("""{"remarks":["<script>alert(document.cookie)</script>"]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        foreach (var attack in (HttpRequestMessage[])[inTarget, inBody, inJson])
        {
            using var response = await client.SendAsync(attack);
            if (response.StatusCode != HttpStatusCode.Forbidden)
                throw new InvalidRunException($"{Peer.Name} answers an attack with {(int)response.StatusCode}");
        }
    }

    /// <summary>The request that the load generator sends in this case.</summary>
    private static HttpRequestMessage Request(BenchCase one, string url, Version version)
    {
        var request = new HttpRequestMessage(one.BodyBytes() > 0 ? HttpMethod.Post : HttpMethod.Get, url)
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = one.BodyBytes() > 0 ? new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(Load.Body(one))) : null,
        };

        // Without a charset, as wrk sends it.
        if (request.Content is { } body)
            body.Headers.ContentType = new(Load.BodyType(one));
        foreach (var (name, value) in one.Duty().Firewall ? Load.BrowserFields : [])
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private async Task WaitUntilReadyAsync(HttpClient client)
    {
        for (var patience = 300; ; patience--)
        {
            try
            {
                using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{Ports.Plain}/"));
                return;
            }
            catch (HttpRequestException e) when (patience > 0 && !_child.HasExited)
            {
                _ = e; // not listening yet
                await Task.Delay(100);
            }
            catch (HttpRequestException e)
            {
                throw new InvalidRunException($"{Peer.Name} does not answer ({e.Message}); its last words:\n{_child.LastWords}");
            }
        }
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
