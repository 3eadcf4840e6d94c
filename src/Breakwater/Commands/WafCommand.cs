using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Waf;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary><c>breakwater waf</c>: what the firewall refuses, what it costs, what to leave out; and tests of its rules.</summary>
internal sealed class WafCommand : Command, IHasExamples
{
    public WafCommand()
        : base("waf", "The firewall: what it refused or would have, what its rules cost, exclusions for a refused request, tests of rules.")
    {
        Add(new WafReportCommand());
        Add(new WafExcludeCommand());
        Add(new WafTopCommand());
        Add(new WafTestCommand());
    }

    public IReadOnlyList<string> Examples =>
    [
        "breakwater waf report",
        "breakwater waf exclude --ray 26745b1312a88fa2",
        "breakwater waf top",
        "breakwater waf test --rules coreruleset --tests coreruleset/tests/regression/tests",
    ];
}

/// <summary><c>breakwater waf report</c>.</summary>
internal sealed class WafReportCommand : Command, IHasExamples
{
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _json = CommonOptions.Json();

    public WafReportCommand()
        : base("report", "Sums up what the firewall of the running edge refused, or would have refused, by rule and path.")
    {
        Add(_json);
        Add(_data);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater waf report"];

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        WafReportPage page = await client.GetWafReportAsync();
        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(page, AdminJson.Plain.WafReportPage));
            return ExitCode.Ok;
        }

        string since = page.Since.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        if (page.Lines.Count == 0)
        {
            Console.Out.WriteLine($"The firewall has refused nothing, and would have refused nothing, since {since} UTC.");
            return ExitCode.Ok;
        }

        Table table = new("zone", "rule", "finds", "path", "in", "last ray", "refused", "would refuse") { FirstNumber = 6 };
        foreach (WafReportLine line in page.Lines)
        {
            table.Add(
                line.Zone, Number(line.Rule), Cut(line.Message, 48), Cut(line.Path, 40), Cut(line.Where, 32), line.LastRay, Number(line.Refused), Number(line.Detected));
        }

        Console.Out.WriteLine($"Since {since} UTC; a request counts for each rule that had a part in it:");
        table.WriteTo(Console.Out, Palette.Output);
        if (page.Omitted > 0)
        {
            Console.Out.WriteLine($"{Number(page.Omitted)} further matches, of rules and paths that there was no room for.");
        }

        return ExitCode.Ok;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "\u2026";
}

/// <summary><c>breakwater waf top</c>.</summary>
internal sealed class WafTopCommand : Command, IHasExamples
{
    private const int Lines = 30;

    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<bool> _json = CommonOptions.Json();

    public WafTopCommand()
        : base("top", "Shows which rules of the firewall take the most time, from some of the running edge's requests.")
    {
        Add(_json);
        Add(_data);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater waf top"];

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using AdminClient client = new(parsed.GetValue(_data));
        WafTopPage page = await client.GetWafTopAsync();
        if (parsed.GetValue(_json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(page, AdminJson.Plain.WafTopPage));
            return ExitCode.Ok;
        }

        if (page.Requests == 0)
        {
            Console.Out.WriteLine($"No request was timed yet; one of {page.OneOf} is.");
            return ExitCode.Ok;
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{page.Requests} requests timed (one of {page.OneOf}), {page.MeanMicros:0.0} µs of rules each:"));
        Table table = new("rules", "rule", "finds", "ran", "µs each", "share") { FirstNumber = 3 };
        foreach (WafRuleTime line in page.Rules.Take(Lines))
        {
            table.Add(
                line.Rules, line.Rule.ToString(CultureInfo.InvariantCulture), line.Message.Length > 60 ? line.Message[..59] + "\u2026" : line.Message,
                line.Evaluations.ToString(CultureInfo.InvariantCulture), line.MeanMicros.ToString("0.00", CultureInfo.InvariantCulture),
                line.Share.ToString("0.0 %", CultureInfo.InvariantCulture));
        }

        table.WriteTo(Console.Out, Palette.Output);
        return ExitCode.Ok;
    }
}

/// <summary><c>breakwater waf exclude</c>.</summary>
internal sealed class WafExcludeCommand : Command, IHasExamples
{
    private readonly Option<string> _ray = new("--ray") { HelpName = "RAY", Description = "The ray id, from the block page or an event.", Required = true };
    private readonly Option<string?> _data = CommonOptions.Data();

    public WafExcludeCommand()
        : base("exclude", "Prints the narrowest exclusion that would have let a refused request pass, tried on that request.")
    {
        Add(_ray);
        Add(_data);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater waf exclude --ray 26745b1312a88fa2"];

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string ray = parsed.GetValue(_ray)!;
        using AdminClient client = new(parsed.GetValue(_data));
        WafExclusionAnswer? answer = await client.FindWafExclusionAsync(ray);
        if (answer is null or { Exclusions.Count: 0 })
        {
            CommandLine.Complain(
                answer?.Why is { } why ? $"there is no exclusion for {ray}: {why}" : $"no request with the ray {ray} is kept",
                "the last 256 refused requests are, as long as the edge runs; see `breakwater events`");
            return ExitCode.Problem;
        }

        Console.Out.WriteLine($"# zone {answer.Zone}; with these the request of ray {answer.Ray} passes");
        Console.Out.WriteLine("waf:");
        Console.Out.WriteLine("  exclusions:");
        foreach (WafExclusionLine line in answer.Exclusions)
        {
            Console.Out.WriteLine($"    - {Yaml(line)}" + (line.Message.Length == 0 ? "" : $"   # {line.Message}"));
        }

        return ExitCode.Ok;
    }

    private static string Yaml(WafExclusionLine line)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{{rule: {line.Rule}");
        text += line.In is null ? "" : $", in: {Scalar(line.In)}";
        return text + (line.Path is null ? "" : $", path: {Scalar(line.Path)}") + "}";
    }

    private static string Scalar(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '-') ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
