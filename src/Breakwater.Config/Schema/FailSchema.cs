using Breakwater.Config.Syntax;

namespace Breakwater.Config.Schema;

/// <summary>What becomes of exchanges when a module fails.</summary>
internal static class FailSchema
{
    private const string WhyOpen = "A protection must not become the outage.";

    private static readonly ChoiceSyntax<FailMode> Mode = Values.Choice(("open", FailMode.Open), ("closed", FailMode.Closed));

    public static Section<FailConfig> Fail { get; } = new Section<FailConfig>(
        "fail", "'fail'",
        "What becomes of a request that a part of the edge failed on, or that meets one whose fuse is blown ([fuses.md](fuses.md)): `open` lets it "
            + "go on as if that part were not there, `closed` refuses it with 503. What a zone does not set, it has from the top level. For the firewall "
            + "see `waf.fail`.",
        () => new())
        .Key("https_redirect", Mode, f => f.HttpsRedirect, (f, v) => f with { HttpsRedirect = v },
            "`redirect_to_https`. Open: plain requests are served without TLS.", WhyOpen)
        .Key("url_rules", Mode, f => f.UrlRules, (f, v) => f with { UrlRules = v },
            "Rules that redirect, rewrite, set settings or choose the origin.", WhyOpen)
        .Key("custom_rules", Mode, f => f.CustomRules, (f, v) => f with { CustomRules = v },
            "Your rules that block, log, score or skip, and `access`.",
            WhyOpen + " Where rules are what keeps strangers out of an application, set it to `closed`.")
        .Key("rate_limits", Mode, f => f.RateLimits, (f, v) => f with { RateLimits = v },
            "Rate limits.", WhyOpen)
        .Key("late_rules", Mode, f => f.LateRules, (f, v) => f with { LateRules = v },
            "Rules about what goes on to the origin: redirects by lists, changes of header fields, cache settings.", WhyOpen)
        .Key("response_rules", Mode, f => f.ResponseRules, (f, v) => f with { ResponseRules = v },
            "Rules about responses. Closed: the origin's response is kept back; answers of the edge itself go out in any case.", WhyOpen);
}
