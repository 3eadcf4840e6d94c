namespace Breakwater.Waf.SecLang;

/// <summary>
/// Bounds of what the loader reads, so that a wrong file (a log, a device, a include that includes itself) is an error and not an
/// exhausted machine. All of CRS 4 is 1 MiB in 50 files with 700 rules; the bounds leave an order of magnitude. Immutable.
/// </summary>
public sealed record SecLangLimits
{
    /// <summary>The bounds used unless others are given.</summary>
    public static SecLangLimits Default { get; } = new();

    /// <summary>Bytes of one file.</summary>
    public int FileBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of all files together.</summary>
    public int TotalBytes { get; init; } = 64 << 20;

    /// <summary>Rule and data files together.</summary>
    public int Files { get; init; } = 2000;

    /// <summary>How deep Include may nest.</summary>
    public int IncludeDepth { get; init; } = 16;

    /// <summary>Rules, counting each link of a chain.</summary>
    public int Rules { get; init; } = 50_000;

    /// <summary>Characters of one directive, with its continuation lines.</summary>
    public int DirectiveChars { get; init; } = 256 << 10;

    /// <summary>Targets or actions of one rule.</summary>
    public int PartsPerRule { get; init; } = 1024;

    /// <summary>Links of one chain.</summary>
    public int ChainLinks { get; init; } = 64;

    /// <summary>Findings kept; a file of another kind would produce one per line.</summary>
    public int Diagnostics { get; init; } = 200;
}
