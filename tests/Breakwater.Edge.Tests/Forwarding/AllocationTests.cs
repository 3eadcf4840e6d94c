using System.Net;
using Breakwater.Config;

namespace Breakwater.Edge.Tests.Forwarding;

/// <summary>
/// What a proxied request may allocate once everything is warm, over the whole process: the front end, the origin's connection, metrics,
/// access log, and Kestrel's transport. Sockets complete on the thread pool here, which is the dearer of the two ways.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>The gate, in bytes per request.</summary>
    private const double Limit = 512;

    /// <summary>What client and origin of the test itself may add, in bytes per request: small enough to be left in the figure.</summary>
    private const double OwnLimit = 16;

    private const int Clients = 16;
    private const int WarmUp = 1000;
    private const int Measured = 1000;

    private readonly BlockingOrigin _origin = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("breakwater-allocation-");

    public static TheoryData<string, int> Requests => new() { { "GET", 0 }, { "POST", 1024 }, { "PUT", 1024 } };

    public void Dispose()
    {
        _origin.Dispose();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void ClientAndOriginOfThisTestAllocateNothing(string method, int bodyBytes)
    {
        Assert.InRange(Measure(_origin.EndPoint, Request(method, bodyBytes)), 0, OwnLimit);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task ARequestStaysUnderTheLimit(string method, int bodyBytes)
    {
        await using Edge edge = await StartAsync(LogTarget.Off);
        double bytes = Measure((IPEndPoint)edge.EndPoints[0], Request(method, bodyBytes));
        output.WriteLine($"{bytes:F1} bytes per request");
        Assert.InRange(bytes, 0, Limit);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task ARequestStaysUnderTheLimitWithAccessLog(string method, int bodyBytes)
    {
        string file = Path.Combine(_directory.FullName, "access.log");
        await using (Edge edge = await StartAsync(LogTarget.File(file)))
        {
            double bytes = Measure((IPEndPoint)edge.EndPoints[0], Request(method, bodyBytes));
            output.WriteLine($"{bytes:F1} bytes per request");
            Assert.InRange(bytes, 0, Limit);
        }

        // Lines may be dropped when the disk is slow, so how many there are is not stated; that they were written is.
        Assert.NotEqual(0, new FileInfo(file).Length);
    }

    private static byte[] Request(string method, int bodyBytes) => method == "GET" ? BrowserRequest.Get() : BrowserRequest.With(method, bodyBytes);

    private Task<Edge> StartAsync(LogTarget accessLog) => Edge.StartAsync(
        new BreakwaterConfig
        {
            Listeners = [new ListenerConfig { Address = ListenAddress.Of(new IPEndPoint(IPAddress.Loopback, 0)) }],

            // A queue so short that all of its memory is made during the warm-up, however slow the disk is.
            Logging = new LoggingConfig { Access = new AccessLogConfig { To = accessLog, MaxQueued = 1024 } },
            Zones =
            [
                new ZoneConfig
                {
                    Name = "shop",
                    Origins = [new OriginConfig { Url = new OriginAddress(IsTls: false, "127.0.0.1", _origin.EndPoint.Port) }],
                },
            ],
        },
        new EdgeOptions(),
        TestContext.Current.CancellationToken);

    /// <summary>Bytes allocated by the process per request, in steady state.</summary>
    internal static double Measure(IPEndPoint server, byte[] request)
    {
        using var barrier = new Barrier(Clients + 1);
        int failed = 0;
        Thread[] threads = [.. Enumerable.Range(0, Clients).Select(_ => new Thread(() =>
        {
            using var client = new BlockingClient(server);
            int failures = Run(client, request, WarmUp);
            barrier.SignalAndWait();
            barrier.SignalAndWait();
            failures += Run(client, request, Measured);
            barrier.SignalAndWait();
            Interlocked.Add(ref failed, failures + client.Connections - 1);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        barrier.SignalAndWait();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        barrier.SignalAndWait();
        barrier.SignalAndWait();
        long after = GC.GetTotalAllocatedBytes(precise: true);
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, failed);
        return (after - before) / (double)(Clients * Measured);
    }

    private static int Run(BlockingClient client, ReadOnlySpan<byte> request, int count)
    {
        int failed = 0;
        for (int i = 0; i < count; i++)
        {
            failed += client.Exchange(request) == 200 ? 0 : 1;
        }

        return failed;
    }
}
