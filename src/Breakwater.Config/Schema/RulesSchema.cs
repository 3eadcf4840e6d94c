using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>Rules in their short form.</summary>
internal static class RulesSchema
{
    public static Section<RuleOverrideConfig> Override { get; } = new Section<RuleOverrideConfig>(
        "rule_override", "an override", "What some rules of an executed ruleset do otherwise than they say.", () => new() { Name = "" })
        .Key("name", RuleSyntax.Words, o => o.Name, (o, v) => o with { Name = v },
            "The category, or the rule's id.", "", Presence.Required, aka: ["category"])
        .Key("do", RuleSyntax.OverrideAction, o => o.Do, (o, v) => o with { Do = v }, "The action in place of their own.", "")
        .Key("enabled", Values.Boolean.Nullable(), o => o.Enabled, (o, v) => o with { Enabled = v }, "Whether they run.", "")
        .Key("min_score", Values.Integer(0, 1_000_000).Nullable(), o => o.MinScore, (o, v) => o with { MinScore = v },
            "The score from which they act.", "");

    public static Section<RuleOverridesConfig> Overrides { get; } = new Section<RuleOverridesConfig>(
        "rule_overrides", "'overrides'",
        "What the rules of an executed ruleset do otherwise than they say. What is said of a rule wins over what is said of its categories "
            + "(of several the last), that over what is said of all.",
        () => new())
        .Key("do", RuleSyntax.OverrideAction, o => o.Do, (o, v) => o with { Do = v }, "The action of all of them.", "")
        .Key("enabled", Values.Boolean.Nullable(), o => o.Enabled, (o, v) => o with { Enabled = v }, "Whether they run.", "")
        .Key("categories", Values.ListOf(Override.Syntax), o => o.Categories, (o, v) => o with { Categories = v },
            "Overrides of the rules of a category.", "None is overridden.")
        .Key("rules", Values.ListOf(Override.Syntax), o => o.Rules, (o, v) => o with { Rules = v },
            "Overrides of single rules.", "None is overridden.");

    public static Section<RuleConfig> Rule { get; } = WithParameters(new Section<RuleConfig>(
        "rule", "a rule",
        "What must hold, and what happens then. Rules of one phase run in the order in which they stand; the phase follows from what they do. "
            + "Those for all zones come before a zone's own.",
        () => new())
        .Key("when", RuleSyntax.Expression, r => r.When, (r, v) => r with { When = v },
            "The expression that must hold; `true` for every request. Needed unless there is a `file`, or a `limit` for every request.",
            "A rule that forgot its condition would hit everybody.", aka: ["expression", "if", "match", "condition", "filter"])
        .Key("do", RuleSyntax.Action, r => r.Do, (r, v) => r with { Do = v },
            "What happens then, by the rulesets API's words. Needed unless there is a `file`.", "", aka: ["action", "then"])
        .Key("file", Values.File, r => r.File, (r, v) => r with { File = v },
            "A file of rulesets in the JSON of the rulesets API, such as an export: its rules stand here.", "", aka: ["include", "import"])
        .Key("id", RuleSyntax.Id, r => r.Id, (r, v) => r with { Id = v },
            "What events call it, and what its counters hang on.", "Without one it is made from what the rule says.", aka: ["name", "ref"])
        .Key("description", RuleSyntax.Words, r => r.Description, (r, v) => r with { Description = v }, "What it is for.", "",
            aka: ["comment", "note"])
        .Key("enabled", Values.Boolean, r => r.Enabled, (r, v) => r with { Enabled = v },
            "Whether it runs.", "A rule is written to run.", aka: ["active"])
        .Key("log", Values.Boolean.Nullable(), r => r.Log, (r, v) => r with { Log = v },
            "Whether a match becomes an event.", "What refuses, skips or logs becomes one; changes of the exchange do not.", aka: ["logging"])
        .Key("phase", RuleSyntax.Phase, r => r.Phase, (r, v) => r with { Phase = v },
            "When it runs, where that does not follow from what it does.", "The phase of its action.")
        .Key("limit", RuleSyntax.Limit, r => r.Limit, (r, v) => r with { Limit = v },
            "How often it may hold before it acts: `100 per 1m by ip`. After `by` stand, with commas between them, `ip`, `asn`, `country`, "
                + "`host`, `path`, `ja3`, `ja4`, `headers[\"x\"]`, `cookies[\"x\"]`, `args[\"x\"]` or any expression; `all` counts everybody "
                + "together. Without `by` clients are told apart by address.",
            "It acts the first time.", aka: ["ratelimit", "rate_limit", "rate"])
        .Key("timeout", Values.DurationOrZero("1s", "1d"), r => r.Timeout, (r, v) => r with { Timeout = v },
            "With `limit`: how long it acts once the limit is exceeded; 0 = as long as the rate is above it.", "", aka: ["mitigation_timeout"])
        .Key("counting", RuleSyntax.Expression, r => r.Counting, (r, v) => r with { Counting = v },
            "With `limit`: what must hold for a request to be counted. May look at the response, such as `http.response.code eq 401`.",
            "What `when` says.", aka: ["counting_expression"])
        .Key("origin_only", Values.Boolean, r => r.OriginOnly, (r, v) => r with { OriginOnly = v },
            "With `limit`: whether what the cache answers is not counted.", "A limit protects whatever answers.", aka: ["requests_to_origin"])
        .Key("score_header", RuleSyntax.HeaderName, r => r.ScoreHeader, (r, v) => r with { ScoreHeader = v },
            "With `limit`: the response header whose numbers are summed in place of counting requests.", "Every request counts as one.",
            aka: ["score_response_header_name"])
        .Key("min_score", Values.Integer(0, 1_000_000).Nullable(), r => r.MinScore, (r, v) => r with { MinScore = v },
            "The score that the request must have reached besides; `do: score` adds to it.", "", aka: ["score_threshold"]));

    private static Section<RuleConfig> WithParameters(Section<RuleConfig> section) => Others(Skips(Rewrites(Answers(section))));

    private static Section<RuleConfig> Answers(Section<RuleConfig> section) => section
        .Key("status", Values.Integer(300, 999), r => r.Status, (r, v) => r with { Status = v },
            "The status of the answer: of `block` 400–499, of `redirect` 301, 302, 303, 307 or 308, of `serve_error` 400–999.", "",
            aka: ["status_code"], shown: "403, with `limit` 429; of a redirect 302; of an error its own")
        .Key("content", RuleSyntax.Words, r => r.Content, (r, v) => r with { Content = v },
            "The body of what `block` or `serve_error` answers.", "The edge's own page.", aka: ["body"])
        .Key("content_type", RuleSyntax.ContentType, r => r.ContentType, (r, v) => r with { ContentType = v },
            "The body's media type.", "`text/html`.")
        .Key("to", RuleSyntax.Text, r => r.To, (r, v) => r with { To = v },
            "Where `redirect` leads: a URL, or a path of the same host.", "", aka: ["target", "location", "url"])
        .Key("to_expression", RuleSyntax.Expression, r => r.ToExpression, (r, v) => r with { ToExpression = v },
            "The expression that says where `redirect` leads.", "")
        .Key("to_list", RuleSyntax.ListName, r => r.ToList, (r, v) => r with { ToList = v },
            "The list of redirects that says where `redirect` leads; a request it does not know goes on.", "", aka: ["from_list"])
        .Key("key", RuleSyntax.Expression, r => r.Key, (r, v) => r with { Key = v },
            "With `to_list`: what is looked up.", "The full URL.")
        .Key("keep_query", Values.Boolean, r => r.KeepQuery, (r, v) => r with { KeepQuery = v },
            "Whether `redirect` appends the request's query.", "The target is meant as it is written.", aka: ["preserve_query_string"]);

    private static Section<RuleConfig> Rewrites(Section<RuleConfig> section) => section
        .Key("path", RuleSyntax.Text, r => r.Path, (r, v) => r with { Path = v },
            "The path that `rewrite` puts in place of the request's.", "")
        .Key("path_expression", RuleSyntax.Expression, r => r.PathExpression, (r, v) => r with { PathExpression = v },
            "The expression that makes it.", "")
        .Key("query", RuleSyntax.Text, r => r.Query, (r, v) => r with { Query = v },
            "The query that `rewrite` puts in place of the request's, without `?`; `\"\"` removes it.", "")
        .Key("query_expression", RuleSyntax.Expression, r => r.QueryExpression, (r, v) => r with { QueryExpression = v },
            "The expression that makes it.", "")
        .Key("set_headers", RuleSyntax.Headers, r => r.SetHeaders, (r, v) => r with { SetHeaders = v },
            "Request headers that `rewrite` sets for the origin.", "Nothing changes by itself.", aka: ["set_request_headers", "headers"])
        .Key("add_headers", RuleSyntax.Headers, r => r.AddHeaders, (r, v) => r with { AddHeaders = v },
            "Request headers of which `rewrite` adds another line.", "Nothing changes by itself.", aka: ["add_request_headers"])
        .Key("remove_headers", Values.ListOf(RuleSyntax.HeaderName), r => r.RemoveHeaders, (r, v) => r with { RemoveHeaders = v },
            "Request headers that `rewrite` removes.", "Nothing changes by itself.", aka: ["remove_request_headers"])
        .Key("set_response_headers", RuleSyntax.Headers, r => r.SetResponseHeaders, (r, v) => r with { SetResponseHeaders = v },
            "Response headers that `rewrite` sets for the visitor.", "Nothing changes by itself.")
        .Key("add_response_headers", RuleSyntax.Headers, r => r.AddResponseHeaders, (r, v) => r with { AddResponseHeaders = v },
            "Response headers of which `rewrite` adds another line.", "Nothing changes by itself.")
        .Key("remove_response_headers", Values.ListOf(RuleSyntax.HeaderName), r => r.RemoveResponseHeaders,
            (r, v) => r with { RemoveResponseHeaders = v }, "Response headers that `rewrite` removes.", "Nothing changes by itself.");

    private static Section<RuleConfig> Skips(Section<RuleConfig> section) => section
        .Key("rest", Values.Boolean, r => r.Rest, (r, v) => r with { Rest = v },
            "Whether `skip` spares the rest of the rules of the same phase and level; it does when nothing else is skipped.",
            "`skip` with something else spares that alone.")
        .Key("phases", Values.ListOf(RuleSyntax.Phase), r => r.Phases, (r, v) => r with { Phases = v },
            "Later phases that `skip` spares.", "Only what is named is skipped.")
        .Key("products", Values.ListOf(RuleSyntax.Product), r => r.Products, (r, v) => r with { Products = v },
            "Protections that are no rules and that `skip` spares.", "Only what is named is skipped.")
        .Key("rulesets", Values.ListOf(RuleSyntax.Id), r => r.Rulesets, (r, v) => r with { Rulesets = v },
            "Rulesets that `skip` spares.", "Only what is named is skipped.")
        .Key("rules", RuleSyntax.RuleReferences, r => r.Rules, (r, v) => r with { Rules = v },
            "Rules of rulesets that `skip` spares.", "Only what is named is skipped.", aka: ["skip_rules"])
        .Key("ruleset", RuleSyntax.Id, r => r.Ruleset, (r, v) => r with { Ruleset = v }, "The ruleset that `execute` runs.", "")
        .Key("overrides", Overrides.Syntax, r => r.Overrides, (r, v) => r with { Overrides = v },
            "What its rules do otherwise than they say.", "");

    private static Section<RuleConfig> Others(Section<RuleConfig> section) => section
        .Key("host_header", Values.HostName, r => r.HostHeader, (r, v) => r with { HostHeader = v },
            "The `Host` that the origin sees after `route`.", "")
        .Key("origin_host", Values.HostName, r => r.OriginHost, (r, v) => r with { OriginHost = v },
            "Name or address of the server that `route` sends the request to.", "")
        .Key("origin_port", Values.Integer(0, 65535), r => r.OriginPort, (r, v) => r with { OriginPort = v },
            "Its port; 0 = the one the zone has.", "")
        .Key("sni", Values.HostName, r => r.Sni, (r, v) => r with { Sni = v },
            "The name in the TLS handshake with the server after `route`.", "")
        .Key("settings", RuleSyntax.Settings, r => r.Settings, (r, v) => r with { Settings = v },
            "What `set_config` sets, by the rulesets API's names.", "Nothing changes by itself.")
        .Key("algorithms", Values.ListOf(RuleSyntax.Algorithm), r => r.Algorithms, (r, v) => r with { Algorithms = v },
            "The codings that `compress_response` chooses from, the preferred first.", "The rule must say it.")
        .Key("increment", Values.Integer(-1_000_000, 1_000_000), r => r.Increment, (r, v) => r with { Increment = v },
            "What `score` adds to the request's score.", "")
        .Key("request_headers", Values.ListOf(Values.FieldName), r => r.RequestHeaders, (r, v) => r with { RequestHeaders = v },
            "Request headers that `log_custom_field` adds to the access log.", "The log has its fields.", aka: ["request_fields"])
        .Key("response_headers", Values.ListOf(Values.FieldName), r => r.ResponseHeaders, (r, v) => r with { ResponseHeaders = v },
            "Response headers that `log_custom_field` adds to the access log.", "The log has its fields.", aka: ["response_fields"])
        .Key("cookies", Values.ListOf(RuleSyntax.Words), r => r.Cookies, (r, v) => r with { Cookies = v },
            "Cookies that `log_custom_field` adds to the access log.", "The log has its fields.", aka: ["cookie_fields"])
        .Key("cache", Values.Boolean.Nullable(), r => r.Cache, (r, v) => r with { Cache = v },
            "Whether `set_cache_settings` lets the response be cached.", "")
        .Key("edge_ttl", Values.DurationOrZero("1s", "365d").Nullable(), r => r.EdgeTtl, (r, v) => r with { EdgeTtl = v },
            "How long the edge keeps it, whatever the origin says.", "")
        .Key("browser_ttl", Values.DurationOrZero("1s", "365d").Nullable(), r => r.BrowserTtl, (r, v) => r with { BrowserTtl = v },
            "How long browsers are told to keep it, whatever the origin says.", "");
}
