using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Breakwater.Drills;
using Breakwater.Drills.Reports;
using Breakwater.Drills.Scenarios;
using Breakwater.Edge.Observability;
using Breakwater.Terminal;

namespace Breakwater.Commands;

/// <summary><c>breakwater drill</c>: outages of others, made small, on an edge of its own.</summary>
internal sealed class DrillCommand : Command, IHasExamples
{
    private readonly Argument<string[]> _names = new("name")
    {
        HelpName = "NAME|all",
        Description = "Drills by name, as --list shows them; all of them when none is named.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _list = new("--list") { Description = "Show which drills there are, and which are left out." };
    private readonly Option<string?> _json = new("--json") { HelpName = "FILE", Description = "Write how each drill ended there, in JSON." };
    private readonly Option<string?> _standIn = new("--stand-in")
    {
        HelpName = "NAME",
        Description = "Be the edge without guards that a scenario is shown with; a drill starts it.",
        Hidden = true,
    };

    public DrillCommand()
        : base("drill", "Injects the faults of well-known outages into an edge of its own, and says whether its visitors noticed.")
    {
        Add(_names);
        Add(_list);
        Add(_json);
        Add(_standIn);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater drill --list", "breakwater drill D5 D48", "breakwater drill all --json drills.json"];

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        if (parsed.GetValue(_list))
        {
            DrillReport.List(Console.Out, Palette.Output);
            return ExitCode.Ok;
        }

        if (parsed.GetValue(_standIn) is { } standIn)
        {
            return await StandIn.RunAsync(standIn, Console.In, Console.Out);
        }

        string[] names = parsed.GetValue(_names) is { Length: > 0 } some ? some : ["all"];
        if (names.FirstOrDefault(name => name != "all" && DrillCatalogue.Find(name) is null) is { } unknown)
        {
            CommandLine.Complain(
                DrillCatalogue.LeftOut.FirstOrDefault(drill => drill.Name.Equals(unknown, StringComparison.OrdinalIgnoreCase)) is { } leftOut
                    ? $"the drill {leftOut.Name} is left out: {leftOut.Why}" : $"there is no drill '{unknown}'",
                "see `breakwater drill --list`");
            return ExitCode.Usage;
        }

        IReadOnlyList<Drill> drills = names.Contains("all") ? DrillCatalogue.Drills : [.. names.Select(name => DrillCatalogue.Find(name)!).Distinct()];
        return await RunAsync(drills, parsed.GetValue(_json));
    }

    private static async Task<int> RunAsync(IReadOnlyList<Drill> drills, string? json)
    {
        // Whoever interrupts it leaves no edge behind.
        using CancellationTokenSource interrupted = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        int parallel = Math.Clamp(Environment.ProcessorCount, 1, 4);
        IReadOnlyList<DrillResult> results = await DrillRunner.RunAsync(
            drills, parallel, (drill, result) => DrillReport.Ended(drill, result, Console.Out, Palette.Output), interrupted.Token);
        if (json is not null)
        {
            new DrillRun(EdgeVersion.Text, Machine(), DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), results).Write(json);
        }

        int passed = results.Count(result => result.Passed);
        Console.Out.WriteLine(DrillReport.Sum(passed, drills.Count - passed));
        return passed == drills.Count ? ExitCode.Ok : ExitCode.Problem;

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} processors ({RuntimeInformation.ProcessArchitecture}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.FrameworkDescription}");
}
