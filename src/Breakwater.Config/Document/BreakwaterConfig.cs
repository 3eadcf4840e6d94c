using System.Net;

namespace Breakwater.Config;

/// <summary>
/// The configuration document: all that an operator can say about an edge. Immutable, compared by value, complete: what the document left
/// out has its default here, and what a zone inherits is already filled in. Read by <c>ConfigReader</c>; every key is described in
/// <c>docs/configuration.md</c>.
/// </summary>
public sealed record BreakwaterConfig : ConfigNode
{
    /// <summary>Where the edge accepts connections.</summary>
    public ConfigList<ListenerConfig> Listeners { get; init; } = [new ListenerConfig { Address = ListenAddress.AnyIp(8080) }];

    /// <summary>Certificates for TLS listeners, chosen by SNI; the first is the default.</summary>
    public ConfigList<CertificateConfig> Certificates { get; init; } = [];

    /// <summary>TLS toward clients.</summary>
    public TlsConfig Tls { get; init; } = new();

    /// <summary>Peers whose <c>X-Forwarded-For</c> and <c>Forwarded</c> are believed.</summary>
    public ConfigList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The header in which they say whom they speak for; the other one is not read.</summary>
    public ForwardedHeader ForwardedHeader { get; init; } = ForwardedHeader.XForwardedFor;

    /// <summary>Bounds on what one client and all clients together may do.</summary>
    public LimitsConfig Limits { get; init; } = new();

    /// <summary>Timeouts toward origins; what zones inherit.</summary>
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>Access log and diagnostic log.</summary>
    public LoggingConfig Logging { get; init; } = new();

    /// <summary>How metrics leave the edge.</summary>
    public MetricsConfig Metrics { get; init; } = new();

    /// <summary>The admin listener.</summary>
    public AdminConfig Admin { get; init; } = new();

    /// <summary>Directory of the edge's own state. An absolute path when the document names it.</summary>
    public string DataDirectory { get; init; } = "breakwater-data";

    /// <summary>Start and stop.</summary>
    public LifecycleConfig Lifecycle { get; init; } = new();

    /// <summary>The road of every change to all visitors.</summary>
    public GenerationsConfig Generations { get; init; } = new();

    /// <summary>What every protection does with what it finds.</summary>
    public ProtectionMode Protection { get; init; } = ProtectionMode.On;

    /// <summary>Lists that rules of all zones name.</summary>
    public ConfigList<NamedListConfig> Lists { get; init; } = [];

    /// <summary>Where countries and networks of addresses are learned.</summary>
    public GeoConfig Geo { get; init; } = new();

    /// <summary>Decisions over some visitors of all zones, before any rule.</summary>
    public ConfigList<AccessRuleConfig> Access { get; init; } = [];

    /// <summary>The web application firewall; what zones inherit.</summary>
    public WafConfig Waf { get; init; } = new();

    /// <summary>What becomes of exchanges when a module fails; what zones inherit.</summary>
    public FailConfig Fail { get; init; } = new();

    /// <summary>Where the OWASP Core Rule Set is, for <see cref="WafRulesKind.Crs"/>; null = where the distribution puts it. An absolute path.</summary>
    public string? CrsPath { get; init; }

    /// <summary>Rules for all zones.</summary>
    public ConfigList<RuleConfig> Rules { get; init; } = [];

    /// <summary>Files of rulesets for all zones, after <see cref="Rules"/>. Absolute paths.</summary>
    public ConfigList<string> Rulesets { get; init; } = [];

    /// <summary>The protected sites. At least one in a document that was read without errors; hosts are unique across zones.</summary>
    public ConfigList<ZoneConfig> Zones { get; init; } = [];
}

/// <summary>A header in which proxies say whom they speak for.</summary>
public enum ForwardedHeader
{
    /// <summary><c>X-Forwarded-For</c>.</summary>
    XForwardedFor,

    /// <summary><c>Forwarded</c> (RFC 7239).</summary>
    Forwarded,
}

/// <summary>The master switch of all protections.</summary>
public enum ProtectionMode
{
    /// <summary>Protections act.</summary>
    On,

    /// <summary>Protections look and record, nothing is refused because of them.</summary>
    Detect,

    /// <summary>A bare proxy: protections do not run.</summary>
    Off,
}

/// <summary>Start and stop of the edge. Immutable.</summary>
public sealed record LifecycleConfig : ConfigNode
{
    /// <summary>How long exchanges in progress may go on after a stop was asked for.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the edge keeps accepting after readiness went off, so that load balancers notice first.</summary>
    public TimeSpan DrainDelay { get; init; }

    /// <summary>Whether a rehearsed process waits to take over from one that falls.</summary>
    public bool Standby { get; init; } = true;
}

/// <summary>The admin listener. Immutable. The command socket in the data directory exists besides it, always.</summary>
public sealed record AdminConfig : ConfigNode
{
    /// <summary>
    /// Where <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c> and <c>/status</c> are served; null = only on the command socket.
    /// </summary>
    public ListenAddress? Address { get; init; }
}
