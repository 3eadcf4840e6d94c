namespace Breakwater.Config;

/// <summary>How grave a <see cref="ConfigDiagnostic"/> is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The document works; the operator should know something.</summary>
    Warning,

    /// <summary>The document cannot be used.</summary>
    Error,
}

/// <summary>One thing that is wrong with the configuration, written for the person who mends it. Immutable.</summary>
/// <param name="Position">Where.</param>
/// <param name="Severity">How grave.</param>
/// <param name="Problem">What is wrong; no final stop.</param>
/// <param name="Remedy">What to do; no final stop.</param>
public sealed record ConfigDiagnostic(SourcePosition Position, DiagnosticSeverity Severity, string Problem, string Remedy)
{
    /// <summary>The line of an expression that it speaks of, with carets under the place; null when it is about something else.</summary>
    public string? Excerpt { get; init; }

    /// <summary>An error.</summary>
    public static ConfigDiagnostic Error(SourcePosition position, string problem, string remedy) =>
        new(position, DiagnosticSeverity.Error, problem, remedy);

    /// <summary>A warning.</summary>
    public static ConfigDiagnostic Warning(SourcePosition position, string problem, string remedy) =>
        new(position, DiagnosticSeverity.Warning, problem, remedy);

    /// <summary>
    /// <c>file:line:column: what is wrong; what to do</c>, with <c>warning:</c> before what is wrong when it is only that.
    /// </summary>
    public override string ToString() =>
        $"{Position}: {(Severity == DiagnosticSeverity.Warning ? "warning: " : "")}{Problem}; {Remedy}";
}

/// <summary>What became of reading a configuration. Immutable.</summary>
/// <param name="Config">The configuration; null when there was an error.</param>
/// <param name="Diagnostics">Everything found, in the order of the document.</param>
public sealed record ConfigResult(BreakwaterConfig? Config, IReadOnlyList<ConfigDiagnostic> Diagnostics);
