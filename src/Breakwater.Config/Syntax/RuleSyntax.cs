using System.Globalization;

namespace Breakwater.Config.Syntax;

/// <summary>The kinds of value that rules and lists are made of.</summary>
internal static class RuleSyntax
{
    /// <summary>The actions of the rulesets API.</summary>
    public static readonly string[] Actions =
    [
        "block", "log", "skip", "challenge", "js_challenge", "managed_challenge", "redirect", "rewrite", "route", "set_config", "serve_error",
        "set_cache_settings", "compress_response", "execute", "score", "log_custom_field", "force_connection_close",
    ];

    /// <summary>The phases of the rulesets API whose rules run here, in their order.</summary>
    public static readonly string[] Phases =
    [
        "http_request_dynamic_redirect", "http_request_transform", "http_config_settings", "http_request_origin", "ddos_l7",
        "http_request_firewall_custom", "http_ratelimit", "http_request_firewall_managed", "http_request_sbfm", "http_request_redirect",
        "http_request_late_transform", "http_request_cache_settings", "http_custom_errors", "http_response_headers_transform",
        "http_response_cache_settings", "http_response_compression", "http_response_firewall_managed", "http_log_custom_fields",
    ];

    public static TextSyntax Expression { get; } = new("expression", "an expression", "an expression, such as http.request.uri.path eq \"/login\"", mayBeEmpty: false);

    public static TextSyntax Text { get; } = new("text", "a text", "a text", mayBeEmpty: true);

    public static OneOfSyntax Action { get; } = new("an action", Actions);

    public static OneOfSyntax OverrideAction { get; } = new(
        "an action", "block", "log", "challenge", "js_challenge", "managed_challenge", "force_connection_close");

    public static OneOfSyntax Phase { get; } = new("a phase", Phases);

    public static OneOfSyntax Product { get; } = new("a product", "bic", "hot", "rateLimit", "securityLevel", "uaBlock", "waf", "zoneLockdown");

    public static OneOfSyntax Algorithm { get; } = new("an algorithm", "none", "auto", "default", "gzip", "brotli", "zstd");

    public static OneOfSyntax ContentType { get; } = new("such a media type", "text/html", "text/plain", "application/json", "text/xml");

    public static RuleLimitSyntax Limit { get; } = new();

    public static AccessTargetSyntax AccessTarget { get; } = new();

    /// <summary>An id of a rule or ruleset.</summary>
    public static WordSyntax<string> Id { get; } = new(
        "id", "an id", "1 to 64 of letters, digits, '-', '_' and '.'", "^[A-Za-z0-9_.-]{1,64}$",
        static (string text, Reading _, out string id) => ParseWord(text, 64, "-_.", "an id", out id), orInteger: true);

    /// <summary>The name of a list, as the language has it: <c>[a-z0-9_.]</c>, without a dot at either end.</summary>
    public static WordSyntax<string> ListName { get; } = new(
        "name of a list", "the name of a list", "1 to 50 of a-z, 0-9 and '_'", "^[a-z0-9_.]{1,50}$",
        static (string text, Reading _, out string name) => { name = text; return ListNameFault(text); });

    public static WordSyntax<string> Country { get; } = new(
        "country", "a country", "two letters of ISO 3166-1, such as DE", "^[A-Za-z][A-Za-z0-9]$", ParseCountry);

    public static WordSyntax<uint> Asn { get; } = new(
        "network number", "the number of a network", "a number such as 64500", "^(AS)?[0-9]{1,10}$", ParseAsn, orInteger: true);

    /// <summary>A header's name, with its case kept.</summary>
    public static WordSyntax<string> HeaderName { get; } = new(
        "field name", "the name of a header field", "a name such as X-Country", "^[!#-'*+.^_`|~0-9A-Za-z-]+$",
        static (string text, Reading _, out string name) => { name = text; return HeaderNameFault(text); });

    /// <summary>A text on its own, without further meaning.</summary>
    public static WordSyntax<string> Words { get; } = new(
        "text", "a text", "a text", "", static (string text, Reading _, out string words) => { words = text; return null; }, orInteger: true);

    public static NamedSyntax<(ConfigText Text, bool IsExpression), RuleHeader> Headers { get; } = new(
        "mapping of field name to text or `{expression: …}`", "X-Edge: breakwater", "^[!#-'*+.^_`|~0-9A-Za-z-]+$", HeaderNameFault,
        new RuleValueSyntax(), (name, value) => new RuleHeader(name, value.Text, value.IsExpression));

    public static NamedSyntax<ConfigText, RuleSettingText> Settings { get; } = new(
        "mapping of setting to value", "security_level: high", "^[a-z_.]+$",
        text => text.Length > 0 && text.All(c => char.IsAsciiLetterLower(c) || c is '_' or '.') ? null : new Fault("no setting"),
        Text, (name, value) => new RuleSettingText(name, value));

    public static NamedSyntax<ConfigList<string>, RuleReferences> RuleReferences { get; } = new(
        "mapping of ruleset to list of rules", "RULESET: [RULE, RULE]", "^.+$", text => text.Length > 0 ? null : new Fault("no id"),
        Values.ListOf(Id, min: 1), (name, rules) => new RuleReferences(name.Text, rules));

    public static Fault? ListNameFault(string text) =>
        text.Length is > 0 and <= 50 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.') && text is not (['.', ..] or [.., '.'])
            ? null : new Fault("not the name of a list", "write 1 to 50 of a-z, 0-9 and '_'");

    private static Fault? HeaderNameFault(string text) => Values.IsToken(text) ? null : new Fault("not the name of a header field", "write a name such as X-Country");

    private static Fault? ParseWord(string text, int max, string others, string noun, out string word)
    {
        word = text;
        return text.Length > 0 && text.Length <= max && text.All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c, StringComparison.Ordinal))
            ? null : new Fault($"not {noun}");
    }

    private static Fault? ParseCountry(string text, Reading reading, out string country)
    {
        country = text.ToUpperInvariant();
        return text.Length == 2 && char.IsAsciiLetter(text[0]) && char.IsAsciiLetterOrDigit(text[1]) ? null : new Fault("not a country");
    }

    private static Fault? ParseAsn(string text, Reading reading, out uint asn)
    {
        ReadOnlySpan<char> digits = text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out asn) ? null : new Fault("not the number of a network");
    }
}
