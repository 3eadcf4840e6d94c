using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Zones: the protected sites.</summary>
internal static class ZoneSchema
{
    public static Section<ErrorsConfig> Errors { get; } = new Section<ErrorsConfig>(
        "errors", "'errors'",
        "What visitors see when something fails. Pages go to those who accept HTML; others get JSON (RFC 9457) or plain text.", () => new())
        .Key("pages", new ErrorPagesSyntax(), e => e.Pages, (e, v) => e with { Pages = v },
            "The zone's own pages: files for a status (`502`), a class (`5xx`) or `all`; the most specific is used, for errors of the "
                + "edge only.",
            "The built-in page says who failed, and shows the ray id.", aka: ["error_pages", "page"], shown: "none")
        .Key("status_52x", Values.Boolean, e => e.Status52x, (e, v) => e with { Status52x = v },
            "Answer with 520 to 526 when the origin failed, in place of 502, 503 and 504. Log and page name them in any case.",
            "They are no registered statuses; monitors and clients know the registered ones.", aka: ["wire_52x", "status_520"]);

    public static Section<HstsConfig> Hsts { get; } = new Section<HstsConfig>(
        "hsts", "'hsts'", "Strict transport security (RFC 6797), on responses over TLS. `hsts: {}` switches it on with every default.",
        () => new())
        .Key("max_age", Values.DurationOrZero("1s", "3650d"), h => h.MaxAge, (h, v) => h with { MaxAge = v },
            "How long browsers remember; 0 makes them forget.", "What the browsers' preload list asks for. Begin with `1h` when not sure.")
        .Key("include_subdomains", Values.Boolean, h => h.IncludeSubdomains, (h, v) => h with { IncludeSubdomains = v },
            "Whether it holds for all subdomains.", "Locks visitors out of subdomains that have no TLS.", aka: ["includesubdomains"])
        .Key("preload", Values.Boolean, h => h.Preload, (h, v) => h with { Preload = v },
            "Whether browsers may ship the host in their lists. Needs `include_subdomains` and a `max_age` of at least `365d`.",
            "Hard to take back.");

    public static Section<OriginHeadersConfig> OriginHeaders { get; } = new Section<OriginHeadersConfig>(
        "origin_headers", "'origin_headers'",
        "What origins are told about the visitor. `Breakwater-Ray` is always sent; forwarding fields that an untrusted client sent are "
            + "always removed.", () => new())
        .Key("x_forwarded", Values.Boolean, h => h.XForwarded, (h, v) => h with { XForwarded = v },
            "Set `X-Forwarded-For`, `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Real-IP`.", "What frameworks read.")
        .Key("forwarded", Values.Boolean, h => h.Forwarded, (h, v) => h with { Forwarded = v },
            "Set `Forwarded` (RFC 7239).", "Few applications read it, and those that read both may find them at odds.")
        .Key("via", Values.Boolean, h => h.Via, (h, v) => h with { Via = v },
            "Append to `Via` (RFC 9110 §7.6.3) in both directions.",
            "nginx and others stop compressing when they see it. Switch it on where proxies may form a loop.");

    public static Section<ZoneConfig> Zone { get; } = new Section<ZoneConfig>(
        "zone", "a zone", "A protected site: its hosts, its origins and how requests get there.", () => new() { Name = "", Origins = [] })
        .Key("name", Values.ZoneName, z => z.Name, (z, v) => z with { Name = v },
            "Its name in logs and metrics; unique.", "", Presence.Required, aka: ["id", "zone"])
        .Key("hosts", Values.ListOf(Values.HostPattern, min: 1), z => z.Hosts, (z, v) => z with { Hosts = v },
            "The hosts it answers for, without port: names, `*.` and a name for all below it at any depth, `*` for any. An exact name "
                + "wins over the longest wildcard, that over `*`. A host of no zone is answered 421. Quote what begins with `*`.",
            "With one zone there is nothing to choose.", aka: ["host", "domains", "domain", "server_name", "server_names"],
            shown: "`[\"*\"]`")
        .Key("origins", Values.ListOf(OriginSchema.Origin.Syntax, min: 1), z => z.Origins, (z, v) => z with { Origins = v },
            "The servers behind it. `--origin` and `BREAKWATER_ORIGIN` replace them.", "", Presence.RequiredInTheEnd,
            aka: ["backends", "backend", "upstreams", "upstream", "servers", "proxy_pass", "endpoints", "targets"])
        .Key("balance", Values.Choice(
                ("two_choices", BalancePolicy.TwoChoices), ("round_robin", BalancePolicy.RoundRobin), ("hash", BalancePolicy.Hash)),
            z => z.Balance, (z, v) => z with { Balance = v },
            "How an origin is chosen: the less busy of two drawn at random, in turn, or by a consistent hash of `hash_by`.",
            "Sends less to an origin that is slow, without the herd that *least connections* makes.",
            aka: ["lb_policy", "load_balancing", "policy"])
        .Key("hash_by", Values.HashKey, z => z.HashBy, (z, v) => z with { HashBy = v },
            "What `balance: hash` hashes. A request without the header or cookie is hashed by client address.",
            "The one thing every request has.", aka: ["hash"])
        .Key("health", OriginSchema.Health.Syntax, z => z.Health, (z, v) => z with { Health = v },
            "Active health checks.", "Nobody but the operator knows a path that is cheap and tells the truth.",
            aka: ["health_check", "healthcheck", "health_checks"])
        .Key("outlier", OriginSchema.Outlier.Syntax, z => z.Outlier, (z, v) => z with { Outlier = v },
            "Passive health.", "", aka: ["outlier_detection", "passive_health"])
        .Key("slow_start", Values.DurationOrZero("1s", "1h"), z => z.SlowStart, (z, v) => z with { SlowStart = v },
            "How long an origin that came back gets less than its share, growing to all of it; 0 = its share at once.",
            "Helps only origins that must warm up (caches, JIT compilers).")
        .Key("pool", OriginSchema.Pool.Syntax, z => z.Pool, (z, v) => z with { Pool = v },
            "Connections to origins, and the queue for them.", "", aka: ["connection_pool", "keepalive"])
        .Key("retries", OriginSchema.Retries.Syntax, z => z.Retries, (z, v) => z with { Retries = v },
            "Second attempts.", "", aka: ["retry"])
        .Key("timeouts", LimitsSchema.Timeouts.Syntax, z => z.Timeouts, (z, v) => z with { Timeouts = v },
            "Timeouts toward this zone's origins.", "", shown: "the top level's `timeouts`, key by key")
        .Key("max_body_size", Values.SizeOrZero(1, 1L << 50), z => z.MaxBodySize, (z, v) => z with { MaxBodySize = v },
            "The largest request body; 413 above. 0 = any.",
            "Bodies pass through without being held, and applications know their own limit; nginx's 1 MiB breaks uploads first.",
            aka: ["body_limit", "client_max_body_size", "max_size"])
        .Key("errors", Errors.Syntax, z => z.Errors, (z, v) => z with { Errors = v },
            "What visitors see when something fails.", "", aka: ["error_pages", "error_page"])
        .Key("hsts", Hsts.Syntax, z => z.Hsts, (z, v) => z with { Hsts = v },
            "Strict transport security.", "Browsers remember it for long; only the operator knows that TLS will stay.",
            aka: ["strict_transport_security"])
        .Key("redirect_to_https", Values.Redirect, z => z.RedirectToHttps, (z, v) => z with { RedirectToHttps = v },
            "Answer requests that came without TLS with 308 to the same URL over https: `true` for port 443, or the port. A trusted "
                + "proxy's `X-Forwarded-Proto` counts.",
            "The edge cannot know whether TLS reaches it from outside.", aka: ["https_redirect", "redirect", "force_https", "ssl_redirect"],
            shown: "`false`")
        .Key("origin_headers", OriginHeaders.Syntax, z => z.OriginHeaders, (z, v) => z with { OriginHeaders = v },
            "What origins are told about the visitor.", "", aka: ["headers", "forwarded", "proxy_set_header"])
        .Key("websocket", Values.Boolean, z => z.Websocket, (z, v) => z with { Websocket = v },
            "Whether WebSocket upgrades are passed on; else they are answered 403.", "Sites that use it would break, others never see one.",
            aka: ["websockets"])
        .Key("dns", OriginSchema.Dns.Syntax, z => z.Dns, (z, v) => z with { Dns = v },
            "How names of origins are resolved.", "", aka: ["resolver", "resolve"])
        .Key("normalize_urls", Values.Boolean, z => z.NormalizeUrls, (z, v) => z with { NormalizeUrls = v },
            "Whether rules see paths with `.` and `..` resolved, slashes merged and needless percent-encoding decoded. `raw.` fields and "
                + "what the origin gets stay as they came.",
            "A rule on `/admin` must not be passed by `/x/../admin`.", aka: ["normalise_urls", "url_normalization", "normalize_url"])
        .Key("access", Values.ListOf(ListsSchema.Access.Syntax), z => z.Access, (z, v) => z with { Access = v },
            "Decisions over some visitors, before any rule and after those for all zones.", "Everybody is let in, and looked at.",
            aka: ["access_rules", "ip_access_rules", "allow", "deny"])
        .Key("rules", Values.ListOf(RulesSchema.Rule.Syntax), z => z.Rules, (z, v) => z with { Rules = v },
            "Rules of this zone.", "Only the operator knows what this site needs.", aka: ["rule"])
        .Key("rulesets", Values.ListOf(Values.File), z => z.Rulesets, (z, v) => z with { Rulesets = v },
            "Files of rulesets in the JSON of the rulesets API, such as exports; they run after `rules`.", "Rules can stand in this file.",
            aka: ["ruleset"])
        .Key("ratelimit_headers", Values.Boolean, z => z.RatelimitHeaders, (z, v) => z with { RatelimitHeaders = v },
            "Whether responses have the fields `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10) for the strictest "
                + "rate limit that the request met. `Retry-After` comes with every refusal in any case.",
            "They tell an attacker how far to go. Switch it on for APIs with clients that heed them.",
            aka: ["rate_limit_headers", "ratelimit_header"])
        .Key("waf", WafSchema.Waf.Syntax, z => z.Waf, (z, v) => z with { Waf = v },
            "The web application firewall.", "", aka: ["firewall", "modsecurity", "coraza", "owasp"], shown: "the top level's `waf`, key by key")
        .Key("fail", FailSchema.Fail.Syntax, z => z.Fail, (z, v) => z with { Fail = v },
            "What becomes of requests when a part of the edge fails.", "", aka: ["fail_mode", "fuses"], shown: "the top level's `fail`, key by key");
}
