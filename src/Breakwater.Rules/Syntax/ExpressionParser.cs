using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Rules.Syntax;

/// <summary>
/// Parses an expression into a typed tree. Owned by one caller; used once. Never throws whatever the text; takes time linear in it, and
/// stack for at most <see cref="MaxNesting"/> levels. Stops at the first error.
/// </summary>
internal sealed partial class ExpressionParser
{
    /// <summary>Characters an expression may have; enough for a list of thousands of addresses in braces.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>How deep parentheses, <c>not</c> and calls may nest: what the language's other engine allows.</summary>
    public const int MaxNesting = 128;

    private readonly string _text;
    private readonly ExpressionScheme _scheme;
    private int _at;
    private int _nesting;
    private int _lastToken;
    private ExpressionDiagnostic? _error;

    private ExpressionParser(string text, ExpressionScheme scheme)
    {
        _text = text;
        _scheme = scheme;
    }

    /// <summary>Parses a filter: an expression that is true or false.</summary>
    public static bool TryParseFilter(
        string text, ExpressionScheme scheme, [NotNullWhen(true)] out LogicalSyntax? filter,
        [NotNullWhen(false)] out ExpressionDiagnostic? error)
    {
        var parser = new ExpressionParser(text, scheme);
        filter = parser.Start() ? parser.Logical() : null;
        if (filter is not null && !parser.AtEnd()) filter = null;
        if (filter is { IsArray: true })
        {
            parser.Fail(filter.Span,
                "the expression yields Array<Boolean>, but a rule needs one Boolean; put it into any(...) or all(...)");
            filter = null;
        }

        error = parser._error;
        return filter is not null;
    }

    /// <summary>Parses an expression of any type.</summary>
    public static bool TryParseValue(
        string text, ExpressionScheme scheme, [NotNullWhen(true)] out ValueSyntax? value,
        [NotNullWhen(false)] out ExpressionDiagnostic? error)
    {
        var parser = new ExpressionParser(text, scheme);
        value = parser.Start() ? parser.Argument(null) : null;
        if (value is not null && !parser.AtEnd()) value = null;
        if (value is { IsMapped: true })
        {
            parser.Fail(value.Span, "[*] stands for each element only as the first argument of a function");
            value = null;
        }

        error = parser._error;
        return value is not null;
    }

    private bool Start()
    {
        if (_text.Length > MaxLength)
        {
            return Fail(new TextSpan(MaxLength, 1),
                $"the expression has {_text.Length} characters, more than {MaxLength}; put long sets into lists");
        }

        SkipSpace();
        return _at < _text.Length || Fail(new TextSpan(0, 1), "the expression is empty");
    }

    private bool AtEnd()
    {
        SkipSpace();
        if (_at == _text.Length) return true;
        if (_text[_at] == ')') return Fail(new TextSpan(_at, 1), "this parenthesis closes nothing");
        TextSpan word = Word();
        ReadOnlySpan<char> shown = Slice(word);
        string? near = Suggestions.Nearest(shown, Operators.Logical.Select(o => o.Word));
        return Fail(word, $"expected and, xor, or, or the end of the expression instead of {Shown(word)}", near);
    }

    // or > xor > and, loosest first; one level of the grammar for each.
    private LogicalSyntax? Logical(LogicalOp level = LogicalOp.Or)
    {
        int start = _at;
        LogicalSyntax? first = Operand(level);
        if (first is null) return null;
        List<LogicalSyntax>? items = null;
        while (TryLogicalOp(level))
        {
            LogicalSyntax? next = Operand(level);
            if (next is null) return null;
            if (next.IsArray != first.IsArray)
            {
                Fail(next.Span, $"{Operators.Word(level)} needs {first.Type} on both sides, and this is {next.Type}");
                return null;
            }

            items ??= [first];
            items.Add(next);
        }

        return items is null ? first : new CombinedSyntax(TextSpan.Between(start, _at), level, [.. items]);
    }

    private LogicalSyntax? Operand(LogicalOp level) => level == LogicalOp.And ? Unary() : Logical(level + 1);

    private bool TryLogicalOp(LogicalOp op)
    {
        int before = _at;
        SkipSpace();
        (_, string word, string sign, _) = Operators.Logical[(int)op];
        if (TryTake(word) || TryTake(sign))
        {
            SkipSpace();
            return true;
        }

        _at = before;
        return false;
    }

    private LogicalSyntax? Unary()
    {
        if (_pending is { } reference)
        {
            _pending = null;
            return Comparison(reference);
        }

        int start = _at;
        if (TryTake("("))
        {
            if (!Deeper(start)) return null;
            SkipSpace();
            LogicalSyntax? inner = Logical();
            if (inner is null || !CloseParenthesis(start)) return null;
            _nesting--;
            return inner;
        }

        if (TryTake("not") || TryTake("!"))
        {
            if (!Deeper(start)) return null;
            SkipSpace();
            LogicalSyntax? operand = Unary();
            if (operand is null) return null;
            _nesting--;
            return new NotSyntax(TextSpan.Between(start, _at), operand);
        }

        if (IsQuantifier(out bool isAll)) return Quantifier(isAll);
        ValueSyntax? left = Reference();
        return left is null ? null : Comparison(left);
    }

    private bool IsQuantifier(out bool isAll)
    {
        ReadOnlySpan<char> name = Slice(Identifier());
        isAll = name is "all";
        return isAll || name is "any";
    }

    private QuantifierSyntax? Quantifier(bool isAll)
    {
        int start = _at;
        _at += 3;
        SkipSpace();
        if (!TryTake("("))
        {
            FailExpected($"'(' after {(isAll ? "all" : "any")}");
            return null;
        }

        if (!Deeper(start)) return null;
        SkipSpace();
        LogicalSyntax? operand = Logical();
        if (operand is null || !CloseParenthesis(start)) return null;
        if (!operand.IsArray)
        {
            Fail(operand.Span, $"{(isAll ? "all" : "any")}() needs Array<Boolean>, and this is Boolean; use [*] to stand for each element");
            return null;
        }

        _nesting--;
        return new QuantifierSyntax(TextSpan.Between(start, _at), isAll, operand);
    }

    private LogicalSyntax? Comparison(ValueSyntax left)
    {
        if (left.Type.Scalar == TypeKind.Bool && left.Type.Depth <= 1 && left.Type.Kind != TypeKind.Map)
        {
            if (left.IsMapped && !left.Type.IsScalar)
            {
                Fail(left.Span, $"this is {left.ResultType}, and any() and all() take Array<Boolean>");
                return null;
            }

            return BooleanStandsAlone(left) ? new TruthSyntax(left) : null;
        }

        int before = _at;
        SkipSpace();
        OperatorDefinition? op = TryComparisonOp();
        if (op is null)
        {
            FailOperator(left, before);
            return null;
        }

        if (!op.Takes(left.Type))
        {
            Fail(TextSpan.Between(_lastToken, _at), left.Type.IsScalar
                ? $"{op.Word} compares {string.Join(" or ", op.Types.Select(t => Name(t)))}, and {Describe(left)} is {left.Type}"
                : $"{op.Word} compares single values, and {Describe(left)} is {left.Type}; "
                    + "use [*] in any() or all(), or one element such as [0]");
            return null;
        }

        SkipSpace();
        OperandSyntax? right = Right(op.Op, left.Type);
        return right is null ? null : new ComparisonSyntax(TextSpan.Between(left.Span.Start, _at), left, op.Op, right);
    }

    private bool BooleanStandsAlone(ValueSyntax left)
    {
        int before = _at;
        SkipSpace();
        int start = _at;
        bool and = StartsWith("&&");
        OperatorDefinition? op = and ? null : TryComparisonOp();
        _at = before;
        return op is null || Fail(
            TextSpan.Between(start, start + 1), $"{Describe(left)} is Boolean and stands alone: write it as it is, or not before it");
    }

    private OperatorDefinition? TryComparisonOp()
    {
        _lastToken = _at;
        if (StartsWith("&&")) return null;
        foreach (OperatorDefinition op in Operators.Comparisons)
        {
            if (TryTake(op.Word) || (op.Sign is not null && TryTake(op.Sign))) return op;
        }

        return null;
    }

    private void FailOperator(ValueSyntax left, int before)
    {
        if (_at == _text.Length || _text[_at] is ')' or ',')
        {
            FailAt(before, $"expected an operator after {Describe(left)}, which is {left.ResultType}");
            return;
        }

        TextSpan word = Word();
        ReadOnlySpan<char> shown = Slice(word);
        if (shown is "not")
        {
            Fail(word, "not stands before the whole comparison: not <field> in {...}");
        }
        else if (shown is "starts_with" or "ends_with")
        {
            Fail(word, $"{shown} is a function: {shown}({Slice(left.Span)}, \"...\")");
        }
        else
        {
            string? near = shown is "=" or "===" or "equals" or "is" ? "eq" : shown is "<>" or "!==" ? "ne" : shown is "like" ? "wildcard"
                : Suggestions.Nearest(shown, Operators.Comparisons.Select(o => o.Word));
            Fail(word, $"expected an operator after {Describe(left)} instead of {Shown(word)}", near);
        }
    }

    private static string Name(TypeKind kind) => kind switch
    {
        TypeKind.Bytes => "String",
        TypeKind.Int => "Integer",
        TypeKind.Ip => "IP address",
        _ => kind.ToString(),
    };

    private string Describe(ValueSyntax value) =>
        value.Span.Length <= 60 ? _text.Substring(value.Span.Start, value.Span.Length) : "this value";
}
