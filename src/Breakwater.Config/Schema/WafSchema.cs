using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>The web application firewall.</summary>
internal static class WafSchema
{
    public static Section<WafExclusionConfig> Exclusion { get; } = new Section<WafExclusionConfig>(
        "waf_exclusion", "an exclusion",
        "Something that some rules shall not look at: rules (`rule` or `tag`), a part of the request (`in`), or both; everywhere or on some "
            + "paths. One that has no effect is an error. `breakwater waf exclude --ray RAY` prints the narrowest one for a request.",
        () => new())
        .Key("rule", WafSyntax.RuleIds, e => e.Rule, (e, v) => e with { Rule = v },
            "The rule, by its id, or a range of them: `942100`, `942000-942999`.", "By `tag`; without either all rules leave `in` out.",
            aka: ["id", "rules", "rule_id"])
        .Key("tag", RuleSyntax.Words, e => e.Tag, (e, v) => e with { Tag = v },
            "The rules, by a tag that they have, such as `attack-sqli`.", "", aka: ["tags"])
        .Key("in", WafSyntax.Target, e => e.In, (e, v) => e with { In = v },
            "The part of the request that they leave out: `args.NAME` (query and body), `json.PATH`, `cookies.NAME`, `headers.NAME`, "
                + "`files.NAME`, or the collection alone; `[*]` stands for any index (`json.items[*].body`), `*` for any text without a dot. "
                + "Targets of SecLang (`ARGS_NAMES:x`, `REQUEST_COOKIES:/^_ga/`) are taken too.",
            "The rules do not run at all.", aka: ["target", "parameter", "param", "arg", "field"])
        .Key("path", WafSyntax.PathPattern, e => e.Path, (e, v) => e with { Path = v },
            "The paths on which it holds, with `*` for any text: `/admin/*`.", "All of them.", aka: ["uri", "location", "url"])
        .Key("description", RuleSyntax.Words, e => e.Description, (e, v) => e with { Description = v }, "Why.", "", aka: ["comment", "note"]);

    public static Section<WafConfig> Waf { get; } = new Section<WafConfig>(
        "waf", "'waf'",
        "The web application firewall: rules in SecLang that look at requests and give points; a request with too many is refused. See "
            + "[waf.md](waf.md). What a zone does not set, it has from the top level; exclusions of both hold.",
        () => new())
        .Key("rules", WafSyntax.Rules, w => w.Rules, (w, v) => w with { Rules = v },
            "Which rules: `builtin` for those that come with the edge, `crs` for the OWASP Core Rule Set where `crs_path` or the distribution "
                + "has it, or a directory: a release of the Core Rule Set or a folder of `.conf` files.",
            "They are made to let ordinary visitors alone, and need nothing installed.", aka: ["ruleset", "rulesets", "dir"])
        .Key("mode", Values.Choice(("block", WafMode.Block), ("detect", WafMode.Detect), ("off", WafMode.Off)),
            w => w.Mode, (w, v) => w with { Mode = v },
            "Whether what the rules refuse is refused, only told (`breakwater waf report`), or no rule runs.",
            "It is what Breakwater is for.", aka: ["action", "enabled", "engine"])
        .Key("paranoia", Values.Integer(1, 4), w => w.Paranoia, (w, v) => w with { Paranoia = v },
            "The paranoia level: 1 to 4. Higher ones find more, harmless requests among it.", "What fits any site.",
            aka: ["paranoia_level", "pl", "blocking_paranoia"])
        .Key("detection_paranoia", Values.Integer(1, 4).Nullable(), w => w.DetectionParanoia, (w, v) => w with { DetectionParanoia = v },
            "The level up to which rules run and tell, without adding to the score; to see what a higher `paranoia` would do.",
            "As `paranoia`.", aka: ["executing_paranoia"])
        .Key("threshold", Values.Integer(1, 1_000_000).Nullable(), w => w.Threshold, (w, v) => w with { Threshold = v },
            "The score from which a request is refused. A critical match is worth 5.", "What the rules say: 5.",
            aka: ["inbound_threshold", "anomaly_threshold", "score"])
        .Key("outbound_threshold", Values.Integer(1, 1_000_000).Nullable(), w => w.OutboundThreshold, (w, v) => w with { OutboundThreshold = v },
            "The score from which a response is refused.", "What the rules say: 4.")
        .Key("exclusions", Values.ListOf(Exclusion.Syntax), w => w.Exclusions, (w, v) => w with { Exclusions = v },
            "What rules shall not look at.", "Only the operator knows what this site takes.", aka: ["exclude", "exceptions", "ignore"])
        .Key("body_limit", Values.Size(1024, 64 << 20), w => w.BodyLimit, (w, v) => w with { BodyLimit = (int)v },
            "How much of a request's body is inspected before anything is forwarded.",
            "More than forms and API calls send; uploads stream behind it.", aka: ["request_body_limit", "body_size", "max_body_size"])
        .Key("on_large_body", Values.Choice(("inspect_first_part", WafLargeBody.InspectFirstPart), ("refuse", WafLargeBody.Refuse)),
            w => w.OnLargeBody, (w, v) => w with { OnLargeBody = v },
            "What becomes of a longer one: its first part is inspected and the rest passes, or it is refused (413).",
            "Uploads must work.", aka: ["body_limit_action", "oversize"])
        .Key("inspect_responses", Values.Boolean, w => w.InspectResponses, (w, v) => w with { InspectResponses = v },
            "Whether rules look at responses too: at heads, and at what has come of a text body when its first bytes go out. Nothing waits "
                + "for the rest.",
            "It finds what has leaked already, and most sites never need it.", aka: ["response_body", "inspect_response"])
        .Key("fail", Values.Choice(("open", WafFail.Open), ("closed", WafFail.Closed)), w => w.Fail, (w, v) => w with { Fail = v },
            "What becomes of a request that could not be inspected (no memory, work budget used up): it passes, or is refused. Either way it "
                + "is an event.",
            "A protection must not become the outage.", aka: ["fail_mode", "on_error"]);
}
