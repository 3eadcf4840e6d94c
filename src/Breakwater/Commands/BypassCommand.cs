using System.CommandLine;
using System.Globalization;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Lifecycle;

namespace Breakwater.Commands;

/// <summary>
/// <c>breakwater bypass</c>: leaves modules out for a while. It writes a file in the data directory and talks to nobody, so that it works with an edge
/// that does not answer, and before one is started.
/// </summary>
internal sealed class BypassCommand : Command, IHasExamples
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromMinutes(10);

    private readonly Argument<string?> _module = new("module")
    {
        HelpName = "MODULE",
        Description = $"The module: {string.Join(", ", ModuleIds.Fused.Select(ModuleIds.NameOf))}; or all. Without it, shows what is bypassed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _zone = new("--zone") { HelpName = "ZONE", Description = "In this zone only." };

    private readonly Option<string?> _for = new("--for")
    {
        HelpName = "TIME",
        Description = "For how long, such as 30s, 10m or 2h; 24h at most. Then the module is back by itself. Default: 10m.",
    };

    private readonly Option<string?> _because = new("--because") { HelpName = "TEXT", Description = "Why, for the log and `breakwater status`." };

    private readonly Option<bool> _off = new("--off") { Description = "End it now." };

    private readonly Option<string?> _data = CommonOptions.Data();

    public BypassCommand()
        : base("bypass", "Leaves a module out for a while, as if it were not there. Needs only the data directory; a running edge takes it up within a second.")
    {
        Add(_module);
        Add(_zone);
        Add(_for);
        Add(_because);
        Add(_off);
        Add(_data);
        SetAction(Execute);
    }

    public IReadOnlyList<string> Examples =>
    [
        "breakwater bypass waf                              for ten minutes, in every zone",
        "breakwater bypass rate_limits --zone shop --for 1h",
        "breakwater bypass all --off",
    ];

    private int Execute(ParseResult parsed)
    {
        string directory = Path.GetFullPath(parsed.GetValue(_data) ?? DataDirectory.DefaultPath());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        SwitchReading before = SwitchFile.Read(SwitchFile.BypassIn(directory), now);
        if (before.Problem is { } problem)
        {
            Console.Error.WriteLine($"what is in {SwitchFile.BypassIn(directory)} counts for nothing: {problem}");
        }

        if (parsed.GetValue(_module) is not { } name)
        {
            Show(before.Switches);
            return ExitCode.Ok;
        }

        ModuleId module = ModuleId.None;
        if (name != "all" && !ModuleIds.TryParse(name, out module))
        {
            CommandLine.Complain($"there is no module '{name}'", $"choose one of {string.Join(", ", ModuleIds.Fused.Select(ModuleIds.NameOf))}, or all");
            return ExitCode.Usage;
        }

        if (!TryRead(parsed.GetValue(_for), out TimeSpan duration))
        {
            CommandLine.Complain($"'{parsed.GetValue(_for)}' is no time of up to 24 hours", "write 30s, 10m or 2h");
            return ExitCode.Usage;
        }

        var wanted = new ModuleSwitch(name == "all" ? null : module, parsed.GetValue(_zone), now + duration, parsed.GetValue(_because) ?? "");
        SwitchSet after = parsed.GetValue(_off) ? Without(before.Switches, wanted) : With(before.Switches, wanted);
        try
        {
            SwitchFile.Write(SwitchFile.BypassIn(directory), after);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CommandLine.Complain($"the file {SwitchFile.BypassIn(directory)} cannot be written: {e.Message}", "name the edge's data directory with --data DIR");
            return ExitCode.Problem;
        }

        Show(after);
        if (!DataDirectory.IsHeld(directory))
        {
            Console.Error.WriteLine($"no edge runs with the data directory {directory}; one that is started there takes it up");
        }

        return ExitCode.Ok;
    }

    /// <summary>What is about the same is replaced.</summary>
    internal static SwitchSet With(SwitchSet before, ModuleSwitch wanted) =>
        before with { Modules = [.. before.Modules.Where(one => !one.IsAboutTheSameAs(wanted)), wanted] };

    /// <summary>What is covered is removed: <c>all</c> stands for every module, and no zone for every zone.</summary>
    internal static SwitchSet Without(SwitchSet before, ModuleSwitch unwanted) => before with
    {
        Modules = [.. before.Modules.Where(one => !((unwanted.Module is null || unwanted.Module == one.Module) && (unwanted.Zone is null || unwanted.Zone == one.Zone)))],
    };

    /// <summary>Reads a duration; the default where there is none.</summary>
    internal static bool TryRead(string? text, out TimeSpan duration)
    {
        duration = DefaultDuration;
        if (text is null)
        {
            return true;
        }

        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch { 's' => TimeSpan.FromSeconds(1), 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), _ => null };
        if (unit is not { } one || number > SwitchSet.MaxDuration / one)
        {
            return false;
        }

        duration = number * one;
        return true;
    }

    private static void Show(SwitchSet switches)
    {
        if (switches.Modules.Count == 0)
        {
            Console.Out.WriteLine("nothing is bypassed");
        }

        foreach (ModuleSwitch one in switches.Modules)
        {
            string module = one.Module is { } named ? $"module {ModuleIds.NameOf(named)}" : "every module";
            string reason = one.Reason.Length > 0 ? $": {one.Reason}" : "";
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"bypassed until {one.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {module} of {(one.Zone is { } zone ? $"zone {zone}" : "every zone")}{reason}"));
        }
    }
}
