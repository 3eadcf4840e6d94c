using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Rules;

/// <summary>
/// An expression that yields a value: the target of a rewrite or redirect, a header's value, a rate limit's characteristic. Immutable,
/// thread-safe.
/// </summary>
public sealed class ValueExpression
{
    private ValueExpression(string text, ExpressionScheme scheme, RuleType type)
    {
        Text = text;
        Scheme = scheme;
        Type = type;
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The scheme it was compiled with.</summary>
    public ExpressionScheme Scheme { get; }

    /// <summary>Type of the value.</summary>
    public RuleType Type { get; }

    /// <summary>The fields it may read, each once.</summary>
    public IReadOnlyList<FieldId> Fields { get; } = [];

    /// <summary>Compiles an expression of any type; false, and at least one diagnostic added, when something is wrong. Never throws.</summary>
    public static bool TryCompile(
        string text, ExpressionScheme scheme, [NotNullWhen(true)] out ValueExpression? expression, List<ExpressionDiagnostic> diagnostics)
    {
        expression = null;
        ArgumentNullException.ThrowIfNull(diagnostics);
        diagnostics.Add(new ExpressionDiagnostic(1, 1, 1, "expressions cannot be compiled yet"));
        return false;
    }

    /// <summary>
    /// The value as text: a string as it is; an integer, Boolean or address as <c>to_string()</c> writes it. False when it is missing or
    /// of a type without text. The span stays valid until <see cref="EvaluationContext.Reset"/>.
    /// </summary>
    public bool TryEvaluateText(EvaluationContext context, out ReadOnlySpan<byte> value) => throw new NotSupportedException();

    /// <summary>The value of an expression of type Integer; false when it is missing.</summary>
    public bool TryEvaluateInt(EvaluationContext context, out long value) => throw new NotSupportedException();

    /// <summary>The value of an expression of type IP address; false when it is missing.</summary>
    public bool TryEvaluateIp(EvaluationContext context, out IpValue value) => throw new NotSupportedException();

    /// <summary>
    /// Bytes that are equal exactly for equal values, whatever the type, arrays included: a counter's key. False when the value is missing,
    /// which is not the same as an empty one. The span stays valid until <see cref="EvaluationContext.Reset"/>.
    /// </summary>
    public bool TryEvaluateKey(EvaluationContext context, out ReadOnlySpan<byte> key) => throw new NotSupportedException();
}
