using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Rules;
using Breakwater.Edge.Time;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Waf;

/// <summary>What the firewall refused, or would have refused, since the edge was started. Immutable.</summary>
/// <param name="Since">When it began to count.</param>
/// <param name="Lines">By zone, rule and path, the most frequent first.</param>
/// <param name="Omitted">Refusals by rules and paths that there was no room for.</param>
public sealed record WafReportPage(DateTimeOffset Since, IReadOnlyList<WafReportLine> Lines, long Omitted);

/// <summary>Refusals in which one rule had a part, on one path. Immutable.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Rule">The rule's id; 0 where no rule but the edge itself refused.</param>
/// <param name="Message">What it finds.</param>
/// <param name="Path">The path, without what looks like an id.</param>
/// <param name="Where">The part of the request that it was found in, last time.</param>
/// <param name="Refused">Requests that were refused.</param>
/// <param name="Detected">Requests that would have been; the zone only detects.</param>
/// <param name="LastRay">The last of them.</param>
public sealed record WafReportLine(string Zone, long Rule, string Message, string Path, string Where, long Refused, long Detected, string LastRay);

/// <summary>
/// Counts refusals by zone, rule and path. Of fixed size: what visitors ask for makes the keys, so that a flood of new paths is counted as
/// omitted. Thread-safe.
/// </summary>
internal sealed class WafReport(EdgeClock clock)
{
    private const int MaxLines = 4096;
    private const int MaxPath = 128;

    // Rules that had a part in one refusal; an attack may touch a hundred.
    private const int MaxRules = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Zone, long Rule, string Path), Line> _lines = [];
    private readonly DateTimeOffset _since = clock.UtcNow;
    private long _omitted;

    /// <summary>Counts a refusal.</summary>
    public void Add(ZoneWaf waf, Exchange exchange, WafTransaction transaction, RuleEffect effect)
    {
        string path = Generalise(PlainText.Of(exchange.Request.Path, MaxPath));
        int added = 0;
        foreach (WafMatch match in transaction.Matches)
        {
            if (match.Score > 0 && added < MaxRules)
            {
                added++;
                Add(exchange, match.Rule, WafMatchText.Of(transaction, match, waf.Redaction).Where, path, effect);
            }
        }

        if (added > 0)
        {
            return;
        }

        // Rules that do not score refuse by themselves.
        foreach (WafMatch match in transaction.Matches)
        {
            if (match.IsDisruptive)
            {
                Add(exchange, match.Rule, WafMatchText.Of(transaction, match, waf.Redaction).Where, path, effect);
                return;
            }
        }

        Add(exchange, null, "", path, effect);
    }

    /// <summary>What was counted.</summary>
    public WafReportPage Read(int max)
    {
        lock (_lock)
        {
            IEnumerable<WafReportLine> lines = _lines
                .Select(pair => new WafReportLine(
                    pair.Key.Zone, pair.Key.Rule, pair.Value.Message, pair.Key.Path, pair.Value.Where, pair.Value.Refused, pair.Value.Detected, pair.Value.LastRay.ToString()))
                .OrderByDescending(line => line.Refused + line.Detected).ThenBy(line => line.Rule);
            return new WafReportPage(_since, [.. lines.Take(max)], _omitted);
        }
    }

    private void Add(Exchange exchange, WafRule? rule, string where, string path, RuleEffect effect)
    {
        (string, long, string) key = (exchange.Zone!.Name, rule?.Id ?? 0, path);
        lock (_lock)
        {
            if (!_lines.TryGetValue(key, out Line? line))
            {
                if (_lines.Count == MaxLines)
                {
                    _omitted++;
                    return;
                }

                _lines[key] = line = new Line { Message = rule?.Message ?? "a body that is too long, or cannot be read" };
            }

            line.Where = where;
            line.LastRay = exchange.Ray;
            if (effect == RuleEffect.Ended)
            {
                line.Refused++;
            }
            else
            {
                line.Detected++;
            }
        }
    }

    /// <summary>Numbers and long hexadecimal names in a path tell things apart that are the same page.</summary>
    private static string Generalise(string path)
    {
        string[] segments = path.Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string segment = segments[i];
            bool isNumber = segment.Length > 0 && segment.All(char.IsAsciiDigit);
            bool isHex = segment.Length >= 16 && segment.All(c => char.IsAsciiHexDigit(c) || c == '-');
            segments[i] = isNumber || isHex ? "*" : segment;
        }

        return string.Join('/', segments);
    }

    private sealed class Line
    {
        public required string Message { get; init; }

        public string Where { get; set; } = "";

        public long Refused { get; set; }

        public long Detected { get; set; }

        public RayId LastRay { get; set; }
    }
}
