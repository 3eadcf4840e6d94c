namespace Breakwater.Config;

/// <summary>
/// A rule in its short form: what must hold, and what happens then; or a file of rules that stand in its place. Immutable. Expressions are
/// texts here: what they mean is found out when the rules are compiled. Words such as those of <see cref="Do"/> and <see cref="Phase"/> are
/// those of the rulesets API.
/// </summary>
public sealed record RuleConfig : ConfigNode
{
    /// <summary>What must hold; null = the request is counted by <see cref="Limit"/> in any case, or there is a <see cref="File"/>.</summary>
    public ConfigText? When { get; init; }

    /// <summary>What happens then, such as <c>block</c>; null with a <see cref="File"/>.</summary>
    public string? Do { get; init; }

    /// <summary>A file of rulesets whose rules stand here. An absolute path.</summary>
    public string? File { get; init; }

    /// <summary>What events call it; null = made from what it says.</summary>
    public string? Id { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether a match becomes an event; null = as the action does by itself.</summary>
    public bool? Log { get; init; }

    /// <summary>When it runs; null = when its action does.</summary>
    public string? Phase { get; init; }

    /// <summary>How often it may hold before it acts; null = never.</summary>
    public RuleLimit? Limit { get; init; }

    /// <summary>How long the action lasts once the limit is exceeded; zero = as long as the rate is above it.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>What must hold for a request to be counted; null = <see cref="When"/>.</summary>
    public ConfigText? Counting { get; init; }

    /// <summary>Whether requests that the cache answers are not counted.</summary>
    public bool OriginOnly { get; init; }

    /// <summary>The response header whose numbers the limit counts in place of requests.</summary>
    public string? ScoreHeader { get; init; }

    /// <summary>The score that the request must have reached besides; null = any.</summary>
    public int? MinScore { get; init; }

    /// <summary>The status of a response; 0 = the action's own.</summary>
    public int Status { get; init; }

    /// <summary>The body of a response.</summary>
    public string? Content { get; init; }

    /// <summary>Its media type; null = HTML.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public ConfigText? To { get; init; }

    /// <summary>The expression that says where.</summary>
    public ConfigText? ToExpression { get; init; }

    /// <summary>The list that says where.</summary>
    public string? ToList { get; init; }

    /// <summary>What is looked up in that list; null = the full URL.</summary>
    public ConfigText? Key { get; init; }

    /// <summary>Whether a redirect keeps the request's query.</summary>
    public bool KeepQuery { get; init; }

    /// <summary>The new path.</summary>
    public ConfigText? Path { get; init; }

    /// <summary>The expression that makes the new path.</summary>
    public ConfigText? PathExpression { get; init; }

    /// <summary>The new query; empty = none.</summary>
    public ConfigText? Query { get; init; }

    /// <summary>The expression that makes the new query.</summary>
    public ConfigText? QueryExpression { get; init; }

    /// <summary>Request headers that become this one line.</summary>
    public ConfigList<RuleHeader> SetHeaders { get; init; } = [];

    /// <summary>Lines added to the request headers.</summary>
    public ConfigList<RuleHeader> AddHeaders { get; init; } = [];

    /// <summary>Request headers that go.</summary>
    public ConfigList<string> RemoveHeaders { get; init; } = [];

    /// <summary>Response headers that become this one line.</summary>
    public ConfigList<RuleHeader> SetResponseHeaders { get; init; } = [];

    /// <summary>Lines added to the response headers.</summary>
    public ConfigList<RuleHeader> AddResponseHeaders { get; init; } = [];

    /// <summary>Response headers that go.</summary>
    public ConfigList<string> RemoveResponseHeaders { get; init; } = [];

    /// <summary>Whether a skip spares the rest of the rules of the same phase and level.</summary>
    public bool Rest { get; init; }

    /// <summary>Phases that a skip spares.</summary>
    public ConfigList<string> Phases { get; init; } = [];

    /// <summary>Protections that are no rulesets and that a skip spares.</summary>
    public ConfigList<string> Products { get; init; } = [];

    /// <summary>Rulesets that a skip spares.</summary>
    public ConfigList<string> Rulesets { get; init; } = [];

    /// <summary>Rules of rulesets that a skip spares.</summary>
    public ConfigList<RuleReferences> Rules { get; init; } = [];

    /// <summary>The ruleset that is executed.</summary>
    public string? Ruleset { get; init; }

    /// <summary>What its rules do otherwise.</summary>
    public RuleOverridesConfig? Overrides { get; init; }

    /// <summary>The <c>Host</c> that the origin sees.</summary>
    public string? HostHeader { get; init; }

    /// <summary>Name or address of the origin.</summary>
    public string? OriginHost { get; init; }

    /// <summary>Port of the origin; 0 = the one there is.</summary>
    public int OriginPort { get; init; }

    /// <summary>The name in the TLS handshake with the origin.</summary>
    public string? Sni { get; init; }

    /// <summary>Settings for the exchange, by the API's names.</summary>
    public ConfigList<RuleSettingText> Settings { get; init; } = [];

    /// <summary>The codings of a response to choose from, the preferred first.</summary>
    public ConfigList<string> Algorithms { get; init; } = [];

    /// <summary>What is added to the request's score.</summary>
    public int Increment { get; init; }

    /// <summary>Request headers that the access log shows.</summary>
    public ConfigList<string> RequestHeaders { get; init; } = [];

    /// <summary>Response headers that the access log shows.</summary>
    public ConfigList<string> ResponseHeaders { get; init; } = [];

    /// <summary>Cookies that the access log shows.</summary>
    public ConfigList<string> Cookies { get; init; } = [];

    /// <summary>Whether the exchange may be cached; null = as without the rule.</summary>
    public bool? Cache { get; init; }

    /// <summary>How long the edge keeps it; null = as the origin says.</summary>
    public TimeSpan? EdgeTtl { get; init; }

    /// <summary>How long browsers are told to keep it; null = as the origin says.</summary>
    public TimeSpan? BrowserTtl { get; init; }
}

/// <summary>How often a rule may hold. Immutable, compared by value.</summary>
/// <param name="Requests">Requests in a period, or the sum of their scores.</param>
/// <param name="Period">The period.</param>
/// <param name="By">What tells clients apart: <c>ip</c> and other short words, or expressions; empty = all count together.</param>
public sealed record RuleLimit(int Requests, TimeSpan Period, ConfigList<ConfigText> By);

/// <summary>A header that a rule sets. Immutable, compared by value.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Value">Its value, or the expression that makes it.</param>
/// <param name="IsExpression">Which of the two it is.</param>
public sealed record RuleHeader(ConfigText Name, ConfigText Value, bool IsExpression);

/// <summary>A setting of the exchange. Immutable, compared by value.</summary>
/// <param name="Name">The API's name.</param>
/// <param name="Value">Its value.</param>
public sealed record RuleSettingText(ConfigText Name, ConfigText Value);

/// <summary>Rules of a ruleset. Immutable, compared by value.</summary>
/// <param name="Ruleset">The ruleset's id.</param>
/// <param name="Rules">The rules' ids.</param>
public sealed record RuleReferences(string Ruleset, ConfigList<string> Rules);

/// <summary>What the rules of an executed ruleset do otherwise than they say. Immutable.</summary>
public sealed record RuleOverridesConfig : ConfigNode
{
    /// <summary>The action of all of them; null = their own.</summary>
    public string? Do { get; init; }

    /// <summary>Whether they run; null = as they say.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The same for the rules of categories; of several that fit the last holds.</summary>
    public ConfigList<RuleOverrideConfig> Categories { get; init; } = [];

    /// <summary>The same for single rules.</summary>
    public ConfigList<RuleOverrideConfig> Rules { get; init; } = [];
}

/// <summary>What some rules of an executed ruleset do otherwise than they say. Immutable.</summary>
public sealed record RuleOverrideConfig : ConfigNode
{
    /// <summary>The category, or the rule's id.</summary>
    public required string Name { get; init; }

    /// <summary>The action; null = their own.</summary>
    public string? Do { get; init; }

    /// <summary>Whether they run; null = as they say.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The score from which they act; null = as they say.</summary>
    public int? MinScore { get; init; }
}
