using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Breakwater.Config;
using Breakwater.Edge.Tests.Forwarding;
using Breakwater.Edge.Tests.Tls;
using Breakwater.Edge.Tls;

namespace Breakwater.Edge.Tests.Endurance;

/// <summary>
/// Load that never stops, in clear and over TLS, while the configuration is reloaded and the certificate replaced every second and an origin
/// is killed every three: not one request fails where a healthy origin remains.
/// </summary>
/// <remarks>
/// <para>8 seconds; a minute with <c>BREAKWATER_LONG=1</c> in the environment.</para>
/// <para>GET, and PUT with a small body. No POST: one that was sent and not answered must not be repeated (RFC 9110 §9.2.2), so its failure
/// is right when its origin dies.</para>
/// </remarks>
[Collection(AloneCollection.Name)]
public sealed class EnduranceTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("BREAKWATER_LONG") == "1" ? 60 : 8);

    private readonly ConcurrentQueue<string> _failures = new();
    private long _answered;
    private volatile bool _over;

    [Fact]
    public async Task NoRequestFailsWhileOriginsDieAndTheConfigurationIsReloaded()
    {
        BlockingOrigin[] origins = [new(), new()];
        using var directory = new TemporaryDirectory();
        CertificateSource certificate = ReplaceCertificate(directory);
        await using Edge edge = await Edge.StartAsync(Config(origins, certificate, 0), new EdgeOptions { CanaryTime = TimeSpan.Zero }, TestContext.Current.CancellationToken);
        var server = (IPEndPoint)edge.EndPoints[0];
        Thread[] clients = [.. Enumerable.Range(0, Clients).Select(i => new Thread(() => Load(server, i)))];
        Array.ForEach(clients, client => client.Start());
        TlsLoad[] tls = [new((IPEndPoint)edge.EndPoints[1], HttpVersion.Version11), new((IPEndPoint)edge.EndPoints[1], HttpVersion.Version20)];

        int reloads = 0, kills = 0, reset = 0;
        long[] servedSince = new long[origins.Length];
        var watch = Stopwatch.StartNew();
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (watch.Elapsed < Duration)
        {
            await second.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            reloads++;
            ReplaceCertificate(directory);
            Assert.DoesNotContain(await edge.ReloadAsync(Config(origins, certificate, reloads)), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            BlockingOrigin origin = origins[reloads / 3 % origins.Length];
            switch (reloads % 3)
            {
                case 0:
                    reset += origin.Kill();
                    kills++;
                    break;
                case 1 when reloads > 1:
                    origin.Start();
                    servedSince[reloads / 3 % origins.Length] = origin.Served;
                    break;
            }
        }

        _over = true;
        Array.ForEach(clients, client => client.Join());
        foreach (TlsLoad load in tls)
        {
            await load.StopAsync();
            output.WriteLine($"{load.Answered} answered over TLS with HTTP/{load.Version}, {load.Failures.Count} failed; {load.Certificates} certificates");
            load.Failures.ToList().ForEach(_failures.Enqueue);
        }

        output.WriteLine($"{_answered} answered, {_failures.Count} failed; {reloads} reloads, {kills} kills that reset {reset} connections; served {origins[0].Served} and {origins[1].Served}");
        foreach (string failure in _failures.Take(10))
        {
            output.WriteLine(failure);
        }

        Array.ForEach(origins, origin => origin.Dispose());
        Assert.Empty(_failures);
        Assert.Equal(reloads + 1, edge.GenerationNumber);
        Assert.True(kills >= 2, "There were too few kills.");
        Assert.True(reset > 0, "No connection was reset.");
        Assert.All(tls, load => Assert.True(load is { Answered: > 100, Certificates: > 2 }, "There was too little load over TLS, or always the same certificate."));
        for (int i = 0; i < origins.Length; i++)
        {
            Assert.True(origins[i].Served > servedSince[i], $"Origin {i} was not used again after its restart.");
        }
    }

    private void Load(IPEndPoint server, int number)
    {
        byte[] get = BrowserRequest.Get();
        byte[] put = BrowserRequest.With("PUT", 1024);
        using var client = new BlockingClient(server);
        for (int i = number; !_over; i++)
        {
            byte[] request = i % 4 == 0 ? put : get;
            int status = client.Exchange(request);
            if (status == 200)
            {
                Interlocked.Increment(ref _answered);
            }
            else
            {
                _failures.Enqueue($"{(request == put ? "PUT" : "GET")} → {status}: {client.Received}");
            }
        }
    }

    /// <summary>Writes a new pair over the old one; the edge finds it with the next reload, or by itself.</summary>
    private static CertificateSource ReplaceCertificate(TemporaryDirectory directory) =>
        TestPki.Write(directory, "shop", new Wanted { CommonName = TlsLoad.Host, Names = [TlsLoad.Host] });

    /// <summary>Each of these differs from the one before: in the weights, a limit and a timeout.</summary>
    private static BreakwaterConfig Config(BlockingOrigin[] origins, CertificateSource certificate, int number) => new()
    {
        Listeners =
        [
            new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) },
            new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)), Tls = true },
        ],
        Certificates = [new CertificateConfig { Cert = certificate.CertificatePath, Key = certificate.KeyPath }],
        Logging = new LoggingConfig { Access = new AccessLogConfig { To = LogTarget.Off } },
        Zones =
        [
            new ZoneConfig
            {
                Name = "shop",
                Origins =
                [
                    .. origins.Select((origin, i) => new OriginConfig
                    {
                        Url = new OriginAddress(IsTls: false, "127.0.0.1", origin.EndPoint.Port),
                        Weight = 1 + (number + i) % 2,
                    }),
                ],
                MaxBodySize = 1_000_000 + number,
                Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromSeconds(5 + number % 2) },
                Outlier = new OutlierConfig { EjectFor = TimeSpan.FromMilliseconds(500), MaxEjectFor = TimeSpan.FromMilliseconds(500) },
            },
        ],
    };
}
