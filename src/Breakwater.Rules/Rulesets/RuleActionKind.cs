namespace Breakwater.Rules.Rulesets;

/// <summary>What a rule does, by the rulesets API's word (<see cref="RuleActionKinds.NameOf"/>).</summary>
public enum RuleActionKind : byte
{
    /// <summary><c>block</c>: answer 403, or what the rule says.</summary>
    Block,

    /// <summary><c>challenge</c>: an interactive challenge.</summary>
    Challenge,

    /// <summary><c>js_challenge</c>: a challenge that a browser passes by itself.</summary>
    JsChallenge,

    /// <summary><c>managed_challenge</c>: the challenge that fits the visitor.</summary>
    ManagedChallenge,

    /// <summary><c>log</c>: record and go on.</summary>
    Log,

    /// <summary><c>skip</c>: leave out rules, rulesets, phases or products.</summary>
    Skip,

    /// <summary><c>execute</c>: run another ruleset.</summary>
    Execute,

    /// <summary><c>rewrite</c>: change the URL or headers.</summary>
    Rewrite,

    /// <summary><c>redirect</c>: answer with another place.</summary>
    Redirect,

    /// <summary><c>route</c>: choose origin, host header and SNI.</summary>
    Route,

    /// <summary><c>set_config</c>: other settings for this exchange.</summary>
    SetConfig,

    /// <summary><c>serve_error</c>: another page in place of an error.</summary>
    ServeError,

    /// <summary><c>set_cache_settings</c>: how the exchange is cached.</summary>
    SetCacheSettings,

    /// <summary><c>set_cache_control</c>: directives of <c>Cache-Control</c>.</summary>
    SetCacheControl,

    /// <summary><c>set_cache_tags</c>: tags to purge by.</summary>
    SetCacheTags,

    /// <summary><c>compress_response</c>: content codings.</summary>
    CompressResponse,

    /// <summary><c>score</c>: add to the request's score.</summary>
    Score,

    /// <summary><c>log_custom_field</c>: further fields of the access log.</summary>
    LogCustomField,

    /// <summary><c>ddos_dynamic</c>: what the protection against floods finds best.</summary>
    DdosDynamic,

    /// <summary><c>force_connection_close</c>: end the connection without an answer.</summary>
    ForceConnectionClose,

    /// <summary><c>transform_response_html</c>: change HTML on its way.</summary>
    TransformResponseHtml,
}

/// <summary>Names and properties of actions. Thread-safe.</summary>
public static class RuleActionKinds
{
    private static readonly string[] Names =
    [
        "block", "challenge", "js_challenge", "managed_challenge", "log", "skip", "execute", "rewrite", "redirect", "route", "set_config",
        "serve_error", "set_cache_settings", "set_cache_control", "set_cache_tags", "compress_response", "score", "log_custom_field",
        "ddos_dynamic", "force_connection_close", "transform_response_html",
    ];

    /// <summary>The names of all actions.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>The name in the rulesets API, such as <c>js_challenge</c>.</summary>
    public static string NameOf(RuleActionKind action) => Names[(int)action];

    /// <summary>The action of that name.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out RuleActionKind action)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (!name.SequenceEqual(Names[i])) continue;
            action = (RuleActionKind)i;
            return true;
        }
        action = default;
        return false;
    }

    /// <summary>Whether the first match ends the exchange's phases: what comes after it does not run.</summary>
    public static bool IsTerminating(RuleActionKind action) =>
        IsProtection(action) || action is RuleActionKind.Redirect or RuleActionKind.ServeError;

    /// <summary>
    /// Whether the action refuses the visitor, so that it is what an edge in <c>detect</c> mode records and does not do.
    /// </summary>
    public static bool IsProtection(RuleActionKind action) =>
        action is RuleActionKind.Block or RuleActionKind.Challenge or RuleActionKind.JsChallenge or RuleActionKind.ManagedChallenge
            or RuleActionKind.ForceConnectionClose or RuleActionKind.DdosDynamic;

    /// <summary>Whether nothing here carries the action out, so that a rule with it is kept and does nothing.</summary>
    internal static bool IsKeptOnly(RuleActionKind action) =>
        action is RuleActionKind.SetCacheControl or RuleActionKind.SetCacheTags or RuleActionKind.TransformResponseHtml;

    /// <summary>Whether the action asks the visitor for proof.</summary>
    public static bool IsChallenge(RuleActionKind action) =>
        action is RuleActionKind.Challenge or RuleActionKind.JsChallenge or RuleActionKind.ManagedChallenge;
}
