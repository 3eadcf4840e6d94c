namespace Breakwater.Rules.Formatting;

/// <summary>
/// Writes expressions in one spelling: words for operators, one space between, parentheses where two operators meet, strings raw where
/// that spares escapes; in several lines when one would be too long. Formatting twice changes nothing; nor does it ever change a meaning.
/// </summary>
public static class ExpressionFormatter
{
    /// <summary>Longer lines are broken where possible.</summary>
    public const int DefaultWidth = 100;

    /// <summary>The canonical spelling of a filter.</summary>
    public static string Format(Expression expression, int width = DefaultWidth)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var writer = new SyntaxWriter(width);
        writer.Logical(expression.Syntax, 0);
        return writer.ToString();
    }

    /// <summary>The canonical spelling of a value expression, in one line.</summary>
    public static string Format(ValueExpression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var writer = new SyntaxWriter();
        writer.Value(expression.Syntax);
        return writer.ToString();
    }
}
