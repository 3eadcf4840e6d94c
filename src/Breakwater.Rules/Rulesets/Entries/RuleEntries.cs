namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Makes rulesets of rules in their short form. The phase of a rule follows from its action; a <c>rewrite</c> of URL, request and response
/// headers becomes a rule of each phase. The order inside a phase is that of the entries, files in their place. Thread-safe.
/// </summary>
public static class RuleEntries
{
    private const string CustomRulesetPrefix = "rules of ";

    /// <summary>
    /// The rulesets of a level, for <see cref="RulesetCompiler.Compile"/>: entry points, in order, and what files hold besides.
    /// </summary>
    /// <param name="entries">The rules, in order.</param>
    /// <param name="level">For whom they hold.</param>
    /// <param name="files">Further files, after them.</param>
    /// <param name="diagnostics">What is wrong with the entries, and what was found in the files.</param>
    public static IReadOnlyList<Ruleset> ToRulesets(
        IReadOnlyList<RuleEntry> entries, RuleLevel level, IReadOnlyList<RulesetFile> files, out IReadOnlyList<RuleDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(files);
        RuleDiagnostics found = new();
        List<RuleDiagnostic> inFiles = [];
        List<Ruleset> rulesets = [];
        Dictionary<RulePhase, List<Rule>> open = [];
        Dictionary<RulePhase, HashSet<string>> ids = [];
        foreach (RuleEntry entry in entries)
        {
            if (entry.File is { } file)
            {
                Close(open, level, rulesets);
                rulesets.AddRange(file.Rulesets);
                inFiles.AddRange(file.Diagnostics);
                continue;
            }
            found.CurrentRule = entry.Id;
            foreach ((RulePhase phase, Rule rule) in RuleEntryReader.Read(entry, found))
            {
                HashSet<string> taken = GetOrAdd(ids, phase);
                Rule named = entry.Id is not null ? rule : rule with { Id = RuleIds.Unique(RuleIds.Derive(rule, phase), taken.Contains) };
                taken.Add(named.Id);
                GetOrAdd(open, phase).Add(named);
            }
        }
        Close(open, level, rulesets);
        foreach (RulesetFile file in files)
        {
            rulesets.AddRange(file.Rulesets);
            inFiles.AddRange(file.Diagnostics);
        }
        diagnostics = [.. found.ToList(), .. inFiles];
        return rulesets;
    }

    private static void Close(Dictionary<RulePhase, List<Rule>> open, RuleLevel level, List<Ruleset> into)
    {
        foreach ((RulePhase phase, List<Rule> rules) in open.OrderBy(p => p.Key))
        {
            into.Add(new Ruleset
            {
                Id = CustomRulesetPrefix + RulePhases.NameOf(phase),
                Name = "rules",
                Kind = level == RuleLevel.Account ? RulesetKind.Root : RulesetKind.Zone,
                Phase = phase,
                Rules = [.. rules],
                Position = rules[0].Position,
            });
        }
        open.Clear();
    }

    private static TValue GetOrAdd<TValue>(Dictionary<RulePhase, TValue> by, RulePhase phase)
        where TValue : new()
    {
        if (!by.TryGetValue(phase, out TValue? value)) by.Add(phase, value = new TValue());
        return value;
    }
}
