using Breakwater.Config;
using Breakwater.Edge.Files;
using Breakwater.Waf.Engine;
using Breakwater.Waf.Rules;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>
/// The rules of one source, compiled: what all zones that name it share, and what generations share while its files stay as they are.
/// Immutable.
/// </summary>
internal sealed class WafRules
{
    // They never change: once for the whole process.
    private static readonly Lazy<WafRules> Builtin = new(() => Compile(WafRulesSource.Builtin, null, BuiltinRules.Source, BuiltinRules.Paths, [])!);

    private WafRules(WafRulesSource source, WafRuleFiles? found, WafProgram program, IReadOnlyList<SecDiagnostic> diagnostics, IReadOnlyList<FileContent> files)
    {
        Source = source;
        Found = found;
        Program = program;
        Diagnostics = diagnostics;
        Files = files;
    }

    /// <summary>Where the rules come from.</summary>
    public WafRulesSource Source { get; }

    /// <summary>Its files; null for built-in rules.</summary>
    public WafRuleFiles? Found { get; }

    /// <summary>What events call the rules.</summary>
    public string Name => Found?.Name ?? "builtin";

    /// <summary>The rules.</summary>
    public WafProgram Program { get; }

    /// <summary>What was found doubtful when they were compiled.</summary>
    public IReadOnlyList<SecDiagnostic> Diagnostics { get; }

    /// <summary>The files that they were made from.</summary>
    public IReadOnlyList<FileContent> Files { get; }

    /// <summary>The rules of a source. Null when something is wrong with them; the diagnostics say what.</summary>
    /// <param name="source">The source.</param>
    /// <param name="found">Its files; null for built-in rules.</param>
    /// <param name="files">Where they are read.</param>
    /// <param name="before">The rules of that source in force: returned as they are when they are made of the same; null = none.</param>
    /// <param name="diagnostics">Takes what is wrong or doubtful.</param>
    public static WafRules? Create(
        WafRulesSource source, WafRuleFiles? found, ConfigurationFiles files, WafRules? before, ICollection<SecDiagnostic> diagnostics)
    {
        WafRules? rules = found is null ? Builtin.Value : before is not null && IsSame(before, found, files) ? before : Read(source, found, files, diagnostics);
        foreach (SecDiagnostic doubtful in rules?.Diagnostics ?? [])
        {
            diagnostics.Add(doubtful);
        }

        return rules;
    }

    private static WafRules? Read(WafRulesSource source, WafRuleFiles found, ConfigurationFiles files, ICollection<SecDiagnostic> diagnostics) =>
        Compile(source, found, new WafFileSource(files), found.Paths, diagnostics);

    private static WafRules? Compile(
        WafRulesSource source, WafRuleFiles? found, SecFileSource from, IReadOnlyList<string> paths, ICollection<SecDiagnostic> diagnostics)
    {
        SecLoadResult read = EngineDefaults.Load(from, paths);
        WafCompilation? compiled = read.Ruleset is null ? null : WafProgram.Compile(read.Ruleset);
        SecDiagnostic[] all = [.. read.Diagnostics, .. compiled?.Diagnostics ?? []];
        if (compiled?.Program is not { } program)
        {
            foreach (SecDiagnostic one in all)
            {
                diagnostics.Add(one);
            }

            return null;
        }

        return new WafRules(source, found, program, all, from is WafFileSource recorded ? [.. recorded.Read] : []);
    }

    /// <summary>Whether the rules in force were made of the same files with the same content; all of them are read for that.</summary>
    private static bool IsSame(WafRules before, WafRuleFiles found, ConfigurationFiles files)
    {
        var source = new WafFileSource(files);
        if (before.Found is null || !before.Found.Paths.SequenceEqual(found.Paths, StringComparer.Ordinal)
            || Expand(found, source).Except(before.Files.Select(file => file.Path), StringComparer.Ordinal).Any())
        {
            return false;
        }

        foreach (FileContent file in before.Files)
        {
            if (!source.TryRead(file.Path, SecLangLimits.Default.FileBytes, out _, out _) || !files.TryFind(file.Path, out FileContent? now) || now.Hash != file.Hash)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Expand(WafRuleFiles found, WafFileSource source) =>
        found.Paths.SelectMany(path => SecFileSource.IsPattern(path) ? source.Match(path) : [path]);
}
