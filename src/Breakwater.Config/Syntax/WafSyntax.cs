using System.Globalization;

namespace Breakwater.Config.Syntax;

/// <summary>The kinds of value that the firewall's settings are made of.</summary>
internal static class WafSyntax
{
    public static WordSyntax<WafRulesSource> Rules { get; } = new(
        "`builtin`, `crs` or a path", "builtin, crs or a directory", "builtin, crs or the path of a directory", "^(builtin|crs|.*/.*)$", ParseRules);

    public static NullableSyntax<WafRuleIds> RuleIds { get; } = new WordSyntax<WafRuleIds>(
        "id or range of ids", "the id of a rule", "an id such as 942100, or a range such as 942000-942999", "^[0-9]{1,9}(-[0-9]{1,9})?$",
        ParseRuleIds, orInteger: true).Nullable();

    public static TextSyntax Target { get; } = new(
        "part of a request", "a part of a request", "a part of a request such as args.comment or json.items[*].body", mayBeEmpty: false);

    public static WordSyntax<string> PathPattern { get; } = new(
        "path with `*`", "a path", "a path such as /admin/*", "^[/*][!-~]*$",
        static (string text, Reading _, out string path) =>
        {
            path = text;
            return text is ['/' or '*', ..] && text.All(c => c is > ' ' and < '\x7f' and not '?' and not '#') ? null : new Fault("not a path");
        });

    private static Fault? ParseRules(string text, Reading reading, out WafRulesSource source)
    {
        source = text == "crs" ? WafRulesSource.Crs : WafRulesSource.Builtin;
        if (text is "builtin" or "crs") return null;
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            string? near = Suggestion.For(text, ["builtin", "crs"]);
            return new Fault("no rules that there are", near is null ? $"write builtin, crs, or ./{Show.Shortened(text)} for a directory" : $"did you mean '{near}'?");
        }

        if (text.Contains('\0', StringComparison.Ordinal)) return new Fault("not a path");
        source = new WafRulesSource(WafRulesKind.Directory, reading.Resolve(text));
        return null;
    }

    private static Fault? ParseRuleIds(string text, Reading reading, out WafRuleIds ids)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        string last = dash < 0 ? text : text[(dash + 1)..];
        ids = default;
        if (!TryParse(dash < 0 ? text : text[..dash], out int from) || !TryParse(last, out int to)) return new Fault("not the id of a rule");
        if (from > to) return new Fault("a range that ends before it begins", $"write {to}-{from}");
        ids = new WafRuleIds(from, to);
        return null;
    }

    private static bool TryParse(string text, out int id) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && text.Length is > 0 and <= 9;
}
