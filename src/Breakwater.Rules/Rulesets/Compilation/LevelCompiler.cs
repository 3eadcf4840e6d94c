namespace Breakwater.Rules.Rulesets;

/// <summary>Compiles one level. Owned by one compilation.</summary>
internal sealed class LevelCompiler(
    IReadOnlyList<Ruleset> rulesets, RuleLevel level, RuleCompilerOptions options, RuleDiagnostics diagnostics)
{
    private readonly Dictionary<string, Ruleset> _executable = [];
    private readonly SkipSlots _slots = new(rulesets);
    private readonly RuleCompiler _rules = new(level, options, diagnostics);

    public CompiledLevel Compile()
    {
        if (rulesets.Sum(r => r.Rules.Length) > options.Limits.MaxRules)
        {
            diagnostics.Error(rulesets[0].Position, $"more than {options.Limits.MaxRules} rules", "use lists, or merge rules");
            return CompiledLevel.EmptyOf(level);
        }
        RegisterIds();
        CompiledRuleset?[] phases = new CompiledRuleset?[RulePhases.HttpCount];
        foreach (IGrouping<RulePhase, Ruleset> phase in rulesets.Where(r => r.IsEntryPoint).GroupBy(r => r.Phase))
        {
            if (!IsRun(phase.First())) continue;
            List<CompiledRule> rules = [];
            HashSet<string> ids = [];
            foreach (Ruleset ruleset in phase) CompileRules(ruleset, rules, ids);
            if (rules.Count > 0) phases[(int)phase.Key] = new CompiledRuleset([.. rules]);
        }
        CompiledRule.LinkParts(phases.SelectMany(p => p?.Rules ?? []), _slots);
        CheckUnused();
        ReachCheck.Run(phases, diagnostics);
        return new CompiledLevel(level, phases, _slots.Count);
    }

    private void RegisterIds()
    {
        Dictionary<string, Ruleset> seen = [];
        foreach (Ruleset ruleset in rulesets)
        {
            if (!seen.TryAdd(ruleset.Id, ruleset)
                && !(ruleset.IsEntryPoint && seen[ruleset.Id].IsEntryPoint && seen[ruleset.Id].Phase == ruleset.Phase))
            {
                diagnostics.Error(
                    ruleset.Position, $"another ruleset of the id '{Shown.Short(ruleset.Id)}' is at {seen[ruleset.Id].Position}",
                    "give one of the two another id");
            }
            if (!ruleset.IsEntryPoint) _executable.TryAdd(ruleset.Id, ruleset);
        }
    }

    private bool IsRun(Ruleset ruleset)
    {
        if (RulePhases.IsRun(ruleset.Phase)) return true;
        if (ruleset.Rules.Length == 0) return false;
        (string why, string remedy) = ruleset.Phase switch
        {
            RulePhase.HttpRequestSanitize => ("URLs are normalised by the zone's own setting", "set normalize_urls in the zone"),
            RulePhase.HttpRequestSnippets => ("programs at the edge are not part of this product", "do it in the application"),
            RulePhase.HttpRequestCloudConnector => ("storage services are origins here", "add them as origins of the zone"),
            _ => ("it concerns packets, and this edge sees requests", "do it in the network"),
        };
        diagnostics.Warning(ruleset.Position, $"the rules of {RulePhases.NameOf(ruleset.Phase)} do not run: {why}", remedy);
        return false;
    }

    private void CompileRules(Ruleset ruleset, List<CompiledRule> into, HashSet<string> ids)
    {
        foreach (Rule rule in ruleset.Rules)
        {
            diagnostics.CurrentRule = rule.Id;
            if (!ids.Add(rule.Id))
            {
                diagnostics.Error(
                    rule.Position, $"another rule of {RulePhases.NameOf(ruleset.Phase)} has this id", "give one of the two another id");
            }
            // Rules that are switched off are checked as well: they will be switched on one day.
            CompiledRule? compiled = CompileRule(rule, ruleset, rule.Action, executedBy: null, rule.ScoreThreshold);
            if (compiled is not null && rule.Enabled) into.Add(compiled);
            diagnostics.CurrentRule = null;
        }
    }

    private CompiledRule? CompileRule(Rule rule, Ruleset ruleset, RuleAction action, Rule? executedBy, int? threshold)
    {
        RuleParts? parts = _rules.Compile(rule, ruleset, action);
        CompiledRuleset? executes = action is ExecuteAction execute ? CompileExecuted(rule, ruleset, execute, executedBy) : null;
        CompiledSkip? skips = action is SkipAction skip ? CompileSkip(skip, ruleset, rule) : null;
        if (parts is null) return null;
        return new CompiledRule(rule, ruleset, level, action)
        {
            Filter = parts.Filter,
            RateLimit = parts.RateLimit,
            Rewrite = parts.Rewrite,
            Redirect = parts.Redirect,
            BulkRedirect = parts.BulkRedirect,
            ExecutedBy = executedBy,
            ScoreThreshold = threshold,
            Executes = executes,
            Skips = skips,
            RuleSlot = _slots.Of(ruleset.Id, rule.Id),
            RulesetSlot = _slots.Of(ruleset.Id),
            TargetSlot = action is ExecuteAction target ? _slots.Of(target.RulesetId) : -1,
            ReachedSlot = parts.RateLimit is { CountsResponses: true } ? _slots.Next() : -1,
        };
    }

    private CompiledRuleset? CompileExecuted(Rule rule, Ruleset ruleset, ExecuteAction execute, Rule? executedBy)
    {
        if (!ruleset.IsEntryPoint || executedBy is not null)
        {
            diagnostics.Error(rule.Position, "a ruleset that is executed cannot execute another", "execute both from the entry point");
            return null;
        }
        if (!_executable.TryGetValue(execute.RulesetId, out Ruleset? target))
        {
            if (!options.Capabilities.ManagedRulesets.Contains(execute.RulesetId))
            {
                diagnostics.Warning(
                    rule.Position, $"ruleset '{Shown.Short(execute.RulesetId)}' is not here: the rule does nothing",
                    "add its export, or remove the rule");
            }
            return null;
        }
        _executed.Add(target.Id);
        if (target.Phase != ruleset.Phase)
        {
            diagnostics.Error(
                rule.Position, $"ruleset '{Shown.Short(target.Id)}' belongs to {RulePhases.NameOf(target.Phase)}",
                $"execute it from there, or one of {RulePhases.NameOf(ruleset.Phase)} here");
            return null;
        }
        CheckOverrides(execute.Overrides, target);
        string? executing = diagnostics.CurrentRule;
        List<CompiledRule> rules = [];
        foreach (Rule inner in target.Rules)
        {
            diagnostics.CurrentRule = inner.Id;
            RuleOverride merged = OverrideOrder.Of(inner, execute.Overrides);
            RuleAction action = merged.Action is { } kind && kind != inner.Action.Kind ? OverrideOrder.ActionOf(kind) : inner.Action;
            CompiledRule? compiled = CompileRule(inner, target, action, rule, merged.ScoreThreshold ?? inner.ScoreThreshold);
            if (compiled is not null && (merged.Enabled ?? inner.Enabled)) rules.Add(compiled);
        }
        diagnostics.CurrentRule = executing;
        return new CompiledRuleset([.. rules]);
    }

    private readonly HashSet<string> _executed = [];

    private void CheckUnused()
    {
        foreach (Ruleset ruleset in rulesets.Where(r => r.Kind == RulesetKind.Custom && !_executed.Contains(r.Id)))
        {
            diagnostics.Warning(
                ruleset.Position, $"no rule executes ruleset '{Shown.Short(ruleset.Id)}': its rules do not run",
                $"add a rule with the action execute to {RulePhases.NameOf(ruleset.Phase)}, or remove it");
        }
    }

    private void CheckOverrides(RulesetOverrides overrides, Ruleset target)
    {
        foreach (SingleOverride single in overrides.Rules.Where(s => !target.Rules.Any(r => r.Id == s.RuleId || r.Ref == s.RuleId)))
        {
            diagnostics.Warning(
                single.Position, $"ruleset '{Shown.Short(target.Id)}' has no rule '{Shown.Short(single.RuleId)}' to override",
                "remove the override");
        }
    }

    private CompiledSkip CompileSkip(SkipAction skip, Ruleset ruleset, Rule rule)
    {
        uint phases = 0;
        foreach (RulePhase phase in skip.Phases)
        {
            if (phase <= ruleset.Phase)
            {
                diagnostics.Warning(
                    rule.Position, $"{RulePhases.NameOf(phase)} does not come after {RulePhases.NameOf(ruleset.Phase)}: it is not skipped",
                    phase == ruleset.Phase ? "skip the current ruleset, or the current phase" : "remove it");
            }
            else if (RulePhases.IsRun(phase)) phases |= 1u << (int)phase;
        }
        List<int> slots = [];
        foreach (string id in skip.Rulesets)
        {
            CheckKnown(id, rule);
            slots.Add(_slots.Of(id));
        }
        foreach (SkippedRules rules in skip.Rules)
        {
            CheckKnown(rules.RulesetId, rule);
            foreach (string id in rules.RuleIds) slots.Add(_slots.Of(rules.RulesetId, id));
        }
        SkippedProducts unknown = skip.Products & ~options.Capabilities.Products;
        if (unknown != SkippedProducts.None)
        {
            diagnostics.Warning(rule.Position, $"it skips {RuleProducts.Name(unknown)}, which there is none of here", "remove that part");
        }
        return new CompiledSkip(skip.CurrentRuleset, skip.CurrentPhase, phases, skip.Products, [.. slots]);
    }

    private void CheckKnown(string id, Rule rule)
    {
        if (rulesets.Any(r => r.Id == id) || options.Capabilities.ManagedRulesets.Contains(id)) return;
        diagnostics.Warning(rule.Position, $"it skips ruleset '{Shown.Short(id)}', which is not here", "remove that part, or check the id");
    }
}
