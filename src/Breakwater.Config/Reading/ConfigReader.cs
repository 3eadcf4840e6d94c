using System.Text;
using System.Text.RegularExpressions;
using Breakwater.Config.Checks;
using Breakwater.Config.Schema;
using Breakwater.Config.Yaml;

namespace Breakwater.Config;

/// <summary>
/// Reads the configuration: YAML → keys and values → flags and variables laid over it → inheritance → checks that span several keys.
/// Every step reports all that it finds; no step throws for what an operator wrote. Thread-safe.
/// </summary>
public static partial class ConfigReader
{
    // The most characters allowed, each of the most bytes.
    private const int MaxBytes = YamlTree.MaxLength * 4;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a document.</summary>
    /// <param name="yaml">Its text.</param>
    /// <param name="fileName">The file's name for positions; relative paths in the document start at its directory.</param>
    /// <param name="overrides">What flags and variables say; they win over the document.</param>
    /// <param name="workingDirectory">
    /// Where relative paths in flags and variables, and a relative <paramref name="fileName"/>, start; null = the process's own.
    /// </param>
    public static ConfigResult Read(string yaml, string fileName, ConfigOverrides? overrides = null, string? workingDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        workingDirectory ??= Directory.GetCurrentDirectory();
        DiagnosticList diagnostics = new();
        BreakwaterConfig? config = ReadDocument(yaml, fileName, workingDirectory, diagnostics);
        return Finish(config, overrides ?? ConfigOverrides.None, workingDirectory, diagnostics);
    }

    /// <summary>Reads a file. One that cannot be read is a diagnostic.</summary>
    /// <param name="path">The file; also its name in positions.</param>
    /// <param name="overrides">What flags and variables say; they win over the file.</param>
    public static ConfigResult ReadFile(string path, ConfigOverrides? overrides = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string? text = ReadText(path, out ConfigDiagnostic? fault);
        return text is not null ? Read(text, path, overrides) : new ConfigResult(null, [fault!, .. overrides?.Diagnostics ?? []]);
    }

    /// <summary>The text of a file, for <see cref="Read"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">Why it cannot be read; null when it was.</param>
    public static string? ReadText(string path, out ConfigDiagnostic? fault)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (string? text, string? problem) = ReadText(path);
        fault = text is not null ? null : ConfigDiagnostic.Error(SourcePosition.Of(path), problem!, "check the path and its permissions");
        return text;
    }

    /// <summary>The configuration that flags and variables make without a document.</summary>
    /// <param name="overrides">What flags and variables say.</param>
    /// <param name="workingDirectory">Where relative paths in them start; null = the process's own.</param>
    public static ConfigResult WithoutFile(ConfigOverrides overrides, string? workingDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        NodeSource source = new(SourcePosition.Of("command line"), new Dictionary<string, ValueSource>());
        return Finish(new BreakwaterConfig { Source = source }, overrides, workingDirectory ?? Directory.GetCurrentDirectory(), new DiagnosticList());
    }

    /// <summary>
    /// The data directory that a document seems to name, though it cannot be read: in it lies what the edge can start from instead. Null when no
    /// line of it looks like that.
    /// </summary>
    /// <param name="yaml">The document's text.</param>
    /// <param name="fileName">The file's name; a relative path starts at its directory.</param>
    public static string? GuessDataDirectory(string yaml, string fileName)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        Match line = DataLine().Match(yaml);
        if (!line.Success) return null;
        try
        {
            return Path.GetFullPath(line.Groups["path"].Value, Path.GetDirectoryName(Path.GetFullPath(fileName)) ?? "/");
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The key at the top level, in one line, its value plain or in quotes.</summary>
    [GeneratedRegex("""^data:[ \t]+(?:"(?<path>[^"\n]+)"|'(?<path>[^'\n]+)'|(?<path>[^\s#'"][^\n#]*?))[ \t]*(?:#[^\n]*)?\r?$""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex DataLine();

    private static BreakwaterConfig? ReadDocument(string yaml, string fileName, string workingDirectory, DiagnosticList diagnostics)
    {
        SourcePosition start = new(fileName, 1, 1);
        YamlNode? root = YamlTree.Parse(yaml, fileName, diagnostics);
        if (diagnostics.HasErrors && root is null) return null;
        if (root is null or YamlScalar { IsNull: true }) root = new YamlMapping([], start);

        string directory = Path.GetDirectoryName(Path.GetFullPath(fileName, workingDirectory)) ?? "/";
        DocumentSchema.Document.TryRead(root, "the document", new Reading(diagnostics, directory), out BreakwaterConfig? config);
        return config;
    }

    /// <summary>Also runs on a document with errors, on what could be read of it, so that all problems are reported at once.</summary>
    private static ConfigResult Finish(BreakwaterConfig? config, ConfigOverrides overrides, string workingDirectory, DiagnosticList diagnostics)
    {
        bool isComplete = !diagnostics.HasErrors;
        foreach (ConfigDiagnostic diagnostic in overrides.Diagnostics) diagnostics.Add(diagnostic);
        if (config is not null)
        {
            config = overrides.ApplyTo(config, new Reading(diagnostics, workingDirectory));
            config = config with { Zones = [.. config.Zones.Select(z => Inherit(z, config))] };
            DocumentChecks.Run(config, isComplete, diagnostics);
        }
        return new ConfigResult(diagnostics.HasErrors ? null : config, diagnostics.InOrder());
    }

    private static ZoneConfig Inherit(ZoneConfig zone, BreakwaterConfig document) => zone with
    {
        Timeouts = LimitsSchema.Timeouts.Inherit(zone.Timeouts, document.Timeouts),
        Fail = FailSchema.Fail.Inherit(zone.Fail, document.Fail),
        Waf = WafSchema.Waf.Inherit(zone.Waf, document.Waf) with
        {
            Exclusions = [.. document.Waf.Exclusions, .. zone.Waf.IsWritten("exclusions") ? zone.Waf.Exclusions : []],
        },
    };

    private static (string? Text, string? Fault) ReadText(string path)
    {
        try
        {
            // Not File.ReadAllText: a pipe or device has no length to check beforehand.
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[MaxBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > MaxBytes ? (null, "the file is too large for a configuration") : (StrictUtf8.GetString(bytes, 0, length), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, "the file is not UTF-8 text");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException when Directory.Exists(path) => "it is a directory",
                UnauthorizedAccessException => "permission denied",
                _ => Show.Sentence(error.Message),
            };
            return (null, $"cannot be read: {reason}");
        }
    }
}
