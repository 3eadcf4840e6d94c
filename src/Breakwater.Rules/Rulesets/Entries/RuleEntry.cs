using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// A rule in its short form, as the configuration document writes it: plain data with places, from which <see cref="RuleEntries"/> makes
/// rules. Immutable. Words are those of the rulesets API; each property stands for the key of the same name (<c>SetHeaders</c> for
/// <c>set_headers</c>), and null or empty means that nobody wrote it.
/// </summary>
public sealed record RuleEntry
{
    /// <summary>Where the rule stands.</summary>
    public RulePosition Position { get; init; } = RulePosition.None;

    /// <summary>What must hold; null = always.</summary>
    public RuleText? When { get; init; }

    /// <summary>The action's name; null with <see cref="File"/>.</summary>
    public string? Do { get; init; }

    /// <summary>The rulesets of a file that stand here, in place of a rule.</summary>
    public RulesetFile? File { get; init; }

    /// <summary>The rule's id; null = made from what it says.</summary>
    public string? Id { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether a match becomes an event; null = as the action does by itself.</summary>
    public bool? Log { get; init; }

    /// <summary>The phase's name; null = that of the action.</summary>
    public string? Phase { get; init; }

    /// <summary>Requests, or points of score, that the limit allows in a period; null = no limit.</summary>
    public int? LimitRequests { get; init; }

    /// <summary>The limit's period, seconds.</summary>
    public int LimitPeriod { get; init; }

    /// <summary>What tells the limit's clients apart: short words or expressions; empty = nothing.</summary>
    public ImmutableArray<RuleText> LimitBy { get; init; } = [];

    /// <summary>The limit's mitigation timeout, seconds.</summary>
    public int Timeout { get; init; }

    /// <summary>The limit's counting expression.</summary>
    public RuleText? Counting { get; init; }

    /// <summary>Whether what the cache answers is not counted.</summary>
    public bool OriginOnly { get; init; }

    /// <summary>The response header that tells the score of a request.</summary>
    public string? ScoreHeader { get; init; }

    /// <summary>The score from which the rule acts.</summary>
    public int? MinScore { get; init; }

    /// <summary>The status of an answer; 0 = the action's own.</summary>
    public int Status { get; init; }

    /// <summary>The body of an answer.</summary>
    public string? Content { get; init; }

    /// <summary>The body's media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public RuleValue? To { get; init; }

    /// <summary>The list that says where.</summary>
    public string? ToList { get; init; }

    /// <summary>What is looked up in it.</summary>
    public RuleText? Key { get; init; }

    /// <summary>Whether a redirect keeps the query.</summary>
    public bool KeepQuery { get; init; }

    /// <summary>The new path.</summary>
    public RuleValue? Path { get; init; }

    /// <summary>The new query.</summary>
    public RuleValue? Query { get; init; }

    /// <summary>Changes of request headers, in order.</summary>
    public ImmutableArray<HeaderOperation> Headers { get; init; } = [];

    /// <summary>Changes of response headers, in order.</summary>
    public ImmutableArray<HeaderOperation> ResponseHeaders { get; init; } = [];

    /// <summary>Whether a skip spares the rest of the ruleset.</summary>
    public bool Rest { get; init; }

    /// <summary>Names of phases that a skip spares.</summary>
    public ImmutableArray<string> Phases { get; init; } = [];

    /// <summary>Names of products that a skip spares.</summary>
    public ImmutableArray<string> Products { get; init; } = [];

    /// <summary>Rulesets that a skip spares.</summary>
    public ImmutableArray<string> Rulesets { get; init; } = [];

    /// <summary>Rules that a skip spares.</summary>
    public ImmutableArray<SkippedRules> Rules { get; init; } = [];

    /// <summary>The ruleset that is executed.</summary>
    public string? Ruleset { get; init; }

    /// <summary>What its rules do otherwise.</summary>
    public RulesetOverrides Overrides { get; init; } = RulesetOverrides.None;

    /// <summary>The host header of a route.</summary>
    public string? HostHeader { get; init; }

    /// <summary>The host of a route.</summary>
    public string? OriginHost { get; init; }

    /// <summary>The port of a route.</summary>
    public int? OriginPort { get; init; }

    /// <summary>The SNI of a route.</summary>
    public string? Sni { get; init; }

    /// <summary>Settings of the exchange.</summary>
    public ImmutableArray<RuleSetting> Settings { get; init; } = [];

    /// <summary>Names of content codings.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = [];

    /// <summary>What is added to the score.</summary>
    public int Increment { get; init; }

    /// <summary>Request headers for the access log.</summary>
    public ImmutableArray<string> LogRequestHeaders { get; init; } = [];

    /// <summary>Response headers for the access log.</summary>
    public ImmutableArray<string> LogResponseHeaders { get; init; } = [];

    /// <summary>Cookies for the access log.</summary>
    public ImmutableArray<string> LogCookies { get; init; } = [];

    /// <summary>Whether the exchange may be cached.</summary>
    public bool? Cache { get; init; }

    /// <summary>Seconds that the edge keeps it.</summary>
    public int? EdgeTtl { get; init; }

    /// <summary>Seconds that browsers are told to keep it.</summary>
    public int? BrowserTtl { get; init; }
}
