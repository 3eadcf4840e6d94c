namespace Breakwater.Waf.SecLang;

/// <summary>Where something stands in a rule file. Immutable.</summary>
/// <param name="File">The file's name as it was asked for.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column, in characters.</param>
public readonly record struct SecPosition(string File, int Line, int Column)
{
    /// <summary><c>file:line:column</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
