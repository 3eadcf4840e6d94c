using System.Text;
using BenchmarkDotNet.Attributes;
using Breakwater.Bench.SideBySide;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Bench.Waf;

/// <summary>
/// Whole requests through the rules that come with Breakwater, or the Core Rule Set of Debian's <c>modsecurity-crs</c>, none of which match: the
/// GET and the forms of the side-by-side runs.
/// </summary>
[MemoryDiagnoser]
public class TransactionBenchmarks : IDisposable
{
    private readonly WafTransaction _transaction = new(new WafEnvironment());
    private readonly OwnBytes _target = new(Load.OwnPath);
    private readonly (byte[] Name, OwnBytes Value)[] _fields =
    [
        .. Load.BrowserFields.Where(field => Load.OwnFields.All(own => own.Name != field.Name)).Concat(Load.OwnFields)
            .Select(field => (Encoding.ASCII.GetBytes(field.Name), new OwnBytes(field.Value))),
    ];

    private WafOverlay _zone = null!;
    private OwnBytes? _form;
    private int _count = 10_000_000;

    [Params("builtin", "crs")]
    public string Rules { get; set; } = "builtin";

    /// <summary>0: a GET.</summary>
    [Params(0, 1 << 10, 100 << 10)]
    public int FormBytes { get; set; }

    [GlobalSetup]
    public void Compile()
    {
        SecLoadResult loaded = Rules == "builtin"
            ? BuiltinRules.Load()
            : EngineDefaults.Load(new DirectoryFileSource(), ["/etc/modsecurity/crs/crs-setup.conf", "/usr/share/modsecurity-crs/rules/*.conf"]);
        WafProgram program = WafProgram.Compile(loaded.Ruleset!).Program!;
        _zone = WafOverlay.Create(program, new WafZone { Mode = SecEngineMode.On, Paranoia = 1 }, []);
        _form = FormBytes == 0 ? null : new OwnBytes(Load.Form(FormBytes));
    }

    [Benchmark]
    public int Judge()
    {
        WafTransaction transaction = _transaction;
        transaction.Begin(_zone, new WafConnection { ClientAddress = "192.0.2.7"u8, ClientPort = 40000, UniqueId = "ray"u8 });
        int number = ++_count;
        transaction.SetRequestLine(_form is null ? "GET"u8 : "POST"u8, _target.With(number), "HTTP/1.1"u8);
        transaction.AddRequestHeader("Host"u8, "shop.example.com"u8);
        foreach ((byte[] name, OwnBytes value) in _fields) transaction.AddRequestHeader(name, value.With(number / Load.RequestsPerVisitor));
        if (_form is not null) transaction.AddRequestHeader("Content-Type"u8, "application/x-www-form-urlencoded"u8);
        transaction.Evaluate(SecPhase.RequestHeaders);
        if (_form is not null && transaction.InspectsRequestBody) transaction.AppendRequestBody(_form.With(number));
        transaction.Evaluate(SecPhase.RequestBody);
        transaction.Evaluate(SecPhase.Logging);
        return transaction.Matches.Length;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _transaction.Dispose();
        GC.SuppressFinalize(this);
    }
}
