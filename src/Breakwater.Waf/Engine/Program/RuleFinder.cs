using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// Finds the rules that a <c>ctl</c> or an exclusion means, as bitmaps: by ids, or by an expression that is searched in tags or messages, as
/// SecRuleRemoveByTag does. Immutable.
/// </summary>
internal sealed class RuleFinder(IReadOnlyList<SecRule> rules)
{
    public int Count => rules.Count;

    public ulong[] ById(ImmutableArray<SecIdRange> ids) => Where(rule => ids.Any(range => range.Contains(rule.Id)));

    public ulong[] ByTag(string expression, SecPosition position, List<SecDiagnostic> diagnostics) =>
        Matching(expression, position, diagnostics) is { } regex ? Where(rule => rule.Tags.Any(regex.IsMatch)) : RuleBits.Make(Count);

    public ulong[] ByMessage(string expression, SecPosition position, List<SecDiagnostic> diagnostics) =>
        Matching(expression, position, diagnostics) is { } regex ? Where(rule => Messages(rule).Any(regex.IsMatch)) : RuleBits.Make(Count);

    private ulong[] Where(Func<SecRule, bool> isMeant)
    {
        ulong[] bits = RuleBits.Make(Count);
        for (int i = 0; i < rules.Count; i++)
        {
            if (isMeant(rules[i])) RuleBits.Add(bits, i);
        }

        return bits;
    }

    private static IEnumerable<string> Messages(SecRule rule)
    {
        for (SecRule? link = rule; link is not null; link = link.Chained)
        {
            if (link.Msg is { } msg) yield return msg.Source;
        }
    }

    private static Regex? Matching(string expression, SecPosition position, List<SecDiagnostic> diagnostics)
    {
        try
        {
            return new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            diagnostics.Add(new SecDiagnostic(position, SecSeverity.Error, $"{SecNames.Quote(expression)} is no regular expression",
                "mend it; lookaround and backreferences are not possible"));
            return null;
        }
    }
}
