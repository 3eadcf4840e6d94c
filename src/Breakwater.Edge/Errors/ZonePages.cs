using System.Text;
using Breakwater.Config;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Errors;

/// <summary>The pages that a zone brings itself, read into memory when its generation is compiled. Immutable.</summary>
internal sealed class ZonePages
{
    /// <summary>The largest page file, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly Dictionary<int, PageTemplate> _bySelector;

    private ZonePages(Dictionary<int, PageTemplate> bySelector) => _bySelector = bySelector;

    /// <summary>No pages.</summary>
    public static ZonePages None { get; } = new([]);

    /// <summary>Reads the files. What is wrong with one is added to the diagnostics, and its page is left out.</summary>
    public static ZonePages Read(ErrorsConfig config, ConfigurationFiles files, ICollection<ConfigDiagnostic> diagnostics)
    {
        Dictionary<int, PageTemplate> pages = [];
        foreach (ErrorPage page in config.Pages)
        {
            if (Read(page, files, out string problem, out string remedy) is { } template)
            {
                pages.TryAdd(page.Status, template);
            }
            else
            {
                diagnostics.Add(ConfigDiagnostic.Error(page.PositionOf("file"), problem, remedy));
            }
        }

        return pages.Count == 0 ? None : new ZonePages(pages);
    }

    /// <summary>
    /// The page for a status: its own, else that of its class, else the one for all. Null for the built-in page.
    /// </summary>
    /// <param name="status">The status that is sent.</param>
    /// <param name="extended">Its extended form, which a page may be for even where it is not sent.</param>
    public PageTemplate? Find(int status, int extended)
    {
        if (_bySelector.Count == 0)
        {
            return null;
        }

        return _bySelector.GetValueOrDefault(extended) ?? _bySelector.GetValueOrDefault(status)
            ?? _bySelector.GetValueOrDefault(status / 100) ?? _bySelector.GetValueOrDefault(0);
    }

    private static PageTemplate? Read(ErrorPage page, ConfigurationFiles files, out string problem, out string remedy)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(files.Read(page.File, MaxBytes)).TrimStart('\uFEFF');
        }
        catch (FileTooLargeException)
        {
            problem = $"the error page {page.File} is larger than {MaxBytes / 1024} KiB";
            remedy = "make it smaller, for example by serving its images from elsewhere";
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            problem = exception is DecoderFallbackException
                ? $"the error page {page.File} is not UTF-8"
                : $"the error page cannot be read: {exception.Message}";
            remedy = exception is DecoderFallbackException ? "save it as UTF-8" : "check the path and its permissions";
            return null;
        }

        PageTemplate? template = PageTemplate.Parse(text, builtIn: false, out int unknownAt);
        int line = unknownAt < 0 ? 0 : text.AsSpan(0, unknownAt).Count('\n') + 1;
        problem = $"line {line} of the error page {page.File} has a placeholder that is not known";
        remedy = $"use one of {PageTemplate.ForZones}";
        return template;
    }
}
