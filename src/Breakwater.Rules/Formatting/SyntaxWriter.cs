using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Formatting;

/// <summary>
/// Writes syntax in its canonical spelling. Two parts of expressions that are written alike mean the same. Used by one caller.
/// </summary>
internal sealed class SyntaxWriter(int width = int.MaxValue)
{
    private const int IndentStep = 2;

    private readonly StringBuilder _text = new();

    /// <summary>A part of an expression in one line.</summary>
    public static string OneLine(LogicalSyntax syntax)
    {
        var writer = new SyntaxWriter();
        writer.Logical(syntax, 0);
        return writer.ToString();
    }

    /// <summary>A value in one line.</summary>
    public static string OneLine(ValueSyntax syntax)
    {
        var writer = new SyntaxWriter();
        writer.Value(syntax);
        return writer.ToString();
    }

    public override string ToString() => _text.ToString();

    public void Logical(LogicalSyntax syntax, int indent)
    {
        switch (syntax)
        {
            case CombinedSyntax combined:
                Combined(combined, indent);
                break;
            case NotSyntax not:
                _text.Append("not ");
                Grouped(not.Operand, indent, not.Operand is CombinedSyntax);
                break;
            case QuantifierSyntax quantifier:
                _text.Append(quantifier.IsAll ? "all(" : "any(");
                Logical(quantifier.Operand, indent);
                _text.Append(')');
                break;
            case TruthSyntax truth:
                Value(truth.Value);
                break;
            case ComparisonSyntax comparison:
                Value(comparison.Left);
                _text.Append(' ').Append(Operators.Get(comparison.Op).Word).Append(' ');
                Right(comparison, indent);
                break;
        }
    }

    public void Value(ValueSyntax syntax)
    {
        switch (syntax)
        {
            case FieldSyntax field:
                _text.Append(KnownFields.Get(field.Field).Name);
                break;
            case CallSyntax call:
                _text.Append(call.Function.Name).Append('(');
                for (int i = 0; i < call.Arguments.Length; i++)
                {
                    if (i > 0) _text.Append(", ");
                    Value(call.Arguments[i]);
                }

                _text.Append(')');
                break;
            case IndexSyntax index:
                Value(index.Root);
                foreach (IndexStep step in index.Steps) Step(step);
                break;
            case LiteralSyntax literal:
                Literal(literal.Literal);
                break;
            case LogicalValueSyntax logical:
                Logical(logical.Logical, 0);
                break;
        }
    }

    /// <summary>Operands of the same operator inside one another, as one row.</summary>
    internal static IEnumerable<LogicalSyntax> Flatten(LogicalOp op, LogicalSyntax syntax) =>
        syntax is CombinedSyntax combined && combined.Op == op ? combined.Items.SelectMany(i => Flatten(op, i)) : [syntax];

    private void Combined(CombinedSyntax combined, int indent)
    {
        bool wraps = !Fits(combined, indent);
        string op = Operators.Word(combined.Op);
        bool first = true;
        foreach (LogicalSyntax item in Flatten(combined.Op, combined))
        {
            if (!first)
            {
                if (wraps) NewLine(indent);
                else _text.Append(' ');
                _text.Append(op).Append(' ');
            }

            first = false;
            Grouped(item, indent, item is CombinedSyntax);
        }
    }

    private void Grouped(LogicalSyntax syntax, int indent, bool inParentheses)
    {
        if (!inParentheses)
        {
            Logical(syntax, indent);
            return;
        }

        bool wraps = !Fits(syntax, indent + "and ()".Length);
        _text.Append('(');
        if (wraps) NewLine(indent + IndentStep);
        Logical(syntax, indent + IndentStep);
        if (wraps) NewLine(indent);
        _text.Append(')');
    }

    private bool Fits(LogicalSyntax syntax, int indent) => width == int.MaxValue || OneLine(syntax).Length + indent <= width;

    private void NewLine(int indent) => _text.Append('\n').Append(' ', indent);

    private void Step(IndexStep step)
    {
        _text.Append('[');
        if (step.Kind == IndexKind.Each) _text.Append('*');
        else if (step.Kind == IndexKind.Key) Text(step.Key!);
        else _text.Append(step.Number.ToString(CultureInfo.InvariantCulture));
        _text.Append(']');
    }

    private void Right(ComparisonSyntax comparison, int indent)
    {
        switch (comparison.Right)
        {
            case LiteralOperand literal:
                Literal(literal.Literal);
                break;
            case RegexOperand regex:
                Pattern(regex.Pattern.Value);
                break;
            case WildcardOperand wildcard:
                Literal(wildcard.Pattern);
                break;
            case ListOperand list:
                _text.Append('$').Append(list.Name);
                break;
            case BytesSetOperand texts:
                Set(texts.Items.Select(i => Written(w => w.Literal(i))), indent);
                break;
            case IntSetOperand numbers:
                Set(numbers.Items.Select(i => i.First == i.Last ? Number(i.First) : $"{Number(i.First)}..{Number(i.Last)}"), indent);
                break;
            case IpSetOperand addresses:
                Set(addresses.Items.Select(Address), indent);
                break;
        }
    }

    private void Set(IEnumerable<string> items, int indent)
    {
        string[] all = [.. items];
        bool wraps = width != int.MaxValue && all.Sum(i => i.Length + 1) + indent > width;
        _text.Append('{');
        int column = width;
        for (int i = 0; i < all.Length; i++)
        {
            if (wraps && column + all[i].Length + 1 > width)
            {
                NewLine(indent + IndentStep);
                column = indent + IndentStep;
            }
            else if (i > 0)
            {
                _text.Append(' ');
                column++;
            }

            _text.Append(all[i]);
            column += all[i].Length;
        }

        if (wraps) NewLine(indent);
        _text.Append('}');
    }

    private static string Written(Action<SyntaxWriter> write)
    {
        var writer = new SyntaxWriter();
        write(writer);
        return writer.ToString();
    }

    private static string Address(IpSetItem item)
    {
        (IpRange range, int? length) = item;
        if (length is null) return $"{range.First}..{range.Last}";
        return range.First == range.Last ? range.First.ToString() : $"{range.First}/{length}";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Literal(Literal literal)
    {
        switch (literal)
        {
            case IntLiteral number:
                _text.Append(Number(number.Value));
                break;
            case IpLiteral address:
                _text.Append(address.Value.ToString());
                break;
            case BytesLiteral { Form: BytesForm.Hex } bytes:
                _text.Append(string.Join(':', bytes.Value.Select(b => b.ToString("x2", CultureInfo.InvariantCulture))));
                break;
            case BytesLiteral bytes:
                Text(bytes.Value);
                break;
        }
    }

    /// <summary>A string in quotes; raw where it has backslashes or quotes, so that it reads as it is.</summary>
    private void Text(byte[] value)
    {
        bool plain = Utf8.IsValid(value) && !value.AsSpan().ContainsAnyInRange((byte)0, (byte)0x1F) && !value.Contains((byte)0x7F);
        if (plain && (value.Contains((byte)'\\') || value.Contains((byte)'"'))) Raw(value);
        else if (plain) _text.Append('"').Append(Encoding.UTF8.GetString(value)).Append('"');
        else Escaped(value);
    }

    // In quotes a regular expression has rules of its own for brackets and backslashes; without either, both forms read the same.
    private void Pattern(byte[] value)
    {
        if (value.AsSpan().ContainsAny("\\\"[]"u8)) Raw(value);
        else _text.Append('"').Append(Encoding.UTF8.GetString(value)).Append('"');
    }

    private void Raw(byte[] value)
    {
        string text = Encoding.UTF8.GetString(value);
        int hashes = 0;
        for (int quote = text.IndexOf('"', StringComparison.Ordinal); quote >= 0; quote = text.IndexOf('"', quote + 1))
        {
            int run = text.AsSpan(quote + 1).IndexOfAnyExcept('#');
            hashes = Math.Max(hashes, (run < 0 ? text.Length - quote - 1 : run) + 1);
        }

        _text.Append('r').Append('#', hashes).Append('"').Append(text).Append('"').Append('#', hashes);
    }

    private void Escaped(byte[] value)
    {
        _text.Append('"');
        for (ReadOnlySpan<byte> rest = value; !rest.IsEmpty;)
        {
            bool valid = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (!valid || rune.Value is < 0x20 or 0x7F)
            {
                foreach (byte b in rest[..length]) _text.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture));
            }
            else
            {
                if (rune.Value is '"' or '\\') _text.Append('\\');
                _text.Append(rune.ToString());
            }

            rest = rest[length..];
        }

        _text.Append('"');
    }
}
