using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Ids of rules whose author gave them none: made from what the rule says, so that a rule keeps its id, and with it its counters, when
/// others are added before it. Thread-safe.
/// </summary>
internal static class RuleIds
{
    public static string Derive(Rule rule, RulePhase phase)
    {
        StringBuilder text = new();
        text.Append(RulePhases.NameOf(phase)).Append('\n').Append(RuleActionKinds.NameOf(rule.Action.Kind)).Append('\n')
            .Append(rule.Expression.Text);
        if (rule.RateLimit is { } limit)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{limit.Period} {limit.RequestsPerPeriod} {limit.ScorePerPeriod} {limit.CountingExpression?.Text}");
            foreach (RuleText characteristic in limit.Characteristics) text.Append('\n').Append(characteristic.Text);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    /// <summary>The id itself, or with the first number that makes it unique: the same rule may stand twice.</summary>
    public static string Unique(string id, Func<string, bool> isTaken)
    {
        if (!isTaken(id)) return id;
        int number = 2;
        while (isTaken($"{id}-{number}")) number++;
        return $"{id}-{number}";
    }
}
