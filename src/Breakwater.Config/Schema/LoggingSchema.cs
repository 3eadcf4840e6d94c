using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Logs and metrics.</summary>
internal static class LoggingSchema
{
    public static Section<AccessLogConfig> Access { get; } = new Section<AccessLogConfig>(
        "access", "'access'", "The access log: one record for every exchange. Written in the background; it never delays a request.",
        () => new())
        .Key("to", Values.LogTarget, a => a.To, (a, v) => a with { To = v },
            "Where records go. A file is appended to, and opened again on `reload` and `SIGHUP`, so that it can be rotated.",
            "What containers and systemd collect.", aka: ["path", "file", "output", "target"])
        .Key("format", Values.LogFormat, a => a.Format, (a, v) => a with { Format = v },
            "`json`: one object a line, with all fields. `combined`: the format of Apache and nginx, for tools that expect it.",
            "It carries ray id, timings and reasons.")
        .Key("max_queued", Values.Integer(16, 1_000_000), a => a.MaxQueued, (a, v) => a with { MaxQueued = v },
            "Records that may wait for the writer; what exceeds it is dropped and counted.",
            "Half a second at 30,000 requests a second, in some megabytes.", aka: ["queue", "buffer"])
        .Key("headers", Values.ListOf(Values.FieldName), a => a.Headers, (a, v) => a with { Headers = v },
            "Further request fields to log by name, in `json` only; the first 16 of them. What `redact_headers` names is left out.",
            "The usual ones are members of their own.")
        .Key("redact_query", Values.ListOf(Values.ArgumentName), a => a.RedactQuery, (a, v) => a with { RedactQuery = v },
            "Query arguments whose values are never logged, whatever their case. Replaces the default list.",
            "Names under which secrets commonly travel.")
        .Key("redact_headers", Values.ListOf(Values.FieldName), a => a.RedactHeaders, (a, v) => a with { RedactHeaders = v },
            "Header fields whose values are never logged, whatever their case. Replaces the default list; the values of `Authorization` "
                + "and `Cookie` are never logged in any case.",
            "Fields that carry credentials.");

    public static Section<EventLogConfig> Events { get; } = new Section<EventLogConfig>(
        "events", "'events'",
        "The log of security events: one JSON object for each thing that a rule did, other than letting a request pass; [logs.md](logs.md) has its members. "
            + "Bounded under attack. The secrets that `access` leaves out are left out here too. The last events are kept in memory besides, for "
            + "`breakwater events` and `breakwater explain`.",
        () => new())
        .Key("to", Values.LogTarget, e => e.To, (e, v) => e with { To = v },
            "Where events go. A file is appended to, and opened again on `reload` and `SIGHUP`, so that it can be rotated.",
            "`breakwater events` shows them without.", aka: ["path", "file", "output", "target"]);

    public static Section<LoggingConfig> Logging { get; } = new Section<LoggingConfig>(
        "logging", "'logging'", "What the edge writes down.", () => new())
        .Key("level", Values.LogLevel, l => l.Level, (l, v) => l with { Level = v },
            "The least important messages that the diagnostic log (standard error) shows.",
            "Some lines at start, reload and stop, and nothing for each request.")
        .Key("access", Access.Syntax, l => l.Access, (l, v) => l with { Access = v },
            "The access log.", "", aka: ["access_log"])
        .Key("events", Events.Syntax, l => l.Events, (l, v) => l with { Events = v },
            "The log of security events.", "", aka: ["event_log", "security_events"]);

    public static Section<OtlpConfig> Otlp { get; } = new Section<OtlpConfig>(
        "otlp", "'otlp'", "Push of metrics to an OpenTelemetry collector.", () => new() { Endpoint = new Uri("http://localhost:4317") })
        .Key("endpoint", Values.CollectorUrl, o => o.Endpoint, (o, v) => o with { Endpoint = v },
            "The collector: `http://collector:4317` for gRPC, `http://collector:4318` for HTTP.", "", Presence.Required,
            aka: ["url", "address"])
        .Key("interval", Values.Duration("1s", "1h"), o => o.Interval, (o, v) => o with { Interval = v },
            "Time between two pushes.", "What Prometheus scrapes at by custom.")
        .Key("protocol", Values.Choice(("grpc", OtlpProtocol.Grpc), ("http", OtlpProtocol.Http)),
            o => o.Protocol, (o, v) => o with { Protocol = v },
            "The carrier of OTLP.", "The default of the OpenTelemetry libraries.");

    public static Section<MetricsConfig> Metrics { get; } = new Section<MetricsConfig>(
        "metrics", "'metrics'", "How metrics leave the edge.", () => new())
        .Key("prometheus", Values.Boolean, m => m.Prometheus, (m, v) => m with { Prometheus = v },
            "Whether the admin listener answers `/metrics` in Prometheus text format.", "Costs nothing until it is asked for.")
        .Key("otlp", Otlp.Syntax, m => m.Otlp, (m, v) => m with { Otlp = v },
            "Push to an OpenTelemetry collector.", "Nothing leaves the machine that nobody asked for.", aka: ["opentelemetry"]);
}
