using Breakwater.Commands;
using Breakwater.Config;
using Breakwater.Demo;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Lifecycle;
using Breakwater.Logging;
using Breakwater.Terminal;

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

        GenerationDocument read = source.Read();
        foreach (ConfigDiagnostic diagnostic in read.Diagnostics)
        {
            Diagnostics.Write(diagnostic, Console.Error);
        }

        if (read.Config is not { } config)
        {
            CommandLine.Complain("the configuration cannot be used", "mend what is wrong above");
            return ExitCode.Problem;
        }

        using DataDirectory data = DataDirectory.Open(EdgeProcess.DirectoryOf(config));
        Palette palette = Palette.Error;
        using ConsoleLog log = new(Console.Error, LogLineFormat.ForStandardError(palette), ConsoleLog.LevelOf(config.Logging.Level), TimeProvider.System);
        using EdgeProcess process = new(source, read, data, log);
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
}
