using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Rules;

/// <summary>A filter: an expression that is true or false of a request. Immutable, thread-safe.</summary>
public sealed class Expression
{
    private Expression(string text, ExpressionScheme scheme)
    {
        Text = text;
        Scheme = scheme;
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The scheme it was compiled with.</summary>
    public ExpressionScheme Scheme { get; }

    /// <summary>The fields it may read, each once.</summary>
    public IReadOnlyList<FieldId> Fields { get; } = [];

    /// <summary>Compiles an expression; false, and at least one diagnostic added, when something is wrong with it. Never throws.</summary>
    public static bool TryCompile(
        string text, ExpressionScheme scheme, [NotNullWhen(true)] out Expression? expression, List<ExpressionDiagnostic> diagnostics)
    {
        expression = null;
        ArgumentNullException.ThrowIfNull(diagnostics);
        diagnostics.Add(new ExpressionDiagnostic(1, 1, 1, "expressions cannot be compiled yet"));
        return false;
    }

    /// <summary>Whether the request matches. Allocates nothing.</summary>
    public bool Matches(EvaluationContext context) => throw new NotSupportedException();
}
