namespace Breakwater.Rules;

/// <summary>What an expression may use beyond the fields and functions that are available everywhere.</summary>
[Flags]
public enum ExpressionFeatures
{
    /// <summary>Nothing more: a filter of a request phase.</summary>
    None = 0,

    /// <summary>Fields of the response.</summary>
    Response = 1,

    /// <summary>Fields of rules for all zones (<c>cf.zone.name</c>).</summary>
    Account = 2,

    /// <summary>Fields that are only a rate limit's characteristics (<c>cf.colo.id</c>).</summary>
    RateLimit = 4,

    /// <summary>Functions that make new values: the value expressions of rewrites and redirects.</summary>
    Rewrite = 8,
}

/// <summary>What names mean where an expression stands: its phase and the lists it may name. Immutable.</summary>
public sealed class ExpressionScheme
{
    /// <summary>A scheme with these features and lists.</summary>
    public ExpressionScheme(ExpressionFeatures features = ExpressionFeatures.None, INamedLists? lists = null)
    {
        Features = features;
        Lists = lists;
    }

    /// <summary>Filters of request phases, without lists.</summary>
    public static ExpressionScheme Filter { get; } = new();

    /// <summary>Value expressions of request phases, without lists.</summary>
    public static ExpressionScheme Rewrite { get; } = new(ExpressionFeatures.Rewrite);

    /// <summary>What may be used beyond what is available everywhere.</summary>
    public ExpressionFeatures Features { get; }

    /// <summary>The lists an expression may name; null when there are none.</summary>
    public INamedLists? Lists { get; }

    /// <summary>
    /// The scheme of a phase by its name in the rulesets API (<c>http_request_firewall_custom</c>). A name that is not known is treated
    /// as a request phase.
    /// </summary>
    /// <param name="phase">Name of the phase.</param>
    /// <param name="isValue">Whether the expression is the value of an action (a rewrite's or redirect's target), not a filter.</param>
    /// <param name="lists">The lists an expression may name.</param>
    /// <param name="allZones">Whether the rule stands at the level above zones.</param>
    public static ExpressionScheme ForPhase(string phase, bool isValue = false, INamedLists? lists = null, bool allZones = false)
    {
        ExpressionFeatures features = phase switch
        {
            "http_custom_errors" or "http_response_headers_transform" or "http_response_compression" or "http_response_firewall_managed"
                or "http_log_custom_fields" or "http_response_cache_settings" => ExpressionFeatures.Response,
            "http_ratelimit" => ExpressionFeatures.RateLimit,
            _ => ExpressionFeatures.None,
        };
        if (isValue) features |= ExpressionFeatures.Rewrite;
        if (allZones) features |= ExpressionFeatures.Account;
        return new ExpressionScheme(features, lists);
    }
}
