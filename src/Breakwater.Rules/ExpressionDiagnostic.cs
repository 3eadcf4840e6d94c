using System.Text;

namespace Breakwater.Rules;

/// <summary>One thing that is wrong with an expression. Immutable.</summary>
/// <param name="Line">Line in the expression, from 1.</param>
/// <param name="Column">Column in that line in characters, from 1.</param>
/// <param name="Length">Characters that are meant, at least 1.</param>
/// <param name="Message">What is wrong, one sentence without a full stop.</param>
/// <param name="Suggestion">What was probably meant: a name to put in its place; null when nothing is near.</param>
public sealed record ExpressionDiagnostic(int Line, int Column, int Length, string Message, string? Suggestion = null)
{
    /// <summary>The longest piece of an expression's line that <see cref="Render"/> shows.</summary>
    private const int Window = 100;

    /// <summary>The message with its suggestion and place, in one line.</summary>
    public override string ToString() =>
        Suggestion is null ? $"{Line}:{Column}: {Message}" : $"{Line}:{Column}: {Message}; did you mean {Suggestion}?";

    /// <summary>The message, the line of the expression it speaks of, and carets under the place.</summary>
    /// <param name="expression">The expression that was compiled.</param>
    public string Render(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        string[] lines = expression.Split('\n');
        string line = (Line <= lines.Length ? lines[Line - 1] : "").TrimEnd('\r').Replace('\t', ' ');
        int at = Math.Min(Column - 1, line.Length);
        int from = Math.Max(0, Math.Min(at - (Window / 2), line.Length - Window));
        string shown = line.Substring(from, Math.Min(Window, line.Length - from));
        int carets = Math.Clamp(Length, 1, Math.Max(1, shown.Length - (at - from)));
        var text = new StringBuilder(ToString()).Append('\n');
        if (from > 0) shown = "..." + shown[3..];
        if (from + Window < line.Length) shown = shown[..^3] + "...";
        return text.Append("  ").Append(shown).Append('\n').Append(' ', 2 + at - from).Append('^', carets).ToString();
    }
}
