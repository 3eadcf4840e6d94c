using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Breakwater.Bench.SideBySide;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Time;
using Breakwater.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Bench.Micro;

/// <summary>What a fuse costs: a module that does nothing, called as it is and behind its fuse; a request's fingerprint.</summary>
[MemoryDiagnoser]
public class FuseBenchmarks
{
    private readonly byte[] _head = Encoding.ASCII.GetBytes(
        $"GET {Load.Path} HTTP/1.1\r\nHost: shop.example.com\r\nConnection: keep-alive\r\n"
        + string.Concat(Load.BrowserFields.Select(field => $"{field.Name}: {field.Value}\r\n")) + "\r\n");

    private readonly FuseBox _box = new(EdgeClock.System, NullLogger.Instance);
    private readonly Exchange _exchange = new(HeadLimits.Default)
    {
        Connection = new ClientConnection
        {
            Id = 1,
            Listener = "bench",
            Peer = new ConnectionPeer(new IPEndPoint(IPAddress.Loopback, 1)),
            Local = new IPEndPoint(IPAddress.Loopback, 2),
        },
    };

    private Idle? _bare;
    private FusedRequestModule? _fused;

    [GlobalSetup]
    public void Prepare()
    {
        _exchange.Request.Read(_head, out _);
        _bare = new Idle();
        _fused = new FusedRequestModule(_bare, _box.Of("shop")[ModuleId.CustomRules], isClosed: false);
    }

    [Benchmark(Baseline = true)]
    public bool Bare() => _bare!.OnRequest(_exchange).Kind == VerdictKind.Continue;

    [Benchmark]
    public bool Fused() => _fused!.OnRequest(_exchange).Kind == VerdictKind.Continue;

    [Benchmark]
    public ulong Fingerprint() => HeadFingerprint.Of(_head, 1);

    [Benchmark]
    public bool BeginRequest() => _box.Begin(_exchange);

    private sealed class Idle : IRequestModule
    {
        public string Name => "idle";

        public ModuleId Module => ModuleId.CustomRules;

        public RequestPhase Phase => RequestPhase.CustomRules;

        public Verdict OnRequest(Exchange exchange) => Verdict.Continue;
    }
}
