using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// <c>set_cache_settings</c>: how an exchange is cached; null or empty = as without the rule. Kept for the cache. Immutable.
/// </summary>
public sealed record CacheSettingsAction() : RuleAction(RuleActionKind.SetCacheSettings)
{
    /// <summary>Whether it may be cached at all.</summary>
    public bool? Cache { get; init; }

    /// <summary>How long the edge keeps it.</summary>
    public CacheTtl? EdgeTtl { get; init; }

    /// <summary>How long browsers are told to keep it.</summary>
    public CacheTtl? BrowserTtl { get; init; }

    /// <summary>What tells two responses apart.</summary>
    public CacheKeySettings? CacheKey { get; init; }

    /// <summary>Whether a stale response is not served while a fresh one is fetched.</summary>
    public bool? DisableStaleWhileUpdating { get; init; }

    /// <summary>Whether strong validators stay strong.</summary>
    public bool? RespectStrongEtags { get; init; }

    /// <summary>Whether the origin's own error pages pass.</summary>
    public bool? OriginErrorPagePassthru { get; init; }

    /// <summary>Whether <c>Cache-Control</c> of the origin is followed to the letter.</summary>
    public bool? OriginCacheControl { get; init; }

    /// <summary>Seconds between two reads of the origin's response.</summary>
    public int? ReadTimeout { get; init; }

    /// <summary>Further ports whose responses may be cached.</summary>
    public ImmutableArray<int> AdditionalCacheablePorts { get; init; } = [];
}

/// <summary>How long something is kept. Immutable.</summary>
/// <param name="Mode">Who decides.</param>
/// <param name="Default">Seconds, where the rule decides.</param>
/// <param name="ByStatus">Other times for some statuses, in order.</param>
public sealed record CacheTtl(CacheTtlMode Mode, int? Default, ImmutableArray<StatusTtl> ByStatus);

/// <summary>Who decides how long something is kept.</summary>
public enum CacheTtlMode : byte
{
    /// <summary><c>respect_origin</c>: the origin.</summary>
    RespectOrigin,

    /// <summary><c>override_origin</c>: the rule.</summary>
    OverrideOrigin,

    /// <summary><c>bypass_by_default</c>: the origin, and without its word it is not kept.</summary>
    BypassByDefault,

    /// <summary><c>bypass</c>: it is not kept.</summary>
    Bypass,
}

/// <summary>How long responses with some statuses are kept. Immutable.</summary>
/// <param name="From">The first status.</param>
/// <param name="To">The last status.</param>
/// <param name="Seconds">How long; 0 = not without asking the origin, -1 = not at all.</param>
public sealed record StatusTtl(int From, int To, int Seconds);

/// <summary>What tells two cached responses apart besides host and path. Immutable.</summary>
public sealed record CacheKeySettings
{
    /// <summary>Whether desktop, mobile and tablet have their own.</summary>
    public bool ByDeviceType { get; init; }

    /// <summary>Whether a response whose type does not fit the extension in the path is not cached.</summary>
    public bool DeceptionArmor { get; init; }

    /// <summary>Whether the order of query arguments does not matter.</summary>
    public bool IgnoreQueryOrder { get; init; }

    /// <summary>Which query arguments count.</summary>
    public CacheKeyQuery Query { get; init; } = CacheKeyQuery.All;

    /// <summary>Header fields whose values count.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>Header fields whose presence counts.</summary>
    public ImmutableArray<string> HeaderPresence { get; init; } = [];

    /// <summary>Cookies whose values count.</summary>
    public ImmutableArray<string> Cookies { get; init; } = [];

    /// <summary>Cookies whose presence counts.</summary>
    public ImmutableArray<string> CookiePresence { get; init; } = [];

    /// <summary>Whether the country counts.</summary>
    public bool ByCountry { get; init; }

    /// <summary>Whether the language counts.</summary>
    public bool ByLanguage { get; init; }

    /// <summary>Whether the host that the origin is asked for counts, in place of the visitor's.</summary>
    public bool ResolvedHost { get; init; }
}

/// <summary>Which query arguments a cache key holds. Immutable.</summary>
/// <param name="IsExclusion">Whether <paramref name="Names"/> are those that do not count.</param>
/// <param name="Names">Names of arguments.</param>
public sealed record CacheKeyQuery(bool IsExclusion, ImmutableArray<string> Names)
{
    /// <summary>All count.</summary>
    public static CacheKeyQuery All { get; } = new(IsExclusion: true, []);

    /// <summary>None counts.</summary>
    public static CacheKeyQuery None { get; } = new(IsExclusion: false, []);
}
