using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Breakwater.Rules.Compilation;
using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Functions;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules;

/// <summary>
/// An expression that yields a value: the target of a rewrite or redirect, a header's value, a rate limit's characteristic. Immutable,
/// thread-safe.
/// </summary>
public sealed class ValueExpression
{
    private readonly Plan _plan;
    private readonly Node<ReadOnlySpan<byte>>? _text;
    private readonly int _registers;

    private ValueExpression(string text, ExpressionScheme scheme, ValueSyntax syntax)
    {
        Text = text;
        Scheme = scheme;
        Type = syntax.Type;
        Syntax = syntax;
        Fields = FieldCollector.Of(syntax);
        var compiler = new ExpressionCompiler();
        _plan = compiler.Value(syntax);
        _registers = compiler.Registers;
        _text = _plan switch
        {
            ScalarPlan<ReadOnlySpan<byte>> bytes => bytes.Node,
            ScalarPlan<long> number => new ToStringFunction<long>(number.Node),
            ScalarPlan<IpValue> address => new ToStringFunction<IpValue>(address.Node),
            ScalarPlan<bool> truth => new ToStringFunction<bool>(truth.Node),
            _ => null,
        };
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The scheme it was compiled with.</summary>
    public ExpressionScheme Scheme { get; }

    /// <summary>Type of the value.</summary>
    public RuleType Type { get; }

    /// <summary>The fields it may read, each once, in the order they stand in it.</summary>
    public IReadOnlyList<FieldId> Fields { get; }

    internal ValueSyntax Syntax { get; }

    /// <summary>
    /// Compiles an expression of any type; false, and at least one diagnostic added, when something is wrong. Never throws.
    /// </summary>
    public static bool TryCompile(
        string text, ExpressionScheme scheme, [NotNullWhen(true)] out ValueExpression? expression, List<ExpressionDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(diagnostics);
        expression = null;
        if (!ExpressionParser.TryParseValue(text, scheme, out ValueSyntax? syntax, out ExpressionDiagnostic? error))
        {
            diagnostics.Add(error);
            return false;
        }

        expression = new ValueExpression(text, scheme, syntax);
        return true;
    }

    /// <summary>
    /// The value as text: a string as it is; an integer, Boolean or address as <c>to_string()</c> writes it. False when it is missing or
    /// of a type without text. The span stays valid until <see cref="EvaluationContext.Reset"/>.
    /// </summary>
    public bool TryEvaluateText(EvaluationContext context, out ReadOnlySpan<byte> value)
    {
        Begin(context);
        value = default;
        return _text is not null && _text.TryGet(context, out value);
    }

    /// <summary>The value of an expression of type Integer; false when it is missing or of another type.</summary>
    public bool TryEvaluateInt(EvaluationContext context, out long value)
    {
        Begin(context);
        value = 0;
        return _plan is ScalarPlan<long> number && number.Node.TryGet(context, out value);
    }

    /// <summary>The value of an expression of type IP address; false when it is missing or of another type.</summary>
    public bool TryEvaluateIp(EvaluationContext context, out IpValue value)
    {
        Begin(context);
        value = default;
        return _plan is ScalarPlan<IpValue> address && address.Node.TryGet(context, out value);
    }

    /// <summary>The value of an expression of type Boolean; false when it is missing or of another type.</summary>
    public bool TryEvaluateBool(EvaluationContext context, out bool value)
    {
        Begin(context);
        value = false;
        return _plan is ScalarPlan<bool> truth && truth.Node.TryGet(context, out value);
    }

    /// <summary>
    /// Bytes that are equal exactly for equal values of this expression, arrays included: a counter's key. False when the value is
    /// missing, which is not the same as an empty one. The span stays valid until <see cref="EvaluationContext.Reset"/>.
    /// </summary>
    public bool TryEvaluateKey(EvaluationContext context, out ReadOnlySpan<byte> key)
    {
        switch (_plan)
        {
            case ScalarPlan:
                return TryEvaluateText(context, out key);
            case FlatPlan<ReadOnlySpan<byte>> texts:
                Begin(context);
                return TryWriteAll(context, texts.Sequence, out key);
            default:
                key = default;
                return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private void Begin(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.NeedRegisters(_registers);
    }

    // Each element behind its length, so that no two arrays look alike.
    private static bool TryWriteAll(EvaluationContext context, Sequence<ReadOnlySpan<byte>> sequence, out ReadOnlySpan<byte> key)
    {
        key = default;
        if (!sequence.Open(context)) return false;
        var writer = new ScratchWriter(context.Scratch);
        Span<byte> length = stackalloc byte[sizeof(int)];
        while (sequence.MoveNext(context))
        {
            if (!sequence.TryGetCurrent(context, out ReadOnlySpan<byte> element)) continue;
            BinaryPrimitives.WriteInt32LittleEndian(length, element.Length);
            writer.Append(length);
            writer.Append(element);
        }

        key = writer.Written;
        return !writer.Failed;
    }
}
