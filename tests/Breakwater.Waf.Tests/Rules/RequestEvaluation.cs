using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Tests.Harmless;

namespace Breakwater.Waf.Tests.Rules;

/// <summary>
/// The built-in rules in the engine: which of them match a request, and whether it is refused. All levels look, in detection mode, so that one
/// refusal does not hide what other rules find; the first level would refuse. One request at a time.
/// </summary>
internal sealed class RequestEvaluation : IDisposable
{
    private readonly WafTransaction _transaction = new(new WafEnvironment());
    private readonly WafOverlay _overlay;

    public RequestEvaluation(int paranoia = 1, int detection = 4)
    {
        List<SecDiagnostic> found = [];
        _overlay = WafOverlay.Create(Program, new WafZone { Mode = SecEngineMode.DetectionOnly, Paranoia = paranoia, DetectionParanoia = detection, ResponseBodies = true }, found);
        Assert.Empty(found);
    }

    public static WafProgram Program { get; } = Compile();

    /// <summary>What came of a request.</summary>
    /// <param name="Rules">The rules that matched, each once.</param>
    /// <param name="IsRefused">Whether it, or its response, would be refused.</param>
    /// <param name="Report">The matches in words.</param>
    public sealed record Outcome(IReadOnlySet<long> Rules, bool IsRefused, string Report);

    public Outcome Run(CaseRequest request)
    {
        Begin();
        _transaction.SetRequestLine(Encoding.Latin1.GetBytes(request.Method), request.Target, Encoding.Latin1.GetBytes(request.Protocol));
        foreach ((string name, byte[] value) in request.Headers) _transaction.AddRequestHeader(Encoding.Latin1.GetBytes(name), value);
        Examine(request.Body);
        Respond(request);
        return Conclude();
    }

    public Outcome Run(HarmlessRequest request)
    {
        RequestHead head = new(HeadLimits.Default);
        Assert.Equal(ReadStatus.Complete, head.Read(request.ToWire(), out _));
        Begin();
        _transaction.SetRequest(head);
        Examine(request.Body);
        return Conclude();
    }

    public void Dispose() => _transaction.Dispose();

    private void Begin() => _transaction.Begin(_overlay, new WafConnection { ClientAddress = "192.0.2.7"u8, ServerAddress = "192.0.2.1"u8, UniqueId = "test"u8 });

    private void Examine(byte[] body)
    {
        _transaction.Evaluate(SecPhase.RequestHeaders);
        if (body.Length > 0 && _transaction.InspectsRequestBody) _transaction.AppendRequestBody(body);
        _transaction.Evaluate(SecPhase.RequestBody);
    }

    private Outcome Conclude()
    {
        _transaction.Evaluate(SecPhase.Logging);
        HashSet<long> rules = [];
        StringBuilder report = new();
        foreach (WafMatch match in _transaction.Matches)
        {
            rules.Add(match.Rule.Id);
            report.Append(match.Rule.Id).Append(' ').Append(Encoding.Latin1.GetString(_transaction.NameOf(match.Target))).Append("; ");
        }

        Assert.NotEqual(WafVerdictKind.Exhausted, _transaction.Verdict.Kind);
        return new Outcome(rules, !_transaction.Withheld.IsContinue, report.ToString());
    }

    private void Respond(CaseRequest request)
    {
        _transaction.SetResponse(request.Status, "HTTP/1.1"u8);
        _transaction.AddResponseHeader("Content-Type"u8, Encoding.ASCII.GetBytes(request.ResponseType));
        _transaction.Evaluate(SecPhase.ResponseHeaders);
        if (request.ResponseBody.Length > 0 && _transaction.InspectsResponseBody) _transaction.AppendResponseBody(request.ResponseBody);
        _transaction.Evaluate(SecPhase.ResponseBody);
    }

    private static WafProgram Compile()
    {
        SecLoadResult loaded = BuiltinRules.Load();
        Assert.True(loaded.Ruleset is not null, string.Join("\n", loaded.Diagnostics));
        WafCompilation compiled = WafProgram.Compile(loaded.Ruleset);
        Assert.True(compiled.Program is not null, string.Join("\n", compiled.Diagnostics));
        return compiled.Program;
    }
}
