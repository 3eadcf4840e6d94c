using System.Collections.Immutable;

namespace Breakwater.Rules.Rulesets;

/// <summary>Compiles and checks rate limits.</summary>
internal sealed class RateLimitCompiler(ExpressionCompiler expressions, RuleDiagnostics diagnostics)
{
    public CompiledRateLimit? Compile(RateLimit limit, Rule rule)
    {
        Check(limit, rule);
        Expression? counting = null;
        bool countsResponses = false;
        if (limit.CountingExpression is { } text)
        {
            counting = expressions.Filter(text, ExpressionFeatures.Response);
            countsResponses = counting is not null && LooksAtResponse(counting.Fields);
            if (countsResponses && expressions.LastLists.Count > 0)
            {
                diagnostics.Error(
                    text.Start, "an expression that counts by the response cannot name lists",
                    "write the values into the expression, or count by the request");
            }
        }
        // A score comes with the response.
        countsResponses |= limit.ScorePerPeriod is not null;
        if (countsResponses && counting is null) counting = expressions.Filter(rule.Expression, ExpressionFeatures.Response);
        ImmutableArray<CompiledCharacteristic> characteristics = Compile(limit.Characteristics);
        return new CompiledRateLimit(limit, characteristics, counting, countsResponses);
    }

    private void Check(RateLimit limit, Rule rule)
    {
        if (limit.Period is < 1 or > RateLimit.MaxSeconds) Error("period", limit.Period);
        if (limit.MitigationTimeout is < 0 or > RateLimit.MaxSeconds) Error("mitigation_timeout", limit.MitigationTimeout);
        if (limit.RequestsPerPeriod is null == limit.ScorePerPeriod is null)
        {
            diagnostics.Error(
                limit.Position, "a rate limit counts either requests or a score",
                "write one of 'requests_per_period' and 'score_per_period'");
        }
        if (limit.ScorePerPeriod is not null && limit.ScoreResponseHeader is null)
        {
            diagnostics.Error(limit.Position, "a score needs the response header that tells it", "add 'score_response_header_name'");
        }
        if (limit.ScoreResponseHeader is { } header && HeaderRules.Fault(header) is { } fault)
        {
            diagnostics.Error(
                limit.Position, fault.Problem, fault.Remedy);
        }
        if (limit.Characteristics.Length > CompiledRateLimit.MaxCharacteristics)
        {
            diagnostics.Error(limit.Position, $"more than {CompiledRateLimit.MaxCharacteristics} characteristics", "remove some");
        }
        if (rule.Action.Kind is not (RuleActionKind.Block or RuleActionKind.Log) && !RuleActionKinds.IsChallenge(rule.Action.Kind))
        {
            diagnostics.Error(
                rule.Position, $"a rate limit cannot lead to '{RuleActionKinds.NameOf(rule.Action.Kind)}'",
                "write block, log or a challenge");
        }

        void Error(string name, int value) =>
            diagnostics.Error(limit.Position, $"'{name}' is {value} seconds, out of range", $"write at most {RateLimit.MaxSeconds}");
    }

    private ImmutableArray<CompiledCharacteristic> Compile(ImmutableArray<RuleText> texts)
    {
        List<CompiledCharacteristic> compiled = [];
        HashSet<string> seen = [];
        bool hasAddress = false, hasVisitor = false;
        foreach (RuleText text in texts)
        {
            if (expressions.Value(text, ExpressionFeatures.RateLimit) is not { } value) continue;
            FieldId? field = value.Fields is [var only] ? only : null;
            if (!seen.Add(text.Text)) diagnostics.Error(text.Start, $"'{Shown.Short(text.Text)}' stands twice", "remove one of the two");
            if (field == FieldId.CfColoId) continue; // This edge counts for itself: the node is the same for all its requests.
            hasAddress |= field == FieldId.IpSrc;
            hasVisitor |= field == FieldId.CfUniqueVisitorId;
            if (field == FieldId.CfUniqueVisitorId && Replace(text) is { } replaced) value = replaced;
            compiled.Add(new CompiledCharacteristic(text.Text, KindOf(field), value));
        }
        if (hasAddress && hasVisitor)
        {
            diagnostics.Error(texts[0].Start, "ip.src and cf.unique_visitor_id exclude one another", "keep one of the two");
        }
        return [.. compiled];
    }

    private ValueExpression? Replace(RuleText text)
    {
        diagnostics.Warning(
            text.Start, "visitors behind one address cannot be told apart: cf.unique_visitor_id counts as ip.src",
            "write ip.src, or add a header or cookie");
        return expressions.Value(RuleText.Of("ip.src"), ExpressionFeatures.RateLimit);
    }

    private static bool LooksAtResponse(IReadOnlyList<FieldId> fields) =>
        fields.Any(f => KnownFields.Get(f).Availability.HasFlag(FieldAvailability.Response));

    private static CharacteristicKind KindOf(FieldId? field) => field switch
    {
        FieldId.IpSrc or FieldId.CfUniqueVisitorId => CharacteristicKind.Address,
        FieldId.CfBotManagementJa3Hash or FieldId.CfBotManagementJa4 => CharacteristicKind.Fingerprint,
        FieldId.IpSrcAsnum => CharacteristicKind.Asn,
        FieldId.IpSrcCountry => CharacteristicKind.Country,
        FieldId.HttpHost => CharacteristicKind.Host,
        FieldId.HttpRequestUriPath => CharacteristicKind.Path,
        FieldId.HttpRequestHeaders => CharacteristicKind.Header,
        FieldId.HttpRequestCookies => CharacteristicKind.Cookie,
        FieldId.HttpRequestUriArgs => CharacteristicKind.Argument,
        FieldId.HttpRequestBodyRaw or FieldId.HttpRequestBodyForm => CharacteristicKind.Body,
        _ => CharacteristicKind.Other,
    };
}
