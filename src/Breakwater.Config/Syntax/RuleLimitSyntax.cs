using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A rate: <c>100 per 1m</c>, <c>5 per 10s by ip, headers["x-api-key"]</c>, <c>10000 per 1s by all</c>.</summary>
internal sealed partial class RuleLimitSyntax : ScalarSyntax<RuleLimit>
{
    private const int MaxRequests = 1_000_000_000;

    private static readonly DurationSyntax Period = new("1s", "1d", zero: false);

    public override string Name => "`N per DURATION`, `N per DURATION by WHAT, …`";

    protected override string Noun => "a rate";

    protected override string Expected => "a number, a period and what tells clients apart, such as 100 per 1m by ip";

    public override string Format(RuleLimit value) =>
        $"{value.Requests} per {Period.Format(value.Period)} by {(value.By.Count == 0 ? "all" : string.Join(", ", value.By))}";

    public override JsonObject ToJsonSchema() => new() { ["type"] = "string", ["pattern"] = "^[0-9]+ +per +[0-9]+(s|m|h|d)( +by +.+)?$" };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out RuleLimit value)
    {
        value = null!;
        Match match = Form().Match(scalar.Text);
        if (!match.Success) return NotSuch;
        if (!int.TryParse(match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int requests)
            || requests is < 1 or > MaxRequests)
        {
            return new Fault("a rate out of range", $"write a number from 1 to {MaxRequests}");
        }
        if (Period.Parse(match.Groups["period"].Value) is not { } period) return new Fault("a rate with a bad period", "write a period from 1s to 1d");
        ConfigText whole = scalar.ToConfigText();
        Group by = match.Groups["by"];
        if (!by.Success) value = new RuleLimit(requests, period, [ConfigText.Of("ip")]);
        else if (by.Value == "all") value = new RuleLimit(requests, period, []);
        else if (Split(whole, by.Index) is { } parts) value = new RuleLimit(requests, period, parts);
        else return new Fault("a rate with an empty or unclosed part after 'by'", "write words or expressions with commas between them");
        return null;
    }

    [GeneratedRegex(@"^ *(?<n>[0-9]{1,12}) +per +(?<period>[0-9]{1,9}[smhd]) *( +by +(?<by>.*?))? *\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Form();

    /// <summary>The parts between commas that stand in no string, bracket or parenthesis; null when one is empty or never closed.</summary>
    private static ConfigList<ConfigText>? Split(ConfigText text, int start)
    {
        List<ConfigText> parts = [];
        int depth = 0, from = start;
        bool isQuoted = false;
        for (int i = start; i <= text.Text.Length; i++)
        {
            char c = i < text.Text.Length ? text.Text[i] : ',';
            if (i == text.Text.Length && (isQuoted || depth != 0)) return null;
            if (isQuoted)
            {
                if (c == '\\') i++;
                else isQuoted = c != '"';
            }
            else if (c == '"') isQuoted = true;
            else if (c is '(' or '[' or '{') depth++;
            else if (c is ')' or ']' or '}') depth--;
            else if (c == ',' && depth == 0)
            {
                ReadOnlySpan<char> part = text.Text.AsSpan(from, i - from);
                int spaces = part.Length - part.TrimStart(' ').Length;
                int length = part.Trim(' ').Length;
                if (length == 0) return null;
                parts.Add(text.Slice(from + spaces, length));
                from = i + 1;
            }
        }
        return [.. parts];
    }
}
