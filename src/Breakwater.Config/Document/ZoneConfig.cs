namespace Breakwater.Config;

/// <summary>A protected site: its hosts, its origins and how requests get there. Immutable.</summary>
public sealed record ZoneConfig : ConfigNode
{
    /// <summary>The zone's name in logs and metrics: <c>[a-z0-9-]</c>, unique.</summary>
    public required string Name { get; init; }

    /// <summary>The hosts it answers for. An exact name wins over the longest wildcard, that over <c>*</c>.</summary>
    public ConfigList<HostPattern> Hosts { get; init; } = [HostPattern.Any];

    /// <summary>The servers behind it; at least one.</summary>
    public required ConfigList<OriginConfig> Origins { get; init; }

    /// <summary>How an origin is chosen.</summary>
    public BalancePolicy Balance { get; init; } = BalancePolicy.TwoChoices;

    /// <summary>What consistent hashing hashes; used with <see cref="BalancePolicy.Hash"/> only.</summary>
    public HashKey HashBy { get; init; } = HashKey.ClientIp;

    /// <summary>Active health checks; null = none.</summary>
    public HealthConfig? Health { get; init; }

    /// <summary>Passive health: origins that fail exchanges are left out for a while.</summary>
    public OutlierConfig Outlier { get; init; } = new();

    /// <summary>How long an origin that came back gets less than its share; zero = full share at once.</summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>Connections to each origin, and the queue for them.</summary>
    public PoolConfig Pool { get; init; } = new();

    /// <summary>Second attempts.</summary>
    public RetriesConfig Retries { get; init; } = new();

    /// <summary>Timeouts toward the origins.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>Largest request body, bytes; 0 = any.</summary>
    public long MaxBodySize { get; init; }

    /// <summary>What visitors see when something fails.</summary>
    public ErrorsConfig Errors { get; init; } = new();

    /// <summary>Strict transport security on responses over TLS (RFC 6797); null = none.</summary>
    public HstsConfig? Hsts { get; init; }

    /// <summary>The https port to which requests that came without TLS are sent with 308; null = they are served.</summary>
    public int? RedirectToHttps { get; init; }

    /// <summary>What origins are told about the client.</summary>
    public OriginHeadersConfig OriginHeaders { get; init; } = new();

    /// <summary>Whether WebSocket upgrades are passed on.</summary>
    public bool Websocket { get; init; } = true;

    /// <summary>How names of origins are resolved.</summary>
    public DnsConfig Dns { get; init; } = new();

    /// <summary>Whether rules see paths normalised.</summary>
    public bool NormalizeUrls { get; init; } = true;

    /// <summary>Whether responses tell visitors what is left of the rate limits that they met.</summary>
    public bool RatelimitHeaders { get; init; }

    /// <summary>Decisions over some visitors, before any rule and after those for all zones.</summary>
    public ConfigList<AccessRuleConfig> Access { get; init; } = [];

    /// <summary>The web application firewall. Off unless a document says so, which it does by default.</summary>
    public WafConfig Waf { get; init; } = WafConfig.Off;

    /// <summary>What becomes of exchanges when a module fails.</summary>
    public FailConfig Fail { get; init; } = new();

    /// <summary>The zone's rules.</summary>
    public ConfigList<RuleConfig> Rules { get; init; } = [];

    /// <summary>Files of rulesets, after <see cref="Rules"/>. Absolute paths.</summary>
    public ConfigList<string> Rulesets { get; init; } = [];
}

/// <summary>How an origin is chosen.</summary>
public enum BalancePolicy
{
    /// <summary>The less busy of two drawn at random, by weight.</summary>
    TwoChoices,

    /// <summary>In turn, by weight.</summary>
    RoundRobin,

    /// <summary>Consistent hash of <see cref="ZoneConfig.HashBy"/>.</summary>
    Hash,
}

/// <summary>What consistent hashing hashes.</summary>
public enum HashSource
{
    /// <summary>The client's address.</summary>
    ClientIp,

    /// <summary>The path of the request target.</summary>
    Path,

    /// <summary>A header field's value.</summary>
    Header,

    /// <summary>A cookie's value.</summary>
    Cookie,
}

/// <summary>What consistent hashing hashes: <c>client_ip</c>, <c>path</c>, <c>header NAME</c>, <c>cookie NAME</c>. Immutable.</summary>
/// <param name="Source">The part of the request.</param>
/// <param name="Name">The header field's or cookie's name; empty for the others.</param>
public readonly record struct HashKey(HashSource Source, string Name)
{
    /// <summary>The client's address.</summary>
    public static HashKey ClientIp => new(HashSource.ClientIp, "");

    /// <summary>The path.</summary>
    public static HashKey Path => new(HashSource.Path, "");
}

/// <summary>What origins are told about the client. Immutable.</summary>
public sealed record OriginHeadersConfig : ConfigNode
{
    /// <summary>Set <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>X-Real-IP</c>.</summary>
    public bool XForwarded { get; init; } = true;

    /// <summary>Set <c>Forwarded</c> (RFC 7239).</summary>
    public bool Forwarded { get; init; }

    /// <summary>Append to <c>Via</c> (RFC 9110 §7.6.3), both ways.</summary>
    public bool Via { get; init; }
}

/// <summary>Strict transport security (RFC 6797). Immutable.</summary>
public sealed record HstsConfig : ConfigNode
{
    /// <summary>How long browsers remember.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Whether it holds for all subdomains.</summary>
    public bool IncludeSubdomains { get; init; }

    /// <summary>Whether browsers may ship the host in their lists.</summary>
    public bool Preload { get; init; }
}

/// <summary>What visitors see when something fails. Immutable.</summary>
public sealed record ErrorsConfig : ConfigNode
{
    /// <summary>The zone's own pages; the built-in page serves the rest.</summary>
    public ConfigList<ErrorPage> Pages { get; init; } = [];

    /// <summary>Whether clients see 520–526 instead of 502, 503 and 504 when the origin failed.</summary>
    public bool Status52x { get; init; }

    /// <summary>
    /// The page for a status: of the status itself, else of its class (<c>5xx</c>), else of all; null = the built-in one.
    /// </summary>
    public ErrorPage? PageFor(int status)
    {
        ErrorPage? best = null;
        foreach (ErrorPage page in Pages)
        {
            if (page.Covers(status) && (best is null || page.Specificity > best.Specificity)) best = page;
        }
        return best;
    }
}

/// <summary>A page of the zone's own for one status, a class of them, or all. Immutable.</summary>
public sealed record ErrorPage : ConfigNode
{
    /// <summary>A status (<c>502</c>), a class (<c>5</c>), or 0 for all.</summary>
    public required int Status { get; init; }

    /// <summary>The HTML file. An absolute path.</summary>
    public required string File { get; init; }

    internal int Specificity => Status switch { 0 => 0, < 10 => 1, _ => 2 };

    /// <summary>Whether the page serves a status.</summary>
    public bool Covers(int status) => Status == 0 || Status == status || Status == status / 100;
}
