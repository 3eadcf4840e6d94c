using System.Text;
using Breakwater.Http;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Ftw;

/// <summary>
/// The engine in this process, behind the edge's own reader of request heads, before an origin that answers as the suite's does. One request at
/// a time.
/// </summary>
public sealed class InProcessTarget(WafOverlay overlay, WafEnvironment environment) : IFtwTarget, IDisposable
{
    private readonly WafTransaction _transaction = new(environment);

    /// <summary>Sends one request to the engine.</summary>
    public ValueTask<FtwAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancel) => ValueTask.FromResult(Send(request.Span));

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _transaction.Dispose();

    private FtwAnswer Send(ReadOnlySpan<byte> request)
    {
        RequestHead head = new(HeadLimits.Default with { MaxBytes = 128 * 1024, MaxLine = 64 * 1024, MaxTarget = 64 * 1024 });
        ReadStatus status = head.Read(request, out int consumed);
        Begin();
        if (status == ReadStatus.Invalid) return Refuse(request, HttpViolations.StatusCode(head.Violation), HttpViolations.Describe(head.Violation));
        if (status == ReadStatus.NeedMore) return new FtwAnswer(408, false, [], "");
        if (!TryReadBody(head, request[consumed..], out byte[] body)) return Refuse(request, 400, "");

        _transaction.SetRequest(head);
        _transaction.Evaluate(SecPhase.RequestHeaders);
        if (head.Framing == BodyFraming.Length && body.Length < head.ContentLength)
        {
            // A listener would wait for the rest; the client gives up first.
            _transaction.Evaluate(SecPhase.Logging);
            return new FtwAnswer(0, true, Log(), "");
        }

        if (_transaction.InspectsRequestBody) _transaction.AppendRequestBody(body);
        _transaction.Evaluate(SecPhase.RequestBody);
        Albedo origin = Albedo.Answer(head, body);
        if (_transaction.Verdict.IsContinue) Respond(origin);
        _transaction.Evaluate(SecPhase.Logging);
        WafVerdict verdict = _transaction.Verdict;
        int answered = verdict.Kind switch { WafVerdictKind.Deny => verdict.Status, WafVerdictKind.Continue => origin.Status, _ => 0 };
        return new FtwAnswer(answered, true, Log(), Encoding.UTF8.GetString(origin.Body));
    }

    private void Begin() =>
        _transaction.Begin(overlay, new WafConnection
        {
            ClientAddress = "127.0.0.1"u8,
            ClientPort = 50000,
            ServerAddress = "127.0.0.1"u8,
            ServerPort = 80,
            UniqueId = "ftw"u8,
        });

    /// <summary>What the edge refuses is seen by the rules, which have no say in it any more.</summary>
    private FtwAnswer Refuse(ReadOnlySpan<byte> request, int status, string reason)
    {
        _transaction.SetRefusedRequest(request);
        _transaction.Evaluate(SecPhase.RequestHeaders);
        _transaction.Evaluate(SecPhase.RequestBody);
        _transaction.Evaluate(SecPhase.Logging);
        return new FtwAnswer(status, true, Log(), reason);
    }

    private void Respond(Albedo origin)
    {
        _transaction.SetResponse(origin.Status, "HTTP/1.1"u8);
        foreach ((string name, string value) in origin.Headers) _transaction.AddResponseHeader(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        _transaction.Evaluate(SecPhase.ResponseHeaders);
        if (_transaction.InspectsResponseBody) _transaction.AppendResponseBody(origin.Body);
        _transaction.Evaluate(SecPhase.ResponseBody);
    }

    private List<string> Log()
    {
        List<string> lines = [];
        foreach (WafMatch match in _transaction.Matches) lines.Add(FtwLogLine.Of(_transaction, match));
        return lines;
    }

    private static bool TryReadBody(RequestHead head, ReadOnlySpan<byte> rest, out byte[] body)
    {
        body = [];
        if (head.Framing == BodyFraming.Length)
        {
            body = rest[..(int)Math.Min(head.ContentLength, rest.Length)].ToArray();
            return true;
        }

        if (head.Framing != BodyFraming.Chunked) return true;
        ChunkedReader reader = new();
        List<byte> data = [];
        while (true)
        {
            ReadStatus status = reader.Read(rest, out int consumed, out int start, out int length);
            if (status == ReadStatus.Invalid) return false;
            data.AddRange(rest.Slice(start, length));
            rest = rest[consumed..];
            if (status == ReadStatus.Complete || (consumed == 0 && length == 0)) break;
        }

        body = [.. data];
        return true;
    }
}
