using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>The document's top level, and the way into the table of all keys.</summary>
internal static class DocumentSchema
{
    public static Section<LifecycleConfig> Lifecycle { get; } = new Section<LifecycleConfig>(
        "lifecycle", "'lifecycle'", "How the edge starts and stops.", () => new())
        .Key("drain_timeout", Values.Duration("1s", "1h"), l => l.DrainTimeout, (l, v) => l with { DrainTimeout = v },
            "How long exchanges in progress may go on after `SIGTERM` or `breakwater stop`; then they are cut off.",
            "What Kubernetes gives a pod before it kills it.", aka: ["grace_period", "shutdown_timeout"])
        .Key("drain_delay", Values.DurationOrZero("100ms", "10m"), l => l.DrainDelay, (l, v) => l with { DrainDelay = v },
            "How long the edge goes on accepting after `/readyz` began to fail.",
            "Right where nothing polls `/readyz`. Behind a load balancer set it to a little more than two of its check intervals.")
        .Key("standby", Values.Boolean, l => l.Standby, (l, v) => l with { Standby = v },
            "Whether a second process stands by, warmed up, and takes over when the edge falls.",
            "An edge that has rehearsed is there several times sooner than one that starts cold. It costs memory; see supervision.md.");

    public static Section<AdminConfig> Admin { get; } = new Section<AdminConfig>(
        "admin", "'admin'",
        "The admin listener. `breakwater status`, `reload` and `stop` use a Unix socket in the data directory, which is always there; "
            + "only its owner may use it.",
        () => new())
        .Key("address", Values.ListenAddress, a => a.Address, (a, v) => a with { Address = v },
            "Where `/metrics`, `/healthz`, `/readyz` and `/status` are served over HTTP. Reads only; commands need the socket.",
            "Nothing is reachable over the network that nobody asked for. Containers commonly use `:9090`.", aka: ["listen"]);

    public static Section<BreakwaterConfig> Document { get; } = new Section<BreakwaterConfig>(
        "document", "the document", "The top level of the file. Every key is optional, but a zone with an origin must come from somewhere.",
        () => new())
        .Key("listeners", Values.ListOf(ListenerSchema.Listener.Syntax, min: 1), d => d.Listeners, (d, v) => d with { Listeners = v },
            "Where the edge accepts connections.", "A port that needs no privileges.",
            aka: ["listen", "listener", "server", "bind", "ports", "frontends", "entrypoints"], shown: "one, `:8080`, without TLS")
        .Key("certificates", Values.ListOf(ListenerSchema.Certificate.Syntax), d => d.Certificates, (d, v) => d with { Certificates = v },
            "Certificates for TLS listeners. SNI chooses among them by the names inside; the first serves clients that name no known host.",
            "Without one a TLS listener makes a self-signed certificate, which is good for development only.",
            aka: ["certs", "certificate", "ssl_certificate", "ssl"])
        .Key("tls", ListenerSchema.Tls.Syntax, d => d.Tls, (d, v) => d with { Tls = v },
            "TLS toward clients, on every TLS listener.", "")
        .Key("trusted_proxies", Values.ListOf(Values.Network), d => d.TrustedProxies, (d, v) => d with { TrustedProxies = v },
            "Peers whose `X-Forwarded-For` and `Forwarded` are believed; every other client's are replaced.",
            "Whoever is believed can pass for any address.", aka: ["set_real_ip_from", "real_ip"])
        .Key("forwarded_header", Values.ForwardedHeader, d => d.ForwardedHeader, (d, v) => d with { ForwardedHeader = v },
            "The header in which the trusted proxies say whom they speak for. Only this one is read.",
            "What nearly all proxies write. A proxy sets one of the two and passes the other on as the client sent it.",
            aka: ["real_ip_header"])
        .Key("limits", LimitsSchema.Limits.Syntax, d => d.Limits, (d, v) => d with { Limits = v },
            "Bounds on connections and on what comes over them.", "")
        .Key("timeouts", LimitsSchema.Timeouts.Syntax, d => d.Timeouts, (d, v) => d with { Timeouts = v },
            "Timeouts toward origins; a zone can set its own.", "")
        .Key("logging", LoggingSchema.Logging.Syntax, d => d.Logging, (d, v) => d with { Logging = v },
            "Access log and diagnostic log.", "", aka: ["log", "logs"])
        .Key("metrics", LoggingSchema.Metrics.Syntax, d => d.Metrics, (d, v) => d with { Metrics = v },
            "How metrics leave the edge.", "")
        .Key("admin", Admin.Syntax, d => d.Admin, (d, v) => d with { Admin = v },
            "The admin listener.", "")
        .Key("data", Values.File, d => d.DataDirectory, (d, v) => d with { DataDirectory = v },
            "Directory of the edge's own state: admin socket, development certificate, generations to start from.",
            "Found by `breakwater status` from the same directory. The default is relative to the working directory, a path in the file "
                + "to the file.",
            aka: ["data_dir", "data_directory", "storage"])
        .Key("lifecycle", Lifecycle.Syntax, d => d.Lifecycle, (d, v) => d with { Lifecycle = v },
            "How the edge starts and stops.", "")
        .Key("generations", GenerationsSchema.Generations.Syntax, d => d.Generations, (d, v) => d with { Generations = v },
            "The road of every change to all visitors, and what stops it.", "", aka: ["rollout", "deployment"])
        .Key("protection", Values.Protection, d => d.Protection, (d, v) => d with { Protection = v },
            "Whether protections act, only record what they would do, or do not run.", "It is what Breakwater is for.")
        .Key("waf", WafSchema.Waf.Syntax, d => d.Waf, (d, v) => d with { Waf = v },
            "The web application firewall; a zone can set its own.", "", aka: ["firewall", "modsecurity", "coraza", "owasp"])
        .Key("fail", FailSchema.Fail.Syntax, d => d.Fail, (d, v) => d with { Fail = v },
            "What becomes of requests when a part of the edge fails; a zone can set its own.", "", aka: ["fail_mode", "fuses"])
        .Key("crs_path", Values.File, d => d.CrsPath, (d, v) => d with { CrsPath = v },
            "Directory of the OWASP Core Rule Set, for `waf: {rules: crs}`: a release of it, with `rules/` and `crs-setup.conf` (or its "
                + "`.example`).",
            "Where Debian's `modsecurity-crs` puts it.", aka: ["crs", "crs_dir", "waf_rules_path"])
        .Key("lists", ListsSchema.Lists, d => d.Lists, (d, v) => d with { Lists = v },
            "Lists that rules name.", "Nobody but the operator knows them.", aka: ["list", "ip_lists"])
        .Key("geo", ListsSchema.Geo.Syntax, d => d.Geo, (d, v) => d with { Geo = v },
            "Where countries and networks of addresses are learned.", "", aka: ["geoip", "mmdb", "maxmind"])
        .Key("access", Values.ListOf(ListsSchema.Access.Syntax), d => d.Access, (d, v) => d with { Access = v },
            "Decisions over some visitors of all zones, before any rule.", "Everybody is let in, and looked at.",
            aka: ["access_rules", "ip_access_rules", "allow", "deny"])
        .Key("rules", Values.ListOf(RulesSchema.Rule.Syntax), d => d.Rules, (d, v) => d with { Rules = v },
            "Rules for all zones; in each phase they run before a zone's own.", "What is right for every site is in the edge already.",
            aka: ["rule"])
        .Key("rulesets", Values.ListOf(Values.File), d => d.Rulesets, (d, v) => d with { Rulesets = v },
            "Files of rulesets for all zones, in the JSON of the rulesets API; they run after `rules`.", "Rules can stand in this file.",
            aka: ["ruleset"])
        .Key("zones", Values.ListOf(ZoneSchema.Zone.Syntax), d => d.Zones, (d, v) => d with { Zones = v },
            "The protected sites.", "`--origin` alone makes one, named `default`, for every host.",
            aka: ["sites", "site", "vhosts", "virtual_hosts", "servers", "routes"]);

    /// <summary>Every section, each once, the document first.</summary>
    public static IReadOnlyList<Section> Sections { get; } = [.. Document.WithNested()];

    /// <summary>What to do with a key that is known, but not where it was found; null when no section knows it, or too many do.</summary>
    public static string? HintElsewhere(string name)
    {
        Section[] places = [.. Sections.Where(s => s.Keys.Any(k => k.Name == name))];
        if (places.Length is 1 or 2) return $"it belongs in {Show.Alternatives([.. places.Select(s => s.Place)])}";
        (Key Key, Section Section)[] meant =
            [.. Sections.SelectMany(s => s.Keys.Where(k => k.AlsoKnownAs.Contains(name)).Select(k => (k, s)))];
        return places.Length == 0 && meant is [var only] ? $"did you mean {Show.Quoted(only.Key.Name)} in {only.Section.Place}?" : null;
    }
}
