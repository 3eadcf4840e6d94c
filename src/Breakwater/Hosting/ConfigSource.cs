using Breakwater.Config;
using Breakwater.Edge.Generations;

namespace Breakwater.Hosting;

/// <summary>
/// Where an edge's configuration comes from, the same from the start of the process to its end: a file or none, with flags and variables over
/// it. Immutable.
/// </summary>
/// <param name="File">The file's name as it was given; null = flags and variables alone.</param>
/// <param name="Overrides">Flags over variables.</param>
internal sealed record ConfigSource(string? File, ConfigOverrides Overrides)
{
    /// <summary>Whether it names a site to protect, or may: what a file says is not known before it is read.</summary>
    public bool NamesSite => File is not null || Overrides.ValueOf(ConfigSetting.Origin) is not null;

    /// <summary>Flags over the environment over a file. The file itself may be named by either.</summary>
    public static ConfigSource From(ConfigOverrides flags)
    {
        ConfigOverrides overrides = flags.Over(ConfigOverrides.FromEnvironment(Environment.GetEnvironmentVariables()));
        return new ConfigSource(overrides.ValueOf(ConfigSetting.Config), overrides);
    }

    /// <summary>Reads it, now.</summary>
    public GenerationDocument Read() => GenerationDocument.Read(File, Overrides);
}
