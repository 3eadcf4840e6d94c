using System.Text;
using Breakwater.Config.Checks;
using Breakwater.Config.Schema;
using Breakwater.Config.Yaml;

namespace Breakwater.Config;

/// <summary>
/// Reads the configuration: YAML → keys and values → flags and variables laid over it → inheritance → checks that span several keys.
/// Every step reports all that it finds; no step throws for what an operator wrote. Thread-safe.
/// </summary>
public static class ConfigReader
{
    // The most characters allowed, each of the most bytes.
    private const int MaxBytes = YamlTree.MaxLength * 4;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a document.</summary>
    /// <param name="yaml">Its text.</param>
    /// <param name="fileName">The file's name for positions; relative paths in the document start at its directory.</param>
    /// <param name="overrides">What flags and variables say; they win over the document.</param>
    public static ConfigResult Read(string yaml, string fileName, ConfigOverrides? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        overrides ??= ConfigOverrides.None;

        DiagnosticList diagnostics = new();
        BreakwaterConfig? config = ReadDocument(yaml, fileName, diagnostics);
        return Finish(config, overrides, diagnostics);
    }

    /// <summary>Reads a file. One that cannot be read is a diagnostic.</summary>
    /// <param name="path">The file; also its name in positions.</param>
    /// <param name="overrides">What flags and variables say; they win over the file.</param>
    public static ConfigResult ReadFile(string path, ConfigOverrides? overrides = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (string? text, string? fault) = ReadText(path);
        if (text is not null) return Read(text, path, overrides);
        ConfigDiagnostic unreadable = ConfigDiagnostic.Error(SourcePosition.Of(path), fault!, "check the path and its permissions");
        return new ConfigResult(null, [unreadable, .. overrides?.Diagnostics ?? []]);
    }

    /// <summary>The configuration that flags and variables make without a document.</summary>
    public static ConfigResult WithoutFile(ConfigOverrides overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        NodeSource source = new(SourcePosition.Of("command line"), new Dictionary<string, ValueSource>());
        return Finish(new BreakwaterConfig { Source = source }, overrides, new DiagnosticList());
    }

    private static BreakwaterConfig? ReadDocument(string yaml, string fileName, DiagnosticList diagnostics)
    {
        SourcePosition start = new(fileName, 1, 1);
        YamlNode? root = YamlTree.Parse(yaml, fileName, diagnostics);
        if (diagnostics.HasErrors && root is null) return null;
        if (root is null or YamlScalar { IsNull: true }) root = new YamlMapping([], start);

        string directory = Path.GetDirectoryName(Path.GetFullPath(fileName)) ?? "/";
        DocumentSchema.Document.TryRead(root, "the document", new Reading(diagnostics, directory), out BreakwaterConfig? config);
        return config;
    }

    /// <summary>Also runs on a document with errors, on what could be read of it, so that all problems are reported at once.</summary>
    private static ConfigResult Finish(BreakwaterConfig? config, ConfigOverrides overrides, DiagnosticList diagnostics)
    {
        bool isComplete = !diagnostics.HasErrors;
        foreach (ConfigDiagnostic diagnostic in overrides.Diagnostics) diagnostics.Add(diagnostic);
        if (config is not null)
        {
            config = overrides.ApplyTo(config, new Reading(diagnostics, Directory.GetCurrentDirectory()));
            config = config with { Zones = [.. config.Zones.Select(z => z with { Timeouts = Inherit(z.Timeouts, config.Timeouts) })] };
            DocumentChecks.Run(config, isComplete, diagnostics);
        }
        return new ConfigResult(diagnostics.HasErrors ? null : config, diagnostics.InOrder());
    }

    private static TimeoutsConfig Inherit(TimeoutsConfig zone, TimeoutsConfig document) => LimitsSchema.Timeouts.Inherit(zone, document);

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
