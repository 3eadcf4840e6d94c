namespace Breakwater.Config;

/// <summary>Collects diagnostics; a text that is wrong in thousands of places reports the first hundred. Owned by one reading.</summary>
internal sealed class DiagnosticList
{
    /// <summary>More than this nobody reads.</summary>
    public const int Max = 100;

    private readonly List<ConfigDiagnostic> _items = [];
    private int _omitted;

    /// <summary>Whether an error was reported.</summary>
    public bool HasErrors { get; private set; }

    public void Error(SourcePosition position, string problem, string remedy) => Add(ConfigDiagnostic.Error(position, problem, remedy));

    public void Warning(SourcePosition position, string problem, string remedy) => Add(ConfigDiagnostic.Warning(position, problem, remedy));

    public void Add(ConfigDiagnostic diagnostic)
    {
        HasErrors |= diagnostic.Severity == DiagnosticSeverity.Error;
        if (_items.Count < Max) _items.Add(diagnostic);
        else _omitted++;
    }

    /// <summary>All of them in the order of the document; what came from flags and variables first.</summary>
    public IReadOnlyList<ConfigDiagnostic> InOrder()
    {
        List<ConfigDiagnostic> ordered = [.. _items.OrderBy(d => d.Position.Line).ThenBy(d => d.Position.Column)];
        if (_omitted > 0)
        {
            DiagnosticSeverity severity = HasErrors ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
            ordered.Add(new ConfigDiagnostic(
                ordered[^1].Position, severity, $"{_omitted:N0} further problems are not shown", "mend the ones above first"));
        }
        return ordered;
    }
}
