using Breakwater.Config;

namespace Breakwater.Edge.Generations;

/// <summary>
/// A configuration as it was given: the text of a file, flags and variables, and what reading them brought. With the files that it names it is
/// all that a generation is made from. Immutable.
/// </summary>
internal sealed class GenerationDocument
{
    private GenerationDocument(string? name, string? text, ConfigOverrides overrides, string directory, ConfigResult result)
    {
        Name = name;
        Text = text;
        Overrides = overrides;
        Directory = directory;
        Config = result.Config;
        Diagnostics = result.Diagnostics;
    }

    /// <summary>The file's name as the operator gave it; null when flags and variables say it all.</summary>
    public string? Name { get; }

    /// <summary>The file's text; null when there is no file, or it could not be read.</summary>
    public string? Text { get; }

    /// <summary>Flags and variables.</summary>
    public ConfigOverrides Overrides { get; }

    /// <summary>The working directory, where relative paths in flags and variables start.</summary>
    public string Directory { get; }

    /// <summary>What it says; null when there are errors.</summary>
    public BreakwaterConfig? Config { get; }

    /// <summary>What was found.</summary>
    public IReadOnlyList<ConfigDiagnostic> Diagnostics { get; }

    /// <summary>Whether the text, or the flags, were there to be judged at all.</summary>
    public bool WasRead => Name is null || Text is not null;

    /// <summary>Whether it was made by a program rather than read, so that it cannot be kept and read again.</summary>
    public bool IsMade { get; private init; }

    /// <summary>Reads a file, or flags and variables alone, now.</summary>
    /// <param name="name">The file; null = none.</param>
    /// <param name="overrides">Flags and variables.</param>
    public static GenerationDocument Read(string? name, ConfigOverrides overrides)
    {
        string directory = System.IO.Directory.GetCurrentDirectory();
        if (name is null)
        {
            return Of(null, null, overrides, directory);
        }

        string? text = ConfigReader.ReadText(name, out ConfigDiagnostic? fault);
        return text is not null ? Of(name, text, overrides, directory)
            : new GenerationDocument(name, null, overrides, directory, new ConfigResult(null, [fault!, .. overrides.Diagnostics]));
    }

    /// <summary>A document that was read before.</summary>
    public static GenerationDocument Of(string? name, string? text, ConfigOverrides overrides, string directory) => new(
        name, text, overrides, directory,
        name is null ? ConfigReader.WithoutFile(overrides, directory) : ConfigReader.Read(text!, name, overrides, directory));

    /// <summary>A configuration that a program made.</summary>
    public static GenerationDocument Of(BreakwaterConfig config) =>
        new(null, null, ConfigOverrides.None, System.IO.Directory.GetCurrentDirectory(), new ConfigResult(config, [])) { IsMade = true };
}
