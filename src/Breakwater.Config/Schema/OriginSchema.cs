using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Origins: where they are, how they are reached, whether they are well.</summary>
internal static class OriginSchema
{
    public static Section<OriginTlsConfig> Tls { get; } = new Section<OriginTlsConfig>(
        "origin_tls", "an origin's 'tls'", "TLS toward an `https://` origin.", () => new())
        .Key("verify", Values.Boolean, t => t.Verify, (t, v) => t with { Verify = v },
            "Whether the origin's certificate must be valid for its name. `false` protects against nobody who can stand between edge and "
                + "origin.",
            "Encryption to an unknown peer protects little; nginx's default surprises people.",
            aka: ["insecure", "skip_verify", "tls_insecure_skip_verify"])
        .Key("sni", Values.HostName, t => t.Sni, (t, v) => t with { Sni = v },
            "The name that is sent (SNI) and that the certificate must carry.", "", aka: ["server_name"], shown: "the host of `url`")
        .Key("ca", Values.File, t => t.Ca, (t, v) => t with { Ca = v },
            "PEM file with the authorities trusted for this origin, in place of the system's.", "", aka: ["ca_file", "trusted_ca"],
            shown: "the system's")
        .Key("client_cert", Values.File, t => t.ClientCert, (t, v) => t with { ClientCert = v },
            "PEM file with the certificate shown to the origin. Goes with `client_key`.", "", aka: ["cert", "certificate"])
        .Key("client_key", Values.File, t => t.ClientKey, (t, v) => t with { ClientKey = v },
            "PEM file with its key.", "", aka: ["key"]);

    public static Section<OriginConfig> Origin { get; } = new Section<OriginConfig>(
        "origin", "an origin", "A server behind a zone.", () => new() { Url = new OriginAddress(false, "localhost", 80) })
        .Key("url", Values.OriginUrl, o => o.Url, (o, v) => o with { Url = v },
            "Scheme, host and port; no path. A name is resolved again and again (see [dns](#dns)), and each of its addresses is used. "
                + "Or a Unix domain socket, `unix:/run/app.sock`, for plain HTTP; its own `host` is `localhost`.",
            "", Presence.Required, aka: ["address", "server", "uri", "target", "upstream", "host_port"])
        .Key("weight", Values.Integer(0, 1000), o => o.Weight, (o, v) => o with { Weight = v },
            "Its share of the requests, relative to the zone's other origins; 0 takes it out of rotation.", "Equal shares.")
        .Key("host", Values.HostHeader, o => o.Host, (o, v) => o with { Host = v },
            "The `Host` it is sent: `preserve` what the visitor asked for, the `origin`'s own (host of `url`), or a name.",
            "Applications make links, cookies and redirects from it.", aka: ["host_header", "upstream_host"])
        .Key("max_in_flight", Values.Integer(0, 1_000_000), o => o.MaxInFlight, (o, v) => o with { MaxInFlight = v },
            "Requests at it at a time; 0 = the zone's `pool.max_in_flight`.", "", aka: ["max_conns", "maxconn", "max_connections"])
        .Key("protocol", Values.Choice(("auto", OriginProtocol.Auto), ("h1", OriginProtocol.H1), ("h2", OriginProtocol.H2)),
            o => o.Protocol, (o, v) => o with { Protocol = v },
            "`auto`: HTTP/1.1, and HTTP/2 for gRPC. `h1`, `h2`: always that; `h2` to an `http://` origin is by prior knowledge (h2c).",
            "HTTP/1.1 on pooled connections is the cheapest, and passes heads on byte for byte.", aka: ["protocols", "http2", "version"])
        .Key("tls", Tls.Syntax, o => o.Tls, (o, v) => o with { Tls = v },
            "TLS toward it, for an `https://` URL.", "", aka: ["ssl"]);

    public static Section<HealthConfig> Health { get; } = new Section<HealthConfig>(
        "health", "'health'",
        "Active health checks: a GET to each origin at intervals, over a new connection each (with `protocol: h2`, over the one that requests "
            + "share). `health: {}` switches them on with every default.",
        () => new())
        .Key("path", Values.RequestPath, h => h.Path, (h, v) => h with { Path = v },
            "What is asked for.", "Every server answers it somehow. Better is a path that checks what the application needs.",
            aka: ["uri", "url"])
        .Key("host", Values.HostName, h => h.Host, (h, v) => h with { Host = v },
            "The `Host` that is sent.", "Checks come without a visitor's `Host` to preserve.",
            shown: "the origin's `host` if that is a name, else the host of `url`")
        .Key("interval", Values.Duration("100ms", "1h"), h => h.Interval, (h, v) => h with { Interval = v },
            "Time between two checks of an origin.",
            "With `unhealthy_after` it takes 15 s to see a silent death; failing requests show it sooner (`outlier`).",
            aka: ["inter", "period"])
        .Key("timeout", Values.Duration("10ms", "10m"), h => h.Timeout, (h, v) => h with { Timeout = v },
            "Time for an answer. At most `interval`.", "An origin that needs longer for a health page is not well.",
            shown: "`2s`, or `interval` if that is shorter")
        .Key("healthy_after", Values.Integer(1, 100), h => h.HealthyAfter, (h, v) => h with { HealthyAfter = v },
            "Good answers in a row that bring an origin back.", "One may be luck.",
            aka: ["rise", "healthy_threshold", "success_threshold", "passes"])
        .Key("unhealthy_after", Values.Integer(1, 100), h => h.UnhealthyAfter, (h, v) => h with { UnhealthyAfter = v },
            "Bad answers in a row that take an origin out.", "One or two may be a lost packet.",
            aka: ["fall", "unhealthy_threshold", "failure_threshold", "fails"])
        .Key("expect_status", Values.StatusRange, h => h.ExpectStatus, (h, v) => h with { ExpectStatus = v },
            "Statuses of a good answer.", "A redirect to a login page is a sign of life.", aka: ["status", "match", "expected_statuses"]);

    public static Section<OutlierConfig> Outlier { get; } = new Section<OutlierConfig>(
        "outlier", "'outlier'",
        "Passive health: an origin that fails visitors' requests is left out for a while. Failures are: no connection, a timeout, a "
            + "response that is broken or cut off, and the statuses 502, 503 and 504.",
        () => new())
        .Key("consecutive_failures", Values.Integer(0, 10_000), o => o.ConsecutiveFailures, (o, v) => o with { ConsecutiveFailures = v },
            "Failures in a row that eject an origin; 0 = never.", "Five in a row are no accident. One good answer starts the count anew.",
            aka: ["max_fails", "consecutive_5xx", "failures"])
        .Key("eject_for", Values.Duration("100ms", "24h"), o => o.EjectFor, (o, v) => o with { EjectFor = v },
            "How long the first ejection lasts; each further one in a row lasts twice as long as the one before.", "A restart fits into it.",
            aka: ["fail_timeout", "base_ejection_time"], shown: "`30s`, or `max_eject_for` if that is shorter")
        .Key("max_eject_for", Values.Duration("100ms", "24h"), o => o.MaxEjectFor, (o, v) => o with { MaxEjectFor = v },
            "The longest ejection. At least `eject_for`.", "An origin that came back is found within minutes.", aka: ["max_ejection_time"],
            shown: "`5m`, or `eject_for` if that is longer")
        .Key("max_ejected", Values.Percent, o => o.MaxEjected, (o, v) => o with { MaxEjected = v },
            "The share of the zone's origins that may be ejected at a time, but always one; a zone's only origin never.",
            "When half of them fail, the cause is more likely something that they share, and the rest would break under the load.",
            aka: ["max_ejection_percent"])
        .Key("panic_below", Values.Percent, o => o.PanicBelow, (o, v) => o with { PanicBelow = v },
            "When less than this share of the origins looks healthy, health is ignored and all are used; `0%` = never.",
            "Checks are wrong more often than everything is down.", aka: ["panic_threshold"]);

    public static Section<PoolConfig> Pool { get; } = new Section<PoolConfig>(
        "pool", "'pool'", "Connections to each origin of the zone, shared by all visitors, and the queue for them.", () => new())
        .Key("max_connections", Values.Integer(1, 1_000_000), p => p.MaxConnections, (p, v) => p with { MaxConnections = v },
            "Connections to one origin.",
            "More requests at a time than an application server works on. Each WebSocket and event stream holds one: raise it for sites "
                + "with many.",
            aka: ["max_conns", "size", "keepalive", "maxconn"])
        .Key("max_in_flight", Values.Integer(1, 1_000_000), p => p.MaxInFlight, (p, v) => p with { MaxInFlight = v },
            "Requests at one origin at a time, whatever the protocol; tunnels and event streams count.",
            "As for `max_connections`; it is what bounds HTTP/2 origins.",
            aka: ["max_requests"])
        .Key("max_queued", Values.Integer(0, 1_000_000), p => p.MaxQueued, (p, v) => p with { MaxQueued = v },
            "Requests that may wait for one origin; what exceeds it is answered 503 at once.",
            "A longer queue would be answered after its visitors have left.",
            aka: ["queue", "max_pending_requests", "max_queue"])
        .Key("queue_timeout", Values.Duration("10ms", "10m"), p => p.QueueTimeout, (p, v) => p with { QueueTimeout = v },
            "How long a request may wait; then 503.", "Visitors reload after that.")
        .Key("idle_timeout", Values.Duration("100ms", "1h"), p => p.IdleTimeout, (p, v) => p with { IdleTimeout = v },
            "How long an idle connection is kept. Best set below the origin's own keep-alive timeout.",
            "Shorter than the 75 s of most servers. With Node's 5 s a connection may close under a request, which is retried when that "
                + "is safe.",
            aka: ["keepalive_timeout", "keep_alive"])
        .Key("max_age", Values.DurationOrZero("1s", "24h"), p => p.MaxAge, (p, v) => p with { MaxAge = v },
            "Age at which a connection is not used again; 0 = any.",
            "Moves load to new origins behind one address, and renews what NAT tables hold.",
            aka: ["max_lifetime", "max_connection_age", "keepalive_time"]);

    public static Section<RetriesConfig> Retries { get; } = new Section<RetriesConfig>(
        "retries", "'retries'",
        "Second attempts, at another origin where there is one. Only when it is safe: nothing of the request was sent, or it is "
            + "idempotent (RFC 9110 §9.2.2), its body is still at hand, and nothing was answered.",
        () => new())
        .Key("max_attempts", Values.Integer(1, 10), r => r.MaxAttempts, (r, v) => r with { MaxAttempts = v },
            "Attempts in all, the first included; 1 = no retries.",
            "A second one cures a lost connection; a third mostly adds load to what is already failing.",
            aka: ["attempts", "num_retries", "tries", "max_retries"])
        .Key("budget", Values.Percent, r => r.Budget, (r, v) => r with { Budget = v },
            "Retries, as a share of the zone's requests in the last ten seconds.",
            "When everything fails, retries add a fifth to the load and do not double it.")
        .Key("min_per_second", Values.Integer(0, 100_000), r => r.MinPerSecond, (r, v) => r with { MinPerSecond = v },
            "Retries a second that are allowed whatever `budget` says.", "So that a quiet zone can retry at all.");

    public static Section<DnsConfig> Dns { get; } = new Section<DnsConfig>(
        "dns", "'dns'", "How names of origins are resolved. When a look-up fails or finds nothing, the last good answer stays.",
        () => new())
        .Key("refresh", Values.Duration("1s", "24h"), d => d.Refresh, (d, v) => d with { Refresh = v },
            "Time between two look-ups of a name.",
            "The system's resolver does not tell the TTL; services that move behind names use 30 to 60 s.", aka: ["interval", "ttl"]);
}
