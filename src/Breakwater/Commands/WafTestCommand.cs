using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Breakwater.Edge;
using Breakwater.Waf.Ftw;

namespace Breakwater.Commands;

/// <summary><c>breakwater waf test</c>: FTW tests of rules, through a real listener.</summary>
internal sealed class WafTestCommand : Command, IHasExamples
{
    private readonly Option<string> _rules = new("--rules")
    {
        HelpName = "DIR",
        Description = "The rules: a release of the Core Rule Set, or a folder of .conf files.",
        Required = true,
    };

    private readonly Option<string?> _setup = new("--setup")
    {
        HelpName = "FILE",
        Description = "Settings that are read before the rules. Default: crs-setup.conf(.example) in DIR, and those that the Core Rule Set's tests ask for.",
    };

    private readonly Option<string> _tests = new("--tests") { HelpName = "DIR", Description = "The tests: a folder of FTW files.", Required = true };
    private readonly Option<string?> _json = new("--json") { HelpName = "FILE", Description = "Writes how each test ended there, in JSON." };

    public WafTestCommand()
        : base("test", "Runs FTW tests, such as those of the Core Rule Set, against rules behind a real listener on this machine.")
    {
        Add(_rules);
        Add(_setup);
        Add(_tests);
        Add(_json);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater waf test --rules coreruleset --tests coreruleset/tests/regression/tests"];

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string folder = parsed.GetValue(_tests)!;
        if (!Directory.Exists(folder))
        {
            CommandLine.Complain($"'{folder}' is not a directory", "name the folder of the tests");
            return ExitCode.Problem;
        }

        var problems = new List<string>();
        ImmutableArray<FtwTest> tests = FtwReader.ReadFolder(folder, problems);
        problems.ForEach(Console.Error.WriteLine);
        FtwResult[] results;
        try
        {
            await using FtwListener listener = await FtwListener.StartAsync(parsed.GetValue(_rules)!, parsed.GetValue(_setup), cancellation);
            results = await FtwRunner.RunAsync(tests, listener, cancellation);
        }
        catch (ConfigurationException refused)
        {
            foreach (Breakwater.Config.ConfigDiagnostic found in refused.Diagnostics)
            {
                Diagnostics.Write(found, Console.Error);
            }

            return ExitCode.Problem;
        }

        foreach (FtwResult failed in results.Where(result => !result.Passed))
        {
            Console.Out.WriteLine($"{failed.Test.Id} ({failed.Test.File}): {failed.Failure}");
        }

        if (parsed.GetValue(_json) is { } file)
        {
            WriteJson(file, results);
        }

        int passed = results.Count(result => result.Passed);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {results.Length - passed + problems.Count} failed, 0 skipped"));
        return passed == results.Length && problems.Count == 0 ? ExitCode.Ok : ExitCode.Problem;
    }

    private static void WriteJson(string file, IEnumerable<FtwResult> results)
    {
        using FileStream stream = File.Create(file);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (FtwResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("test", result.Test.Id);
            json.WriteString("file", result.Test.File);
            json.WriteString("result", result.Passed ? "passed" : "failed");
            if (result.Failure is { } failure)
            {
                json.WriteString("failure", failure);
            }

            json.WriteStartArray("statuses");
            foreach (FtwAnswer answer in result.Answers)
            {
                json.WriteNumberValue(answer.Status);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
