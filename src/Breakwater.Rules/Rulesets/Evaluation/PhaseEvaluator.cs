namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Runs the rules of a phase over an exchange.
/// <code>
/// phase skipped? ─ no ─> account's rules in order ─> zone's rules in order ─> the rule that ended it, or null
///                            │ skipped?  filter?  limit?  score?
///                            ├ ends: block, challenge, redirect …   → <see cref="IRuleEffects.Ends"/>
///                            ├ skip: marks what later rules look at
///                            ├ execute: the same over another ruleset
///                            └ the rest                             → <see cref="IRuleEffects.Apply"/>
/// </code>
/// Allocates nothing. Thread-safe; state, context and effects are those of one exchange.
/// </summary>
public static class PhaseEvaluator
{
    private enum Flow : byte
    {
        Next,
        EndRuleset,
        EndPhase,
        EndExchange,
    }

    /// <summary>Runs a phase. Returns the rule that ended the exchange, or null when it goes on.</summary>
    /// <param name="phases">The rules.</param>
    /// <param name="phase">The phase; one without rules costs nothing.</param>
    /// <param name="context">The exchange's values, as they are at the beginning of the phase.</param>
    /// <param name="state">What rules decided in earlier phases; takes what they decide in this one.</param>
    /// <param name="effects">Carries out what they decide.</param>
    public static CompiledRule? Run(
        CompiledPhases phases, RulePhase phase, EvaluationContext context, RuleState state, IRuleEffects effects)
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentNullException.ThrowIfNull(state);
        if (!phases.Has(phase)) return null;
        if (state.IsSkipped(phase))
        {
            state.Trace?.Add(phase, null, RuleResult.Skipped);
            return null;
        }
        state.Ran |= 1u << (int)phase;
        Walk walk = new(context, state, effects);
        Flow flow = walk.Run(phases.Account[phase]);
        if (flow < Flow.EndPhase) flow = walk.Run(phases.Zone[phase]);
        return flow == Flow.EndExchange ? walk.EndedBy : null;
    }

    /// <summary>
    /// Counts what rate limits count by the response: those that the request reached, and that did not end it. To be called once, when the
    /// origin's response head is there.
    /// </summary>
    /// <param name="phases">The rules.</param>
    /// <param name="context">The exchange's values, those of the response included.</param>
    /// <param name="state">What rules decided about the request.</param>
    /// <param name="effects">Counts.</param>
    public static void CountResponse(CompiledPhases phases, EvaluationContext context, RuleState state, IRuleEffects effects)
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(effects);
        if (!phases.HasResponseCounters) return;
        foreach (CompiledRule rule in phases.Account.ResponseCounters) Count(rule, context, state, effects);
        foreach (CompiledRule rule in phases.Zone.ResponseCounters) Count(rule, context, state, effects);
    }

    private static void Count(CompiledRule rule, EvaluationContext context, RuleState state, IRuleEffects effects)
    {
        if (!state.IsSet(rule.Level, rule.ReachedSlot) || !rule.RateLimit!.Counting!.Matches(context)) return;
        effects.IsExceeded(rule, context, counts: true, applies: false);
    }

    private ref struct Walk(EvaluationContext context, RuleState state, IRuleEffects effects)
    {
        public CompiledRule? EndedBy { get; private set; }

        public Flow Run(CompiledRuleset? ruleset)
        {
            if (ruleset is null) return Flow.Next;
            using ExpressionSetPass pass = ruleset.Filters.Begin(context);
            return state.Trace is not null || ruleset.VisitsAll ? RunAll(ruleset, pass) : RunMatching(ruleset, pass);
        }

        private Flow RunMatching(CompiledRuleset ruleset, in ExpressionSetPass pass)
        {
            CompiledRule[] rules = ruleset.Rules;
            for (int i = pass.Next(0); i >= 0; i = pass.Next(i + 1))
            {
                CompiledRule rule = rules[i];
                if (IsSpared(rule) || (rule.FirstPart is not null && !HoldsAsPart(rule))) continue;
                Flow flow = Meet(rule, isMatch: true);
                if (flow != Flow.Next) return flow == Flow.EndRuleset ? Flow.Next : flow;
                if (i + 1 == rules.Length) break;
            }
            return Flow.Next;
        }

        private Flow RunAll(CompiledRuleset ruleset, in ExpressionSetPass pass)
        {
            for (int i = 0; i < ruleset.Rules.Length; i++)
            {
                CompiledRule rule = ruleset.Rules[i];
                if (IsSpared(rule))
                {
                    Record(rule, RuleResult.Skipped);
                    continue;
                }
                bool isMatch = rule.FirstPart is null ? pass.Matches(i) : HoldsAsPart(rule);
                if (!isMatch && rule.RateLimit?.Counting is null)
                {
                    Record(rule, RuleResult.NotMatched);
                    continue;
                }
                Flow flow = Meet(rule, isMatch);
                if (flow != Flow.Next) return flow == Flow.EndRuleset ? Flow.Next : flow;
            }
            return Flow.Next;
        }

        private readonly bool IsSpared(CompiledRule rule) =>
            state.IsSet(rule.Level, rule.RulesetSlot) || state.IsSet(rule.Level, rule.RuleSlot);

        private readonly bool HoldsAsPart(CompiledRule rule) =>
            state.IsDecided(rule) ? state.IsSet(rule.Level, rule.FirstPart!.PartsSlot) : rule.Filter.Matches(context);

        private Flow Meet(CompiledRule rule, bool isMatch)
        {
            if (isMatch && rule.ScoreThreshold is { } threshold && state.Score < threshold)
            {
                Record(rule, RuleResult.BelowScore);
                return Flow.Next;
            }
            if (rule.RateLimit is { } limit && !Exceeds(rule, limit, isMatch))
            {
                Record(rule, isMatch ? RuleResult.WithinLimit : RuleResult.NotMatched);
                return Flow.Next;
            }
            return rule.Action.Kind switch
            {
                RuleActionKind.Skip => Skip(rule),
                RuleActionKind.Execute => Execute(rule),
                _ when rule.IsTerminating => End(rule),
                _ => Apply(rule),
            };
        }

        private readonly bool Exceeds(CompiledRule rule, CompiledRateLimit limit, bool isMatch)
        {
            bool counts = limit.Counting is null ? isMatch : !limit.CountsResponses && limit.Counting.Matches(context);
            if (rule.ReachedSlot >= 0) state.Set(rule.Level, rule.ReachedSlot);
            return (counts || isMatch) && effects.IsExceeded(rule, context, counts, isMatch) && isMatch;
        }

        private readonly Flow Skip(CompiledRule rule)
        {
            CompiledSkip skip = rule.Skips!;
            state.Phases |= skip.Phases;
            state.Products |= skip.Products;
            foreach (int slot in skip.Slots) state.Set(rule.Level, slot);
            Record(rule, RuleResult.Matched);
            effects.Apply(rule, context);
            return skip.CurrentPhase ? Flow.EndPhase : skip.CurrentRuleset ? Flow.EndRuleset : Flow.Next;
        }

        private Flow Execute(CompiledRule rule)
        {
            if (state.IsSet(rule.Level, rule.TargetSlot))
            {
                Record(rule, RuleResult.Skipped);
                return Flow.Next;
            }
            Record(rule, RuleResult.Matched);
            if (rule.Executes is not null) return Run(rule.Executes);
            effects.Apply(rule, context);
            return Flow.Next;
        }

        private Flow End(CompiledRule rule)
        {
            if (rule.BulkRedirect is { } bulk)
            {
                bool isListed = bulk.Key.TryEvaluateText(context, out ReadOnlySpan<byte> key)
                    && bulk.List.TryFind(key, out RedirectItem? item)
                    && (state.Redirect = item) is not null;
                if (!isListed)
                {
                    Record(rule, RuleResult.NotListed);
                    return Flow.Next;
                }
            }
            if (!effects.Ends(rule, context))
            {
                Record(rule, RuleResult.LetPass);
                return Flow.Next;
            }
            Record(rule, RuleResult.Ended);
            if (rule.ReachedSlot >= 0) state.Unset(rule.Level, rule.ReachedSlot);
            EndedBy = rule;
            return Flow.EndExchange;
        }

        private readonly Flow Apply(CompiledRule rule)
        {
            if (rule.Action is ScoreAction score)
            {
                state.Score = (int)Math.Clamp((long)state.Score + score.Increment, int.MinValue, int.MaxValue);
            }
            if (rule.PartsSlot >= 0) state.Set(rule.Level, rule.PartsSlot);
            Record(rule, RuleResult.Matched);
            effects.Apply(rule, context);
            return Flow.Next;
        }

        private readonly void Record(CompiledRule rule, RuleResult result) => state.Trace?.Add(rule.Phase, rule, result);
    }
}
