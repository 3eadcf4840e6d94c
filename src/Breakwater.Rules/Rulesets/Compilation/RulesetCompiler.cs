namespace Breakwater.Rules.Rulesets;

/// <summary>
/// Compiles the rules of one level: entry points and the rulesets they execute, checked as the rulesets API checks them when it saves.
/// Every problem is reported; what cannot be honoured is a warning, what cannot be meant an error. Thread-safe; does no I/O and does not
/// throw for what an operator wrote.
/// </summary>
public static class RulesetCompiler
{
    /// <summary>Compiles a level.</summary>
    /// <param name="rulesets">
    /// Its rulesets. Entry points of the same phase run one after the other in this order, as if they were one; custom ones run where an
    /// <c>execute</c> names them.
    /// </param>
    /// <param name="level">For whom they hold.</param>
    /// <param name="options">Lists, abilities and limits.</param>
    public static RuleCompilation Compile(IReadOnlyList<Ruleset> rulesets, RuleLevel level, RuleCompilerOptions options)
    {
        ArgumentNullException.ThrowIfNull(rulesets);
        ArgumentNullException.ThrowIfNull(options);
        RuleDiagnostics diagnostics = new();
        CompiledLevel compiled = new LevelCompiler(rulesets, level, options, diagnostics).Compile();
        return new RuleCompilation(diagnostics.HasErrors ? null : compiled, diagnostics.ToList());
    }
}
