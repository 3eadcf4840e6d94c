using System.Text;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;
using Breakwater.Waf.Tests.SecLang;

namespace Breakwater.Waf.Tests.Engine;

/// <summary>A program, a zone and one transaction that is used again and again, as the edge does.</summary>
internal sealed class EngineUnderTest : IDisposable
{
    private readonly List<SecDiagnostic> _findings = [];

    public EngineUnderTest(string rules, WafZone? zone = null, WafEnvironment? environment = null, bool withoutIndex = false)
    {
        WafCompilation compilation = new ProgramCompiler(SecLangText.Read(rules)) { WithoutIndex = withoutIndex }.Compile();
        Assert.True(compilation.Program is not null, string.Join("\n", compilation.Diagnostics));
        Program = compilation.Program;
        Overlay = WafOverlay.Create(Program, zone ?? new WafZone(), _findings);
        Transaction = new WafTransaction(environment ?? new WafEnvironment());
    }

    public WafProgram Program { get; }

    public WafOverlay Overlay { get; }

    public WafTransaction Transaction { get; }

    /// <summary>What the overlay had to say about the zone.</summary>
    public string Findings => string.Join("\n", _findings);

    /// <summary>The ids of the rules that matched, in order.</summary>
    public string Ids => string.Join(" ", Transaction.Matches.ToArray().Select(m => m.Rule.Id));

    public string LogData => string.Join("|", Transaction.Matches.ToArray().Select(m => Text(Transaction.BytesOf(m.LogData))));

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Begins a request: its line and its header, without running a rule.</summary>
    public WafTransaction Begin(string target = "/", string method = "GET", string client = "192.0.2.7", params (string Name, string Value)[] headers)
    {
        Transaction.Begin(Overlay, new WafConnection
        {
            ClientAddress = Encoding.Latin1.GetBytes(client),
            ClientPort = 40000,
            ServerAddress = "192.0.2.1"u8,
            ServerPort = 443,
            UniqueId = "ray-1"u8,
        });
        Transaction.SetRequestLine(Encoding.Latin1.GetBytes(method), Encoding.Latin1.GetBytes(target), "HTTP/1.1"u8);
        foreach ((string name, string value) in headers) Transaction.AddRequestHeader(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        return Transaction;
    }

    /// <summary>A whole GET: all five phases.</summary>
    public EngineUnderTest Get(string target = "/", string client = "192.0.2.7", params (string Name, string Value)[] headers)
    {
        Begin(target, "GET", client, headers);
        return Finish(null);
    }

    /// <summary>A whole POST: all five phases.</summary>
    public EngineUnderTest Post(string type, string body, string target = "/")
    {
        Begin(target, "POST", "192.0.2.7", ("Content-Type", type));
        return Finish(Encoding.Latin1.GetBytes(body));
    }

    /// <summary>The rest of a request that has begun.</summary>
    public EngineUnderTest Finish(byte[]? body, string responseType = "text/html", string responseBody = "")
    {
        Transaction.Evaluate(SecPhase.RequestHeaders);
        if (body is not null && Transaction.InspectsRequestBody) Transaction.AppendRequestBody(body);
        Transaction.Evaluate(SecPhase.RequestBody);
        Transaction.SetResponse(200, "HTTP/1.1"u8, "OK"u8);
        Transaction.AddResponseHeader("Content-Type"u8, Encoding.Latin1.GetBytes(responseType));
        Transaction.Evaluate(SecPhase.ResponseHeaders);
        if (Transaction.InspectsResponseBody) Transaction.AppendResponseBody(Encoding.Latin1.GetBytes(responseBody));
        Transaction.Evaluate(SecPhase.ResponseBody);
        Transaction.Evaluate(SecPhase.Logging);
        return this;
    }

    public string Tx(string name) => Text(Transaction.TxValue(Encoding.Latin1.GetBytes(name)));

    public void Dispose() => Transaction.Dispose();
}
