using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Edge.Waf;
using Breakwater.Http;
using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Events;

/// <summary>
/// Makes events of what rules did with an exchange that is over, keeps the last ones and logs them. Thread-safe. How many there are at most is
/// up to <see cref="EventSampler"/>, so that an attack costs no memory and hardly any time here.
/// </summary>
/// <param name="clock">The edge's clock.</param>
/// <param name="log">Where they are written besides; owned from now on; null = nowhere.</param>
internal sealed class SecurityEvents(EdgeClock clock, EventLog? log) : IDisposable
{
    private const int MaxPath = 1024;

    private static readonly IReadOnlyDictionary<string, string?> NoValues = new Dictionary<string, string?>();

    /// <summary>The last ones.</summary>
    public EventStore Store { get; } = new();

    /// <summary>The log; null when off.</summary>
    public EventLog? Log => log;

    /// <summary>Lets metrics know the counters.</summary>
    public void AddTo(EdgeMetrics metrics)
    {
        metrics.Observe(Instruments.EventsRecorded, sink => sink.Value(Store.Last));
        metrics.Observe(Instruments.EventLogDropped, sink => sink.Value(log?.Dropped ?? 0));
    }

    /// <summary>Records what rules did with an exchange that is over and not yet cleared.</summary>
    public void Record(Exchange exchange, RuleRun run)
    {
        EventRequest? request = null;
        string path = "", host = "";
        foreach (RuleHit hit in run.Hits)
        {
            if (hit.Seen is not { } seen)
            {
                continue;
            }

            if (request is null)
            {
                request = RequestOf(exchange, seen.Redaction);
                path = PlainText.Of(exchange.Request.Path, MaxPath);
                host = PlainText.Of(exchange.Request.Authority, LogLimits.Host);
            }

            Record(exchange, run, hit, seen, request, host, path);
        }
    }

    /// <summary>Records what the firewall found in an exchange that is over and not yet cleared.</summary>
    public void Record(Exchange exchange, WafRun run)
    {
        ref ExchangeRecord record = ref exchange.Record;
        WafFacts facts = run.Facts!;
        WafMatchFacts? decided = run.DecidedBy;
        EventRequest request = RequestOf(exchange, run.Firewall!.Redaction);
        SecurityEvent added = Store.Add(new SecurityEvent
        {
            Time = TimeOf(record),
            Ray = exchange.Ray.ToString(),
            Zone = run.Firewall.State.Zone,
            Generation = exchange.Generation.Number,
            Client = request.Client,
            Method = PlainText.Of(exchange.Request.Method, LogLimits.Method),
            Host = PlainText.Of(exchange.Request.Authority, LogLimits.Host),
            Path = PlainText.Of(exchange.Request.Path, MaxPath),
            Action = "waf",
            Effect = WordsOf<RuleEffect>.Text((int)run.Effect),
            Phase = RulePhases.NameOf(run.IsOfResponse ? RulePhase.HttpResponseFirewallManaged : RulePhase.HttpRequestFirewallManaged),
            Level = WordsOf<RuleLevel>.Text((int)RuleLevel.Zone),
            Ruleset = facts.Rules,
            Rule = decided?.Rule.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
            Description = decided?.Message ?? facts.NotInspected,
            Status = record.Status,
            End = WordsOf<ExchangeEnd>.Text((int)record.End),
            Values = NoValues,
            Waf = facts,
            Suppressed = run.Suppressed,
            Request = request,
        });
        log?.Write(added);
    }

    /// <inheritdoc/>
    public void Dispose() => log?.Dispose();

    private void Record(Exchange exchange, RuleRun run, in RuleHit hit, EventValues seen, EventRequest request, string host, string path)
    {
        ref ExchangeRecord record = ref exchange.Record;
        CompiledRule rule = hit.Rule;
        SecurityEvent added = Store.Add(new SecurityEvent
        {
            Time = TimeOf(record),
            Ray = exchange.Ray.ToString(),
            Zone = exchange.Zone?.Name ?? EdgeMetrics.NoZone,
            Generation = exchange.Generation.Number,
            Client = request.Client,
            Method = PlainText.Of(exchange.Request.Method, LogLimits.Method),
            Host = host,
            Path = path,
            Action = RuleActionKinds.NameOf(rule.Action.Kind),
            Effect = WordsOf<RuleEffect>.Text((int)hit.Effect),
            Phase = RulePhases.NameOf(rule.Phase),
            Level = WordsOf<RuleLevel>.Text((int)rule.Level),
            Ruleset = rule.Ruleset.Id,
            Rule = rule.Id,
            Description = rule.Source.Description,
            Status = record.Status,
            End = WordsOf<ExchangeEnd>.Text((int)record.End),
            Limit = seen.Limit,
            Values = seen.Values,
            Suppressed = seen.Suppressed,
            Omitted = run.OmittedHits,
            Request = request,
        });
        log?.Write(added);
    }

    private DateTimeOffset TimeOf(in ExchangeRecord record) =>
        clock.UtcNow.AddTicks((record.StartMicros - record.EndMicros) * TimeSpan.TicksPerMicrosecond);

    private static EventRequest RequestOf(Exchange exchange, Redaction redaction)
    {
        ref ExchangeRecord record = ref exchange.Record;
        string head = redaction.Head(exchange.Request, out bool truncated);
        bool responseTruncated = false;
        return new EventRequest
        {
            Head = head,
            HeadTruncated = truncated || exchange.Request.Violation != HttpViolation.None,
            ResponseHead = record.OriginStatus == 0 ? null : redaction.Head(exchange.Response, out responseTruncated),
            ResponseHeadTruncated = responseTruncated,
            Client = exchange.ClientAddress.ToString(),
            Https = exchange.IsHttps,
            Origin = record.Origin?.Name,
            OriginStatus = record.OriginStatus,
            OriginMs = record.OriginHeadMicros == 0 ? 0 : (record.OriginHeadMicros - record.OriginSentMicros) / 1000.0,
            DurationMs = (record.EndMicros - record.StartMicros) / 1000.0,
        };
    }
}
