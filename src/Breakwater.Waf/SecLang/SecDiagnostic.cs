namespace Breakwater.Waf.SecLang;

/// <summary>How grave a <see cref="SecDiagnostic"/> is.</summary>
public enum SecSeverity
{
    /// <summary>A setting was read but something else of Breakwater does its work; the operator should know what.</summary>
    Note,

    /// <summary>The rules can run; probably not as the author meant.</summary>
    Warning,

    /// <summary>The rules cannot be used.</summary>
    Error,
}

/// <summary>One finding about a rule file, written for the person who mends it. Immutable.</summary>
/// <param name="Position">Where.</param>
/// <param name="Severity">How grave.</param>
/// <param name="Problem">What is wrong; no final stop.</param>
/// <param name="Remedy">What to do; no final stop.</param>
public sealed record SecDiagnostic(SecPosition Position, SecSeverity Severity, string Problem, string Remedy)
{
    /// <summary><c>file:line:column: what is wrong; what to do</c>, with the severity before it unless it is an error.</summary>
    public override string ToString() => Severity switch
    {
        SecSeverity.Error => $"{Position}: {Problem}; {Remedy}",
        SecSeverity.Warning => $"{Position}: warning: {Problem}; {Remedy}",
        _ => $"{Position}: note: {Problem}; {Remedy}",
    };
}
