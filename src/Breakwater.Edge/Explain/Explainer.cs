using System.Net;
using System.Security.Authentication;
using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Compression;
using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Forwarding;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Origins;
using Breakwater.Edge.Time;
using Breakwater.Http;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Explain;

/// <summary>Who sends the request that is explained. Immutable.</summary>
/// <param name="Address">The peer's address.</param>
/// <param name="IsTls">Whether its connection is TLS.</param>
internal sealed record ExplainedClient(ClientAddress Address, bool IsTls)
{
    /// <summary>The connection as an exchange has it.</summary>
    public ClientConnection ToConnection() => new()
    {
        Id = 0,
        Listener = "explain",
        Peer = new ConnectionPeer(new IPEndPoint(Address.ToIPAddress(), 0)),
        Local = new IPEndPoint(IPAddress.Loopback, IsTls ? 443 : 80),
        IsTls = IsTls,
        TlsProtocol = IsTls ? SslProtocols.Tls13 : SslProtocols.None,
    };
}

/// <summary>
/// Takes a request the way that a listener's would go, up to the origin: the same parser, the same decisions
/// (<see cref="Pipeline.Decide"/>), nothing sent. Not thread-safe; each explanation has an exchange of its own.
/// </summary>
/// <param name="generation">The configuration.</param>
/// <param name="clock">The clock.</param>
/// <param name="redaction">What is not to be shown.</param>
internal sealed class Explainer(Generation generation, EdgeClock clock, Redaction redaction)
{
    private const int MaxText = 4096;

    /// <summary>Explains a request.</summary>
    /// <param name="head">The bytes: a request's head, and perhaps its body.</param>
    /// <param name="client">Who sends it.</param>
    /// <param name="counts">Whether rate limits count it; otherwise they are only asked.</param>
    /// <param name="chooses">Whether an origin is chosen, which takes its turn.</param>
    /// <param name="answer">The head of the origin's answer, for the rules about responses; empty where it is not known.</param>
    public Explanation Explain(ReadOnlySpan<byte> head, ExplainedClient client, bool counts, bool chooses, ReadOnlySpan<byte> answer = default)
    {
        var steps = new List<ExplainedStep>();
        var watch = new PhaseWatch(clock.Provider, redaction);
        Exchange exchange = Begin(client);
        long at = clock.Provider.GetTimestamp();
        ReadStatus read = exchange.Request.Read(head, out int headLength);
        Tell(steps, "read the request", ref at);
        if (read != ReadStatus.Complete)
        {
            HttpViolation violation = read == ReadStatus.Invalid ? exchange.Request.Violation : HttpViolation.None;
            ExchangeEnd end = read == ReadStatus.Invalid ? ExchangeEnd.BadRequest : ExchangeEnd.HeaderTimeout;
            return Answered(exchange, watch, steps, Verdict.Refuse(end), violation);
        }

        exchange.Rules.Watch = watch;
        exchange.Rules.IsRehearsal = !counts;
        exchange.Waf.IsRehearsal = true;
        exchange.Client = new ExplainedBody(exchange.Request, head[headLength..]);
        at = clock.Provider.GetTimestamp();
        Verdict verdict = Decide(exchange);
        Tell(steps, "decide: client, zone, rules", ref at);
        if (verdict.Kind != VerdictKind.Continue)
        {
            exchange.Waf.Finish();
            return Answered(exchange, watch, steps, verdict, HttpViolation.None);
        }

        ExplainedOrigin origin = Forward(exchange, steps, chooses);
        ExplainedResponse? response = answer.IsEmpty ? null : Respond(exchange, watch, steps, answer);
        exchange.Waf.Finish();
        return Describe(exchange, watch, steps, new ExplainedVerdict("forwarded", null, 0, null, null, null, []), origin, response);
    }

    /// <summary>An exchange of that client, before its request is read.</summary>
    public Exchange Begin(ExplainedClient client)
    {
        Exchange exchange = new(generation.Settings.Head) { Clock = clock, Connection = client.ToConnection(), Generation = generation };
        exchange.Begin(default, clock.Micros);
        return exchange;
    }

    /// <summary>As the pipeline does it, with a body that is at hand.</summary>
    private static Verdict Decide(Exchange exchange)
    {
        var memory = new BodyMemory();
        Verdict verdict = Pipeline.Decide(exchange);
        while (verdict.Kind == VerdictKind.ReadBody)
        {
            exchange.BeginReadAhead(memory).FillAsync(verdict.BodyBytes).AsTask().GetAwaiter().GetResult();
            verdict = Pipeline.Resume(exchange);
        }

        exchange.ReadAhead?.Release();
        return verdict;
    }

    private Explanation Answered(Exchange exchange, PhaseWatch watch, List<ExplainedStep> steps, Verdict verdict, HttpViolation violation)
    {
        string end = WordsOf<ExchangeEnd>.Text((int)verdict.End);
        if (verdict.Kind == VerdictKind.Drop)
        {
            return Describe(exchange, watch, steps, new ExplainedVerdict("dropped", end, 0, watch.EndedBy?.Id, watch.EndedBy?.Ruleset.Id, null, []), null);
        }

        long at = clock.Provider.GetTimestamp();
        (string? rule, string? ruleset) = (watch.EndedBy?.Id, watch.EndedBy?.Ruleset.Id);
        LocalResponse response = verdict.Response ?? Pipeline.ErrorPage(exchange, verdict.End, violation);
        exchange.AnswerWith(response);
        if (ResponseModules.Run(exchange) is { } instead)
        {
            exchange.AnswerWith(response = instead);
        }

        Tell(steps, "answer", ref at);
        string? broken = violation == HttpViolation.None ? null : WordsOf<HttpViolation>.Text((int)violation);
        return Describe(
            exchange, watch, steps, new ExplainedVerdict("answered", end, response.Status, rule, ruleset, broken, FieldsOf(exchange, response)), null);
    }

    private ExplainedOrigin Forward(Exchange exchange, List<ExplainedStep> steps, bool chooses)
    {
        long at = clock.Provider.GetTimestamp();
        OriginGroup group = exchange.Route?.Origins ?? exchange.Zone!.Origins;
        Origin? origin = null;
        if (chooses)
        {
            var choice = new OriginChoice(group.HashKey(exchange));
            group.TryChoose(in choice, out origin, out _);
            Tell(steps, "choose the origin", ref at);
        }

        // Without a choice, any origin of the group shows the head: they differ in the Host field at most.
        Origin? shown = origin ?? (group.Origins is [Origin first, ..] ? first : null);
        string[] head = [];
        if (shown is not null)
        {
            byte[] room = new byte[OriginRequestWriter.MaxSize(exchange, shown)];
            int length = OriginRequestWriter.Write(exchange, shown, room);
            Tell(steps, "write its request", ref at);
            head = Lines(room.AsSpan(0, length));
        }

        return new ExplainedOrigin(origin?.Name, group.Origins.Count, exchange.Route is not null, head);
    }

    /// <summary>Takes an origin's answer through the rules about responses; null when it can't be read.</summary>
    private ExplainedResponse? Respond(Exchange exchange, PhaseWatch watch, List<ExplainedStep> steps, ReadOnlySpan<byte> answer)
    {
        ResponseHead head = exchange.Response;
        if (head.Read(answer, exchange.Request.MethodKind, out _) != ReadStatus.Complete || head.IsInterim || head.UpgradeAccepted)
        {
            return null;
        }

        long at = clock.Provider.GetTimestamp();
        exchange.Record.OriginStatus = exchange.Record.Status = head.StatusCode;
        CompiledRule? before = watch.EndedBy;

        // Its body is not kept: the firewall judges the head alone.
        LocalResponse? instead = exchange.WafIfAny is { AwaitsResponse: true } waf ? waf.JudgeResponse() : null;
        if (instead is not null)
        {
            exchange.AnswerWith(instead);
        }

        instead = ResponseModules.Run(exchange) ?? instead;
        ContentCoding coding = instead is null ? ResponseModules.ChooseCoding(exchange) : ContentCoding.Identity;
        if (coding != ContentCoding.Identity)
        {
            CompressingStream.EditHead(exchange.ResponseEdits, head, coding);
        }

        Tell(steps, "answer", ref at);
        CompiledRule? rule = ReferenceEquals(before, watch.EndedBy) ? null : watch.EndedBy;
        return new ExplainedResponse(
            instead?.Status ?? head.StatusCode, rule?.Id, rule?.Ruleset.Id,
            coding == ContentCoding.Identity ? null : Encoding.ASCII.GetString(ContentCodings.NameOf(coding)),
            instead is null ? FieldsOf(exchange) : FieldsOf(exchange, instead));
    }

    private static Explanation Describe(
        Exchange exchange, PhaseWatch watch, List<ExplainedStep> steps, ExplainedVerdict verdict, ExplainedOrigin? origin,
        ExplainedResponse? response = null)
    {
        RequestHead request = exchange.Request;
        string version = Encoding.ASCII.GetString(Protocols.Name(request.Version));
        return new Explanation
        {
            Request = request.Target.IsEmpty ? "" : $"{PlainText.Of(request.Method, MaxText)} {PlainText.Of(request.Target, MaxText)} {version}",
            Host = PlainText.Of(request.Authority, MaxText),
            Client = exchange.ClientAddress.ToString(),
            Https = exchange.IsHttps,
            Zone = exchange.Zone?.Name,
            Protection = exchange.Zone?.Rules is { } rules ? WordsOf<ProtectionMode>.Text((int)rules.Protection) : null,
            Phases = watch.Phases,
            Waf = exchange.WafIfAny?.Facts,
            Verdict = verdict,
            Origin = origin,
            Response = response,
            Steps = steps,
        };
    }

    private void Tell(List<ExplainedStep> steps, string step, ref long at)
    {
        steps.Add(new ExplainedStep(step, Math.Round(clock.Provider.GetElapsedTime(at).TotalMicroseconds, 1)));
        at = clock.Provider.GetTimestamp();
    }

    /// <summary>The field lines of the origin's response that the client gets.</summary>
    private static string[] FieldsOf(Exchange exchange)
    {
        ResponseHead head = exchange.Response;
        byte[] room = new byte[head.Bytes.Length + exchange.ResponseEdits.AddedBytes];
        HeadWriter writer = new(room);
        writer.Fields(head, default, exchange.ResponseEdits);
        return Lines(room.AsSpan(0, writer.Written));
    }

    private static string[] FieldsOf(Exchange exchange, LocalResponse response)
    {
        var lines = new List<string>();
        foreach (string line in Lines(response.Fields.Span))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !exchange.ResponseEdits.Removes(Encoding.Latin1.GetBytes(line[..colon])))
            {
                lines.Add(line);
            }
        }

        for (int i = 0; i < exchange.ResponseEdits.AddedCount; i++)
        {
            lines.AddRange(Lines(exchange.ResponseEdits.AddedLine(i)));
        }

        return [.. lines];
    }

    private static string[] Lines(ReadOnlySpan<byte> head)
    {
        var lines = new List<string>();
        while (!head.IsEmpty)
        {
            int end = head.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 2)..];
            if (!line.IsEmpty)
            {
                lines.Add(PlainText.Of(line, MaxText));
            }
        }

        return [.. lines];
    }
}
