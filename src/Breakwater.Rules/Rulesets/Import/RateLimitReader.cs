using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>From JSON to a rate limit, with the values that the API allows.</summary>
internal static class RateLimitReader
{
    public static RateLimit Read(JsonFields fields)
    {
        ImmutableArray<RuleText> characteristics = [.. fields.Strings("characteristics").Select(c => c.ToRuleText())];
        if (!fields.Has("characteristics"))
        {
            fields.Missing("characteristics", "write what tells clients apart, such as [\"cf.colo.id\", \"ip.src\"]");
        }
        RuleText? counting = fields.RuleText("counting_expression");
        RateLimit limit = new()
        {
            Characteristics = characteristics,
            Period = OneOf(fields, "period", RateLimit.Periods) ?? Required(fields, "period"),
            RequestsPerPeriod = fields.Number("requests_per_period", 1, RateLimit.MaxRequests),
            ScorePerPeriod = fields.Number("score_per_period", 1, RateLimit.MaxRequests),
            ScoreResponseHeader = fields.Text("score_response_header_name"),
            MitigationTimeout = OneOf(fields, "mitigation_timeout", RateLimit.MitigationTimeouts) ?? 0,
            CountingExpression = counting is { Text.Length: > 0 } ? counting : null,
            RequestsToOrigin = fields.Flag("requests_to_origin") ?? false,
            Position = fields.Position,
        };
        fields.NameRest();
        return limit;
    }

    private static int? OneOf(JsonFields fields, string name, IReadOnlyList<int> allowed)
    {
        if (fields.Number(name, 0, RateLimit.MaxSeconds) is not { } number) return null;
        if (!allowed.Contains(number))
        {
            fields.Diagnostics.Error(
                fields.PositionOf(name), $"'{name}' is {number}, which the API does not allow",
                $"write {Shown.Alternatives(allowed.Select(a => $"{a}"))}");
        }
        return number;
    }

    private static int Required(JsonFields fields, string name)
    {
        if (!fields.Has(name)) fields.Missing(name, $"write {Shown.Alternatives(RateLimit.Periods.Select(p => $"{p}"))}");
        return RateLimit.Periods[0];
    }
}
