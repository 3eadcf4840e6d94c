namespace Breakwater.Rules.Rulesets;

/// <summary>
/// A stage in the way of an exchange at which rules run. The order of the members is the order in which the phases of a request, then those
/// of its response run; the last ones concern packets, not HTTP, and never run here. Names are those of the rulesets API
/// (<see cref="RulePhases.NameOf"/>).
/// </summary>
public enum RulePhase : byte
{
    /// <summary><c>http_request_sanitize</c>: normalisation of the URL.</summary>
    HttpRequestSanitize,

    /// <summary><c>http_request_dynamic_redirect</c>: single redirects.</summary>
    HttpRequestDynamicRedirect,

    /// <summary><c>http_request_transform</c>: rewrites of path and query.</summary>
    HttpRequestTransform,

    /// <summary><c>http_config_settings</c>: settings for some requests.</summary>
    HttpConfigSettings,

    /// <summary><c>http_request_origin</c>: choice of the origin, its host header and SNI.</summary>
    HttpRequestOrigin,

    /// <summary><c>ddos_l7</c>: overrides of the protection against floods of requests.</summary>
    DdosL7,

    /// <summary><c>http_request_firewall_custom</c>: custom rules.</summary>
    HttpRequestFirewallCustom,

    /// <summary><c>http_ratelimit</c>: rate limits.</summary>
    HttpRatelimit,

    /// <summary><c>http_request_firewall_managed</c>: managed rulesets.</summary>
    HttpRequestFirewallManaged,

    /// <summary><c>http_request_sbfm</c>: bots.</summary>
    HttpRequestSbfm,

    /// <summary><c>http_request_redirect</c>: bulk redirects, from lists.</summary>
    HttpRequestRedirect,

    /// <summary><c>http_request_late_transform</c>: changes of request headers.</summary>
    HttpRequestLateTransform,

    /// <summary><c>http_request_cache_settings</c>: what is cached, and for how long.</summary>
    HttpRequestCacheSettings,

    /// <summary><c>http_request_snippets</c>: programs of the operator. Their rules do not run here.</summary>
    HttpRequestSnippets,

    /// <summary><c>http_request_cloud_connector</c>: routes to storage services. Its rules do not run here.</summary>
    HttpRequestCloudConnector,

    /// <summary><c>http_custom_errors</c>: the first phase of a response.</summary>
    HttpCustomErrors,

    /// <summary><c>http_response_headers_transform</c>: changes of response headers.</summary>
    HttpResponseHeadersTransform,

    /// <summary><c>http_response_cache_settings</c>: caching by what the origin answered.</summary>
    HttpResponseCacheSettings,

    /// <summary><c>http_response_compression</c>: content codings offered to the client.</summary>
    HttpResponseCompression,

    /// <summary><c>http_response_firewall_managed</c>: managed rulesets over responses.</summary>
    HttpResponseFirewallManaged,

    /// <summary><c>http_log_custom_fields</c>: further fields of the access log.</summary>
    HttpLogCustomFields,

    /// <summary><c>ddos_l4</c>: packets.</summary>
    DdosL4,

    /// <summary><c>magic_transit</c>: packets.</summary>
    MagicTransit,

    /// <summary><c>magic_transit_ids_managed</c>: packets.</summary>
    MagicTransitIdsManaged,

    /// <summary><c>magic_transit_managed</c>: packets.</summary>
    MagicTransitManaged,

    /// <summary><c>magic_transit_ratelimit</c>: packets.</summary>
    MagicTransitRatelimit,
}

/// <summary>Names and properties of phases. Thread-safe.</summary>
public static class RulePhases
{
    private static readonly string[] Names =
    [
        "http_request_sanitize", "http_request_dynamic_redirect", "http_request_transform", "http_config_settings", "http_request_origin",
        "ddos_l7", "http_request_firewall_custom", "http_ratelimit", "http_request_firewall_managed", "http_request_sbfm",
        "http_request_redirect", "http_request_late_transform", "http_request_cache_settings", "http_request_snippets",
        "http_request_cloud_connector", "http_custom_errors", "http_response_headers_transform", "http_response_cache_settings",
        "http_response_compression", "http_response_firewall_managed", "http_log_custom_fields", "ddos_l4", "magic_transit",
        "magic_transit_ids_managed", "magic_transit_managed", "magic_transit_ratelimit",
    ];

    /// <summary>The number of phases that rules run in: those up to <see cref="RulePhase.HttpLogCustomFields"/>.</summary>
    public const int HttpCount = (int)RulePhase.HttpLogCustomFields + 1;

    /// <summary>The names of all phases, in their order.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>The name in the rulesets API, such as <c>http_ratelimit</c>.</summary>
    public static string NameOf(RulePhase phase) => Names[(int)phase];

    /// <summary>The phase of that name.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out RulePhase phase)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (!name.SequenceEqual(Names[i])) continue;
            phase = (RulePhase)i;
            return true;
        }
        phase = default;
        return false;
    }

    /// <summary>Whether its rules run here: no phase of packets, snippets or connectors.</summary>
    public static bool IsRun(RulePhase phase) =>
        phase <= RulePhase.HttpLogCustomFields
        && phase is not (RulePhase.HttpRequestSnippets or RulePhase.HttpRequestCloudConnector or RulePhase.HttpRequestSanitize);

    /// <summary>Whether it runs when the response head is there, so that its rules may look at the response.</summary>
    public static bool IsResponse(RulePhase phase) => phase is >= RulePhase.HttpCustomErrors and <= RulePhase.HttpLogCustomFields;

    /// <summary>Whether it runs after the head of a request's body, so that its rules may look at the body.</summary>
    public static bool SeesBody(RulePhase phase) => phase is >= RulePhase.HttpRequestFirewallCustom and <= RulePhase.HttpLogCustomFields;

    /// <summary>Whether rules with this action may stand in it.</summary>
    public static bool Allows(RulePhase phase, RuleActionKind action) => action switch
    {
        RuleActionKind.Execute => phase <= RulePhase.HttpLogCustomFields,
        RuleActionKind.Block or RuleActionKind.Challenge or RuleActionKind.JsChallenge or RuleActionKind.ManagedChallenge
            or RuleActionKind.ForceConnectionClose => IsSecurity(phase),
        RuleActionKind.Log => IsSecurity(phase),
        RuleActionKind.Skip => IsSecurity(phase) && phase != RulePhase.HttpRatelimit,
        RuleActionKind.Score => phase is RulePhase.HttpRequestFirewallCustom or RulePhase.HttpRequestFirewallManaged
            or RulePhase.HttpResponseFirewallManaged,
        RuleActionKind.Rewrite => phase is RulePhase.HttpRequestTransform or RulePhase.HttpRequestLateTransform
            or RulePhase.HttpResponseHeadersTransform,
        RuleActionKind.Redirect => phase is RulePhase.HttpRequestDynamicRedirect or RulePhase.HttpRequestRedirect,
        RuleActionKind.Route => phase == RulePhase.HttpRequestOrigin,
        RuleActionKind.SetConfig => phase == RulePhase.HttpConfigSettings,
        RuleActionKind.ServeError => phase == RulePhase.HttpCustomErrors,
        RuleActionKind.SetCacheSettings => phase is RulePhase.HttpRequestCacheSettings or RulePhase.HttpResponseCacheSettings,
        RuleActionKind.SetCacheControl or RuleActionKind.SetCacheTags => phase == RulePhase.HttpResponseCacheSettings,
        RuleActionKind.CompressResponse => phase == RulePhase.HttpResponseCompression,
        RuleActionKind.LogCustomField => phase == RulePhase.HttpLogCustomFields,
        RuleActionKind.DdosDynamic => phase == RulePhase.DdosL7,
        RuleActionKind.TransformResponseHtml => phase == RulePhase.HttpResponseHeadersTransform,
        _ => false,
    };

    private static bool IsSecurity(RulePhase phase) =>
        phase is (>= RulePhase.DdosL7 and <= RulePhase.HttpRequestSbfm) or RulePhase.HttpResponseFirewallManaged;
}
