using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.SecLang;

/// <summary>Short ways to read rules in tests.</summary>
internal static class SecLangText
{
    /// <summary>Reads rules that must be right.</summary>
    public static SecRuleset Read(string text, SecFileSource? source = null)
    {
        SecLoadResult result = SecRuleset.Parse(text, "test.conf", source);
        Assert.True(result.Ruleset is not null, string.Join("\n", result.Diagnostics));
        return result.Ruleset;
    }

    /// <summary>Reads one rule that must be right.</summary>
    public static SecRule Rule(string text) => Assert.Single(Read(text).Rules);

    /// <summary>The rule with these targets.</summary>
    public static SecRule Targets(string targets) => Rule($"SecRule {targets} \"@rx a\" \"id:1\"");

    /// <summary>The rule with these actions.</summary>
    public static SecRule Actions(string actions) => Rule($"SecRule ARGS \"@rx a\" \"id:1,{actions}\"");

    /// <summary>Reads rules that must be wrong, and gives what was found.</summary>
    public static string[] Errors(string text, SecFileSource? source = null, SecLangLimits? limits = null)
    {
        SecLoadResult result = SecRuleset.Parse(text, "test.conf", source, limits);
        Assert.Null(result.Ruleset);
        return [.. result.Diagnostics.Where(d => d.Severity == SecSeverity.Error).Select(d => d.ToString())];
    }

    /// <summary>The one error in rules.</summary>
    public static string Error(string text, SecFileSource? source = null, SecLangLimits? limits = null) => Assert.Single(Errors(text, source, limits));
}
