using System.Collections.Immutable;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// Rules as they are written, checked and complete: the input of the compiler. All rule files that were named, in order, with exclusions
/// and updates worked in. Immutable.
/// </summary>
/// <param name="Entries">Rules (first links of chains) and markers, in order.</param>
/// <param name="Configuration">What directives other than rules say.</param>
public sealed record SecRuleset(ImmutableArray<SecEntry> Entries, SecConfiguration Configuration)
{
    /// <summary>All rules, first links only, in order.</summary>
    public IEnumerable<SecRule> Rules => Entries.OfType<SecRule>();

    /// <summary>Reads rule files, in the order given.</summary>
    /// <param name="source">Where files come from.</param>
    /// <param name="paths">Files, or patterns such as <c>rules/*.conf</c>.</param>
    /// <param name="limits">Bounds; the default ones where null.</param>
    public static SecLoadResult Load(SecFileSource source, IEnumerable<string> paths, SecLangLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(paths);
        SecParser parser = new(source, limits ?? SecLangLimits.Default);
        foreach (string path in paths) parser.ReadNamed(path);
        return parser.Finish();
    }

    /// <summary>Reads one text of rules; files that it names come from <paramref name="source"/>.</summary>
    public static SecLoadResult Parse(string text, string name = "rules.conf", SecFileSource? source = null, SecLangLimits? limits = null)
    {
        SecParser parser = new(source ?? new MemoryFileSource(), limits ?? SecLangLimits.Default);
        parser.ReadText(name, text);
        return parser.Finish();
    }
}

/// <summary>What became of reading rules. Immutable.</summary>
/// <param name="Ruleset">The rules; null when there was an error.</param>
/// <param name="Diagnostics">Everything found, in reading order.</param>
public sealed record SecLoadResult(SecRuleset? Ruleset, ImmutableArray<SecDiagnostic> Diagnostics);
