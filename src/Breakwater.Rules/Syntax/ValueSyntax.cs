using Breakwater.Rules.Functions;

namespace Breakwater.Rules.Syntax;

/// <summary>A part of an expression that has a value. Immutable.</summary>
internal abstract class ValueSyntax(TextSpan span, RuleType type)
{
    public TextSpan Span { get; } = span;

    /// <summary>Type of the value; behind <c>[*]</c>, of each element.</summary>
    public RuleType Type { get; } = type;

    /// <summary>Whether <c>[*]</c> makes this stand for each element of something.</summary>
    public virtual bool IsMapped => false;

    /// <summary>Type of the value, with an array around it for <c>[*]</c>.</summary>
    public RuleType ResultType => IsMapped ? RuleType.ArrayOf(Type) : Type;
}

internal sealed class FieldSyntax(TextSpan span, FieldId field) : ValueSyntax(span, KnownFields.Get(field).Type)
{
    public FieldId Field { get; } = field;
}

internal sealed class CallSyntax(TextSpan span, FunctionDefinition function, ValueSyntax[] arguments, RuleType type)
    : ValueSyntax(span, type)
{
    public FunctionDefinition Function { get; } = function;

    public ValueSyntax[] Arguments { get; } = arguments;
}

internal sealed class IndexSyntax(TextSpan span, ValueSyntax root, IndexStep[] steps, RuleType type) : ValueSyntax(span, type)
{
    public ValueSyntax Root { get; } = root;

    public IndexStep[] Steps { get; } = steps;

    public override bool IsMapped { get; } = steps.Any(s => s.Kind == IndexKind.Each);
}

internal sealed class LiteralSyntax(TextSpan span, Literal literal) : ValueSyntax(span, literal.Type)
{
    public Literal Literal { get; } = literal;
}

/// <summary>A function's argument that is an expression of its own.</summary>
internal sealed class LogicalValueSyntax(LogicalSyntax logical) : ValueSyntax(logical.Span, logical.Type)
{
    public LogicalSyntax Logical { get; } = logical;
}

internal enum IndexKind : byte
{
    /// <summary><c>[3]</c></summary>
    Element,

    /// <summary><c>["name"]</c></summary>
    Key,

    /// <summary><c>[*]</c></summary>
    Each,
}

internal readonly record struct IndexStep(IndexKind Kind, int Number, byte[]? Key);

internal abstract class Literal(RuleType type)
{
    public RuleType Type { get; } = type;
}

internal enum BytesForm : byte
{
    Quoted,
    Raw,
    Hex,
}

internal sealed class BytesLiteral(byte[] value, BytesForm form) : Literal(RuleType.Bytes)
{
    public byte[] Value { get; } = value;

    public BytesForm Form { get; } = form;
}

internal sealed class IntLiteral(long value) : Literal(RuleType.Int)
{
    public long Value { get; } = value;
}

internal sealed class IpLiteral(IpValue value) : Literal(RuleType.Ip)
{
    public IpValue Value { get; } = value;
}
