namespace Breakwater.Rules.Syntax;

internal enum LogicalOp : byte
{
    Or,
    Xor,
    And,
}

internal enum ComparisonOp : byte
{
    Equal,
    NotEqual,
    GreaterOrEqual,
    LessOrEqual,
    Greater,
    Less,
    BitwiseAnd,
    Contains,
    Matches,
    Wildcard,
    StrictWildcard,
    In,
}

/// <summary>
/// A part of an expression that is true or false, or an array of such. The tree that the parser makes is immutable and typed.
/// </summary>
internal abstract class LogicalSyntax(TextSpan span, bool isArray)
{
    public TextSpan Span { get; } = span;

    /// <summary>Whether this is an array of Booleans, as inside <c>any()</c>, not one Boolean.</summary>
    public bool IsArray { get; } = isArray;

    public RuleType Type => IsArray ? RuleType.ArrayOf(RuleType.Bool) : RuleType.Bool;
}

/// <summary>Operands joined by one operator, at least two; none of them joined by the same operator unless in parentheses.</summary>
internal sealed class CombinedSyntax(TextSpan span, LogicalOp op, LogicalSyntax[] items) : LogicalSyntax(span, items[0].IsArray)
{
    public LogicalOp Op { get; } = op;

    public LogicalSyntax[] Items { get; } = items;
}

internal sealed class NotSyntax(TextSpan span, LogicalSyntax operand) : LogicalSyntax(span, operand.IsArray)
{
    public LogicalSyntax Operand { get; } = operand;
}

/// <summary><c>any(…)</c> or <c>all(…)</c>.</summary>
internal sealed class QuantifierSyntax(TextSpan span, bool isAll, LogicalSyntax operand) : LogicalSyntax(span, isArray: false)
{
    public bool IsAll { get; } = isAll;

    public LogicalSyntax Operand { get; } = operand;
}

/// <summary>A Boolean value that stands alone.</summary>
internal sealed class TruthSyntax(ValueSyntax value) : LogicalSyntax(value.Span, value.IsMapped || !value.Type.IsScalar)
{
    public ValueSyntax Value { get; } = value;
}

internal sealed class ComparisonSyntax(TextSpan span, ValueSyntax left, ComparisonOp op, OperandSyntax right)
    : LogicalSyntax(span, left.IsMapped)
{
    public ValueSyntax Left { get; } = left;

    public ComparisonOp Op { get; } = op;

    public OperandSyntax Right { get; } = right;
}

/// <summary>What stands to the right of a comparison's operator.</summary>
internal abstract class OperandSyntax;

internal sealed class LiteralOperand(Literal literal) : OperandSyntax
{
    public Literal Literal { get; } = literal;
}

internal sealed class BytesSetOperand(BytesLiteral[] items) : OperandSyntax
{
    public BytesLiteral[] Items { get; } = items;
}

internal sealed class IntSetOperand((long First, long Last)[] items) : OperandSyntax
{
    public (long First, long Last)[] Items { get; } = items;
}

internal sealed class IpSetOperand(IpSetItem[] items) : OperandSyntax
{
    public IpSetItem[] Items { get; } = items;
}

/// <summary>An address, a network or a range in a set; the prefix length is null for a range.</summary>
internal readonly record struct IpSetItem(IpRange Range, int? PrefixLength);

internal sealed class ListOperand(string name, NamedList list) : OperandSyntax
{
    public string Name { get; } = name;

    public NamedList List { get; } = list;
}

internal sealed class RegexOperand(BytesLiteral pattern, ByteRegex regex) : OperandSyntax
{
    public BytesLiteral Pattern { get; } = pattern;

    public ByteRegex Regex { get; } = regex;
}

internal sealed class WildcardOperand(BytesLiteral pattern, Wildcard wildcard) : OperandSyntax
{
    public BytesLiteral Pattern { get; } = pattern;

    public Wildcard Wildcard { get; } = wildcard;

    /// <summary>What stands before, between and behind the stars; one piece more than there are stars.</summary>
    public byte[][] Pieces { get; } = Split(pattern.Value);

    private static byte[][] Split(byte[] pattern)
    {
        List<byte[]> pieces = [];
        List<byte> piece = [];
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '*')
            {
                pieces.Add([.. piece]);
                piece.Clear();
                continue;
            }

            if (pattern[i] == '\\') i++;
            piece.Add(pattern[i]);
        }

        return [.. pieces, [.. piece]];
    }
}
