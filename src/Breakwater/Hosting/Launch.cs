using Breakwater.Commands;
using Breakwater.Config;
using Breakwater.Demo;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Keeping;
using Breakwater.Edge.Lifecycle;
using Breakwater.Logging;
using Breakwater.Supervision;
using Breakwater.Terminal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breakwater.Hosting;

/// <summary>From a configuration to a serving edge: what <c>breakwater run</c> does. Stateless.</summary>
internal static class Launch
{
    /// <summary>Runs an edge to its end. Returns the exit code.</summary>
    /// <exception cref="CannotStartException">The surroundings do not let it start.</exception>
    public static async Task<int> RunAsync(ConfigSource source)
    {
        await using DemoSite? demo = source.NamesSite ? null : await DemoSite.StartAsync();
        if (demo is not null)
        {
            source = source with { Overrides = source.Overrides.With(ConfigSetting.Origin, demo.Url.GetLeftPart(UriPartial.Authority), "the demo shop") };
        }

        if (SupervisorLink.Current is { } supervisor)
        {
            IReadOnlyDictionary<string, string>? turn = await supervisor.WaitForTurnAsync(() => Rehearsal.RunAsync(source));
            if (turn is null)
            {
                return ExitCode.Ok;
            }
        }

        GenerationDocument read = source.Read();
        foreach (ConfigDiagnostic diagnostic in read.Diagnostics)
        {
            Diagnostics.Write(diagnostic, Console.Error);
        }

        string directory = read.Config is { } configured ? EdgeProcess.DirectoryOf(configured) : DirectoryWithout(source, read);
        if (read.Config is null && !GenerationStore.HasAny(directory))
        {
            CommandLine.Complain("the configuration cannot be used", "mend what is wrong above");
            return ExitCode.Problem;
        }

        using DataDirectory data = DataDirectory.Open(directory);
        if (SupervisorLink.Current is not null)
        {
            FlightFiles.Prepare(directory);
        }

        BreakwaterConfig? config = read.Config ?? Kept(directory);
        if (config is null)
        {
            CommandLine.Complain("the configuration cannot be used, nor can what was kept of earlier ones", "mend what is wrong above");
            return ExitCode.Problem;
        }

        Palette palette = Palette.Error;
        using ConsoleLog log = new(Console.Error, LogLineFormat.ForStandardError(palette), ConsoleLog.LevelOf(config.Logging.Level), TimeProvider.System);
        using EdgeProcess process = new(source, read, config, data, log);
        return await process.ServeAsync((status, admin) =>
        {
            foreach (string line in StartupReport.Lines(status, admin.Address, palette))
            {
                log.WriteLine(line);
            }

            if (demo is not null && StartupReport.LocalUrl(status.Listeners) is { } url)
            {
                foreach (string line in StartupReport.DemoLines(url, palette))
                {
                    log.WriteLine(line);
                }
            }
        });
    }

    /// <summary>The data directory of a configuration that cannot be read: as far as anything else says where it is.</summary>
    private static string DirectoryWithout(ConfigSource source, GenerationDocument read)
    {
        string? named = source.Overrides.ValueOf(ConfigSetting.Data)
            ?? (read is { Text: { } text, Name: { } name } ? ConfigReader.GuessDataDirectory(text, name) : null);
        return named is null ? DataDirectory.DefaultPath() : Path.GetFullPath(named);
    }

    /// <summary>The configuration that the edge will probably start with when it cannot use its own; null when there is none.</summary>
    private static BreakwaterConfig? Kept(string directory)
    {
        GenerationStore store = GenerationStore.Open(directory, NullLoggerFactory.Instance);
        return store.List().OrderByDescending(manifest => manifest.GoodAt is not null)
            .Select(manifest => store.TryOpen(manifest, out KeptGeneration? kept, out _) ? kept.Document.Config : null)
            .FirstOrDefault(kept => kept is not null);
    }
}
