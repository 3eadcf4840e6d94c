using System.CommandLine;
using System.Text.Json;
using Breakwater.Config;
using Breakwater.Edge.Admin;
using Breakwater.Edge.Generations;
using Breakwater.Hosting;

namespace Breakwater.Commands;

/// <summary><c>breakwater check</c>: says what is wrong with a configuration.</summary>
internal sealed class CheckCommand : Command, IHasExamples
{
    private readonly Option<string?> _config = new("--config") { HelpName = "FILE", Description = "The configuration file. [$BREAKWATER_CONFIG]" };
    private readonly Option<bool> _json = CommonOptions.Json();

    public CheckCommand()
        : base("check", "Says what is wrong with a configuration: file:line:column: what is wrong; what to do. Exit code 1 if anything is.")
    {
        Add(_config);
        Add(_json);
        SetAction(Execute);
    }

    public IReadOnlyList<string> Examples => ["breakwater check --config breakwater.yaml"];

    private int Execute(ParseResult parsed)
    {
        ConfigOverrides flags = parsed.GetValue(_config) is { } file ? ConfigOverrides.None.With(ConfigSetting.Config, file, "--config") : ConfigOverrides.None;
        ConfigSource source = ConfigSource.From(flags);
        if (source.File is null)
        {
            CommandLine.Complain("no configuration file is named", "name one with --config FILE");
            return ExitCode.Usage;
        }

        IReadOnlyList<ConfigDiagnostic> found = Check(source);
        int errors = found.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (parsed.GetValue(_json))
        {
            DiagnosticLine[] lines = [.. found.Select(DiagnosticLine.Of)];
            Console.Out.WriteLine(JsonSerializer.Serialize(lines, AdminJson.Plain.IReadOnlyListDiagnosticLine));
        }
        else
        {
            foreach (ConfigDiagnostic diagnostic in found)
            {
                Diagnostics.Write(diagnostic, Console.Out);
            }

            Console.Error.WriteLine($"{source.File}: {Summary(errors, found.Count - errors)}");
        }

        return errors == 0 ? ExitCode.Ok : ExitCode.Problem;
    }

    private static IReadOnlyList<ConfigDiagnostic> Check(ConfigSource source)
    {
        GenerationDocument read = source.Read();
        return read.Config is null ? read.Diagnostics : [.. read.Diagnostics, .. TrialCompilation.Run(read.Config)];
    }

    private static string Summary(int errors, int warnings) => (errors, warnings) switch
    {
        (0, 0) => "no problems",
        (0, _) => $"no errors, {Count(warnings, "warning")}",
        (_, 0) => Count(errors, "error"),
        _ => $"{Count(errors, "error")}, {Count(warnings, "warning")}",
    };

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
