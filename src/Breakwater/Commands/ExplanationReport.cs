using System.Globalization;
using Breakwater.Edge.Events;
using Breakwater.Edge.Explain;
using Breakwater.Edge.Waf;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary>Explanations for a person. Stateless.</summary>
internal static class ExplanationReport
{
    private const int MaxExpression = 160;

    /// <summary>Writes the way of a request.</summary>
    public static void Write(Explanation explanation, TextWriter output, Palette palette)
    {
        output.WriteLine(palette.Bold(explanation.Request.Length == 0 ? "(no request line)" : explanation.Request));
        output.WriteLine(
            $"  from {explanation.Client}, {(explanation.Https ? "https" : "http")}, for {(explanation.Host.Length == 0 ? "no host" : explanation.Host)}: "
            + (explanation.Zone is { } zone ? $"zone {zone}" : "no zone"));
        if (explanation.Protection is "detect" or "off")
        {
            output.WriteLine(palette.Yellow($"  protection: {explanation.Protection}; nothing is refused because of a rule"));
        }

        foreach (ExplainedPhase phase in explanation.Phases)
        {
            output.WriteLine();
            WritePhase(phase, output, palette);
        }

        if (explanation.Waf is { } waf)
        {
            output.WriteLine();
            output.WriteLine(palette.Bold("firewall"));
            WriteWaf(waf, output, palette);
        }

        output.WriteLine();
        WriteVerdict(explanation, output, palette);
        output.WriteLine();
        output.WriteLine(palette.Dim("  " + string.Join(", ", explanation.Steps.Select(step => $"{step.Step} {Micros(step.Micros)}"))));
    }

    /// <summary>What the firewall found.</summary>
    private static void WriteWaf(WafFacts waf, TextWriter output, Palette palette)
    {
        string of = waf.Threshold == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {waf.Score} points; refused from {waf.Threshold} on");
        output.WriteLine($"      rules: {waf.Rules}{of}" + (waf.OutboundScore == 0 ? "" : $"; {waf.OutboundScore} for the response"));
        if (waf.NotInspected is { } trouble)
        {
            output.WriteLine(palette.Yellow($"      not inspected as a whole: {trouble}"));
        }

        foreach (WafMatchFacts match in waf.Matches)
        {
            string score = match.Score == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" +{match.Score}");
            output.WriteLine($"      {match.Rule}{palette.Yellow(score)} {match.Message}: {match.Where} {palette.Dim(match.Value)}");
        }

        if (waf.Omitted > 0)
        {
            output.WriteLine($"      and {waf.Omitted} further matches");
        }
    }

    /// <summary>Writes what is known of a live request.</summary>
    public static void Write(RayExplanation explanation, TextWriter output, Palette palette)
    {
        SecurityEvent first = explanation.Events[0];
        EventRequest request = explanation.Request;
        output.WriteLine(palette.Bold($"ray {explanation.Ray}") + $"  {Time(first.Time)}  zone {first.Zone}, generation {first.Generation}");
        output.WriteLine($"  from {request.Client}, {(request.Https ? "https" : "http")}");
        foreach (string line in request.Head.Split('\n'))
        {
            output.WriteLine("  > " + line);
        }

        if (request.HeadTruncated)
        {
            output.WriteLine("  > (and more, which is not kept)");
        }

        output.WriteLine();
        output.WriteLine(palette.Bold("What rules did"));
        foreach (SecurityEvent one in explanation.Events)
        {
            string effect = one.Effect == "ended" ? palette.Red(one.Effect) : one.Effect;
            output.WriteLine($"  {one.Phase}: {effect} by {(one.Level == "account" ? "the rule for all zones " : "rule ")}{one.Rule}, {one.Action}{Description(one.Description)}");
            WriteValues(one.Values, output, palette);
            WriteLimit(one.Limit, output);
            if (one.Waf is { } waf)
            {
                WriteWaf(waf, output, palette);
            }

            if (one.Omitted > 0)
            {
                output.WriteLine($"      {one.Omitted} further matches of this request were not kept");
            }
        }

        output.WriteLine();
        string status = first.Status == 0 ? "no answer" : string.Create(CultureInfo.InvariantCulture, $"{first.Status}");
        output.WriteLine($"  {palette.Bold("then")}  {status}, {first.End}, in {Millis(request.DurationMs)}"
            + (request.Origin is null ? "; no origin was asked" : $"; {request.Origin} answered {request.OriginStatus} in {Millis(request.OriginMs)}"));
        output.WriteLine();
        if (explanation.Rehearsal is not { } rehearsal)
        {
            output.WriteLine("The request was too long to be kept whole, or no whole request: it can't be taken through the rules again.");
            return;
        }

        output.WriteLine(explanation.Generation == first.Generation
            ? palette.Bold("The same request through the same rules now") + ", without the secrets, which are not kept; nothing is counted:"
            : palette.Bold($"The same request through the rules of generation {explanation.Generation} now")
                + $", not those of generation {first.Generation}, without the secrets, which are not kept; nothing is counted:");
        output.WriteLine();
        Write(rehearsal, output, palette);
    }

    private static void WritePhase(ExplainedPhase phase, TextWriter output, Palette palette)
    {
        output.WriteLine($"{palette.Bold(phase.Phase)}  {palette.Dim(Micros(phase.Micros))}");
        if (phase.Skipped)
        {
            output.WriteLine("  " + palette.Yellow("skipped, as an earlier rule says"));
        }

        foreach (ExplainedRule rule in phase.Rules)
        {
            string result = rule.Result.Replace('_', ' ').PadRight(12);
            string coloured = rule.Result switch
            {
                "ended" => palette.Red(result),
                "not_matched" => palette.Dim(result),
                _ => palette.Yellow(result),
            };
            output.WriteLine($"  {coloured} {(rule.Level == "account" ? "all zones: " : "")}{rule.Id}  {rule.Action}{Description(rule.Description)}  {palette.Dim(Micros(rule.Micros))}");
            output.WriteLine($"      {Cut(rule.Expression)}");
            WriteValues(rule.Values, output, palette);
            WriteLimit(rule.Limit, output);
        }

        if (phase.Omitted > 0)
        {
            output.WriteLine($"  {phase.Omitted} further rules are not shown");
        }
    }

    private static void WriteVerdict(Explanation explanation, TextWriter output, Palette palette)
    {
        (ExplainedVerdict verdict, ExplainedOrigin? origin, ExplainedResponse? response) =
            (explanation.Verdict, explanation.Origin, explanation.Response);
        string by = verdict.Rule is null ? "" : $", by rule {verdict.Rule}";
        string wrong = verdict.Violation is null ? "" : $" ({verdict.Violation})";
        output.WriteLine(palette.Bold("Verdict") + "  " + verdict.Outcome switch
        {
            "forwarded" => palette.Green("forwarded") + " to " + OriginOf(origin!),
            "dropped" => palette.Red("dropped") + $": the connection is cut without an answer{by}",
            _ => palette.Red($"answered {verdict.Status}") + $", {verdict.End}{wrong}{by}",
        });
        foreach (string line in verdict.Fields)
        {
            output.WriteLine("  < " + line);
        }

        foreach (string line in origin?.Head ?? [])
        {
            output.WriteLine("  > " + line);
        }

        if (response is not null)
        {
            output.WriteLine(palette.Bold("Answer") + $"  {response.Status}"
                + (response.Rule is null ? " of the origin" : $", by rule {response.Rule} in place of the origin's")
                + (response.Coding is null ? "" : $", its body coded as {response.Coding}"));
            foreach (string line in response.Head)
            {
                output.WriteLine("  < " + line);
            }
        }
        else if (origin is not null)
        {
            output.WriteLine(palette.Dim("  rules about the response run when there is one"));
        }
    }

    private static string OriginOf(ExplainedOrigin origin) =>
        (origin.Url ?? (origin.Of == 1 ? "the origin" : "an origin"))
        + (origin.Of > 1 ? string.Create(CultureInfo.InvariantCulture, $" (one of {origin.Of})") : "")
        + (origin.Routed ? ", where a rule sends it" : "");

    private static void WriteValues(IReadOnlyDictionary<string, string?> values, TextWriter output, Palette palette)
    {
        foreach ((string field, string? value) in values)
        {
            output.WriteLine($"      {field} = {(value is null ? palette.Dim("(missing)") : value.Length == 0 ? "\"\"" : value)}");
        }
    }

    private static void WriteLimit(LimitFacts? limit, TextWriter output)
    {
        if (limit is null)
        {
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"      limit: {limit.Allowed} per {limit.PeriodSeconds} s, {limit.Remaining} left")
            + (limit.Exceeded ? string.Create(CultureInfo.InvariantCulture, $"; exceeded, requests are taken again in {limit.ResetSeconds} s") : ""));
    }

    private static string Description(string? description) => string.IsNullOrEmpty(description) ? "" : $" \"{description}\"";

    private static string Cut(string expression)
    {
        string line = string.Join(' ', expression.Split((char[])[' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxExpression ? line : line[..MaxExpression] + "…";
    }

    private static string Micros(double micros) => micros.ToString("0.0", CultureInfo.InvariantCulture) + " µs";

    private static string Millis(double millis) => millis.ToString("0.###", CultureInfo.InvariantCulture) + " ms";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
