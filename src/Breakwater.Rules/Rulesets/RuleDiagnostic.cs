namespace Breakwater.Rules.Rulesets;

/// <summary>One thing that is wrong with rules, written for the person who mends them. Immutable.</summary>
/// <param name="Position">Where.</param>
/// <param name="IsError">Whether the rules cannot be used; else they run, and something the operator should know is said.</param>
/// <param name="RuleId">The rule it concerns, if it is one.</param>
/// <param name="Problem">What is wrong; no final stop.</param>
/// <param name="Remedy">What to do; no final stop.</param>
public sealed record RuleDiagnostic(RulePosition Position, bool IsError, string? RuleId, string Problem, string Remedy)
{
    /// <summary>The line of an expression that it speaks of, with carets under the place; null when it is about something else.</summary>
    public string? Excerpt { get; init; }

    /// <summary>The problem with the rule it concerns, and the remedy: all but the position.</summary>
    public string Message => RuleId is null ? $"{Problem}; {Remedy}" : $"rule '{RuleId}': {Problem}; {Remedy}";

    /// <summary><c>file:line:column: [warning: ][rule 'id': ]what is wrong; what to do</c>.</summary>
    public override string ToString() => $"{Position}: {(IsError ? "" : "warning: ")}{Message}";
}

/// <summary>Collects diagnostics; rules that are wrong in thousands of places report the first hundred. Owned by one reading.</summary>
internal sealed class RuleDiagnostics
{
    private const int Max = 100;

    private readonly List<RuleDiagnostic> _items = [];
    private int _omitted;

    public bool HasErrors { get; private set; }

    public int ErrorCount { get; private set; }

    /// <summary>The rule that is being read, for what is reported without one.</summary>
    public string? CurrentRule { get; set; }

    public void Error(RulePosition position, string problem, string remedy) => Add(new(position, true, CurrentRule, problem, remedy));

    public void Warning(RulePosition position, string problem, string remedy) => Add(new(position, false, CurrentRule, problem, remedy));

    public void Add(RuleDiagnostic diagnostic)
    {
        if (diagnostic.IsError)
        {
            HasErrors = true;
            ErrorCount++;
        }
        // Warnings must not crowd out the errors, which are what has to be mended.
        if (_items.Count < Max || diagnostic.IsError && _items.Count < 2 * Max) _items.Add(diagnostic);
        else _omitted++;
    }

    public IReadOnlyList<RuleDiagnostic> ToList()
    {
        List<RuleDiagnostic> all = [.. _items];
        if (_omitted > 0)
        {
            all.Add(new(all[^1].Position, HasErrors, null, $"{_omitted} further problems are not shown", "mend the ones above first"));
        }
        return all;
    }
}
