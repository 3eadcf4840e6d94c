namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Carries out what rules decide: what <see cref="PhaseEvaluator"/> drives. Values are fixed inside a phase: an implementation keeps what
/// <see cref="Apply"/> tells and changes the message when the phase has run. Owned by one exchange.
/// </summary>
public interface IRuleEffects
{
    /// <summary>
    /// A rule that does not end the exchange matched: <c>log</c>, <c>score</c>, <c>rewrite</c>, <c>route</c>, settings, a <c>skip</c> (done
    /// already, except for what it spares of managed rulesets), an <c>execute</c> of a managed ruleset. Values of the rule are to be read
    /// now: they are those of the phase.
    /// </summary>
    void Apply(CompiledRule rule, EvaluationContext context);

    /// <summary>
    /// A rule that ends the exchange matched. True ends it; false lets it go on, because protections only record what they would do, or
    /// because the visitor has passed the challenge.
    /// </summary>
    bool Ends(CompiledRule rule, EvaluationContext context);

    /// <summary>A rule with a rate limit was reached.</summary>
    /// <param name="rule">The rule; its <see cref="CompiledRule.RateLimit"/> says how often, and writes the key.</param>
    /// <param name="context">The request.</param>
    /// <param name="counts">Whether this request is counted now.</param>
    /// <param name="applies">Whether the rule's filter matches, so that the answer matters.</param>
    /// <returns>Whether the limit is exceeded.</returns>
    bool IsExceeded(CompiledRule rule, EvaluationContext context, bool counts, bool applies);
}
