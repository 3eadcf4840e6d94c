using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Breakwater.Drills;
using Breakwater.Drills.Reports;
using Breakwater.Drills.Scenarios;
using Breakwater.Drills.Soaks;
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
    private readonly Option<string?> _for = new("--for") { HelpName = "TIME", Description = "How long the soak goes on, such as 30s, 2m or 30m. Default: 2m." };
    private readonly Option<int> _seed = new("--seed") { HelpName = "NUMBER", Description = "What decides the order of the soak's faults.", DefaultValueFactory = _ => Soak.DefaultSeed };
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
        Add(_for);
        Add(_seed);
        Add(_standIn);
        SetAction(ExecuteAsync);
    }

    public IReadOnlyList<string> Examples => ["breakwater drill --list", "breakwater drill D5 D48", "breakwater drill all --json drills.json", "breakwater drill soak --for 30m"];

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

        if (!TryRead(parsed.GetValue(_for) ?? "2m", out TimeSpan time))
        {
            CommandLine.Complain($"'{parsed.GetValue(_for)}' is no time of up to 24 hours", "write 30s, 2m or 1h");
            return ExitCode.Usage;
        }

        string[] names = parsed.GetValue(_names) is { Length: > 0 } some ? some : ["all"];
        if (names.FirstOrDefault(name => name != "all" && name != Soak.Word && DrillCatalogue.Find(name) is null) is { } unknown)
        {
            CommandLine.Complain(
                DrillCatalogue.LeftOut.FirstOrDefault(drill => drill.Name.Equals(unknown, StringComparison.OrdinalIgnoreCase)) is { } leftOut
                    ? $"the drill {leftOut.Name} is left out: {leftOut.Why}" : $"there is no drill '{unknown}'",
                "see `breakwater drill --list`");
            return ExitCode.Usage;
        }

        IReadOnlyList<Drill> drills = names.Contains("all")
            ? DrillCatalogue.Drills
            : [.. names.Distinct().Select(name => name == Soak.Word ? new Soak(time, parsed.GetValue(_seed)) : DrillCatalogue.Find(name)!).Distinct()];
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

    private static bool TryRead(string text, out TimeSpan time)
    {
        int seconds = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        bool isNumber = int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        time = isNumber && number is > 0 and <= 86_400 ? TimeSpan.FromSeconds((long)number * seconds) : TimeSpan.Zero;
        return time > TimeSpan.Zero && time <= TimeSpan.FromDays(1);
    }

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} processors ({RuntimeInformation.ProcessArchitecture}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.FrameworkDescription}");
}
