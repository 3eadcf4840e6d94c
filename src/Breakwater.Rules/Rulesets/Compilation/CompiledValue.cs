using System.Buffers;
using System.Text;

namespace Breakwater.Rules.Rulesets;

/// <summary>A value that a rule sets: fixed bytes, or an expression over the request. Immutable, thread-safe.</summary>
public sealed class CompiledValue
{
    // They end lines of a head (RFC 9112 §2.2), or are no part of a URL; a value that a request made must not bring them into a message.
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(c => c != '\t').Select(c => (byte)c), 0x7f]);

    private readonly byte[] _text;

    internal CompiledValue(string text) => _text = Encoding.UTF8.GetBytes(text);

    internal CompiledValue(ValueExpression expression)
    {
        _text = [];
        Expression = expression;
    }

    /// <summary>The expression; null when the value is the same for every request.</summary>
    public ValueExpression? Expression { get; }

    /// <summary>
    /// The value for a request. False when it is missing or holds control characters that would break a message: then nothing is set. What
    /// else its place in a message asks for, such as percent-encoding, is the caller's. The span stays valid until
    /// <see cref="EvaluationContext.Reset"/>.
    /// </summary>
    public bool TryGet(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        if (Expression is null)
        {
            value = _text;
            return true;
        }
        return Expression.TryEvaluateText(context, out value) && !value.ContainsAny(Controls);
    }
}
