using Breakwater.Rules.Functions;

namespace Breakwater.Rules.Syntax;

/// <content>Numbers, addresses, sets, patterns and arguments.</content>
internal sealed partial class ExpressionParser
{
    /// <summary>No address, network or range of addresses is longer.</summary>
    private const int LongestAddress = 100;

    /// <summary>A reference that was parsed before it was known to begin a comparison; the next <see cref="Unary"/> takes it.</summary>
    private ValueSyntax? _pending;

    private OperandSyntax? Right(ComparisonOp op, RuleType type)
    {
        switch (op)
        {
            case ComparisonOp.In when Current == '$':
                return List(type.Kind);
            case ComparisonOp.In:
                return Set(type.Kind);
            case ComparisonOp.Matches:
                return Regex();
            case ComparisonOp.Wildcard or ComparisonOp.StrictWildcard:
                return WildcardPattern(op == ComparisonOp.Wildcard);
            default:
                Literal? literal = type.Kind switch
                {
                    TypeKind.Int => Int() is { } number ? new IntLiteral(number) : null,
                    TypeKind.Ip => Ip() is { } address ? new IpLiteral(address) : null,
                    _ => String(),
                };
                return literal is null ? null : new LiteralOperand(literal);
        }
    }

    private RegexOperand? Regex()
    {
        if (PatternString() is not { } pattern) return null;
        if (ByteRegex.TryCompile(pattern.Value, ByteRegexOptions.Default, out ByteRegex? regex, out ByteRegexError error))
        {
            return new RegexOperand(pattern, regex);
        }

        FailAt(Source(error.Offset), $"bad regular expression: {error.Message.TrimEnd('.')}");
        return null;
    }

    private WildcardOperand? WildcardPattern(bool ignoreCase)
    {
        if (String() is not { } pattern) return null;
        if (Wildcard.TryParse(pattern.Value, ignoreCase, out Wildcard? wildcard, out WildcardError error, out int offset))
        {
            return new WildcardOperand(pattern, wildcard);
        }

        FailAt(Source(offset), Describe(error));
        return null;
    }

    internal static string Describe(WildcardError error) => error switch
    {
        WildcardError.DoubleStar => "two stars side by side stand for nothing more than one; write one, or \\* for the character",
        WildcardError.TooManyStars => $"a wildcard pattern has at most {Wildcard.MaxStars} stars",
        _ => "in a wildcard pattern a backslash stands only before a star or a backslash",
    };

    private ListOperand? List(TypeKind kind)
    {
        int start = _at++;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '.') _at++;
        TextSpan span = TextSpan.Between(start, _at);
        string name = _text[(start + 1).._at];
        if (name.Length is 0 or > 200 || name[0] == '.' || name[^1] == '.' || name.AsSpan().ContainsAnyInRange('A', 'Z'))
        {
            Fail(span, "a list's name is made of lower-case letters, digits, underscores and inner dots");
            return null;
        }

        NamedList? list = null;
        if (_scheme.Lists?.TryFind(name, out list) != true)
        {
            string? near = _scheme.Lists is null ? null : Suggestions.Nearest(name, _scheme.Lists.Names);
            Fail(span, $"there is no list '{name}'", near is null ? null : "$" + near);
            return null;
        }

        if (list!.ItemKind == kind) return new ListOperand(name, list);
        Fail(span, $"the list '{name}' holds {Name(list.ItemKind)}, and the value is {Name(kind)}");
        return null;
    }

    private OperandSyntax? Set(TypeKind kind)
    {
        int opened = _at;
        if (!TryTake("{"))
        {
            FailExpected("'{' or '$' after in");
            return null;
        }

        List<BytesLiteral> strings = [];
        List<(long, long)> numbers = [];
        List<IpSetItem> addresses = [];
        while (true)
        {
            SkipSpace();
            if (TryTake("}")) break;
            if (_at == _text.Length)
            {
                Fail(new TextSpan(opened, 1), "this brace is never closed");
                return null;
            }

            if (Current == ',')
            {
                Fail(new TextSpan(_at, 1), "values in braces are separated by spaces, not commas");
                return null;
            }

            bool good = kind switch
            {
                TypeKind.Bytes => AddTo(strings, String()),
                TypeKind.Int => AddTo(numbers, IntRange()),
                _ => AddTo(addresses, IpItem()),
            };
            if (!good) return null;
        }

        return kind switch
        {
            TypeKind.Bytes => new BytesSetOperand([.. strings]),
            TypeKind.Int => new IntSetOperand([.. numbers]),
            _ => new IpSetOperand([.. addresses]),
        };
    }

    private static bool AddTo<T>(List<T> items, T? item) where T : class
    {
        if (item is null) return false;
        items.Add(item);
        return true;
    }

    private static bool AddTo<T>(List<T> items, T? item) where T : struct
    {
        if (item is null) return false;
        items.Add(item.Value);
        return true;
    }

    private (long, long)? IntRange()
    {
        int start = _at;
        if (Int() is not { } first) return null;
        if (!TryTake("..")) return (first, first);
        if (Int() is not { } last) return null;
        if (first <= last) return (first, last);
        Fail(TextSpan.Between(start, _at), "this range ends before it begins");
        return null;
    }

    /// <summary>A number: decimal, <c>0x</c> hexadecimal, or octal with a leading zero.</summary>
    private long? Int()
    {
        int start = _at;
        (int radix, string name) = TryTake("0x") ? (16, "hexadecimal") : Current == '0' ? (8, "octal") : (10, "decimal");
        bool negative = radix == 10 && TryTake("-");
        int digits = _at;
        // Reads what looks like digits in any radix, so that the error shows the whole of it.
        while (char.IsAsciiHexDigit(Current)) _at++;
        if (_at == digits)
        {
            if (_at == start) FailExpected("an integer");
            else Fail(TextSpan.Between(start, _at), "expected digits");
            return null;
        }

        TextSpan span = TextSpan.Between(start, _at);
        UInt128 value = 0;
        UInt128 most = negative ? (UInt128)long.MaxValue + 1 : (UInt128)long.MaxValue;
        for (int i = digits; i < _at; i++)
        {
            int digit = _text[i] <= '9' ? _text[i] - '0' : (_text[i] | 0x20) - 'a' + 10;
            if (digit >= radix)
            {
                Fail(span, $"'{_text[i]}' is no {name} digit" + (radix == 8 ? "; a number with a leading zero is octal" : ""));
                return null;
            }

            value = (value * (UInt128)radix) + (UInt128)digit;
            if (value <= most) continue;
            Fail(span, "this integer does not fit into 64 bits");
            return null;
        }

        return negative ? (long)(0 - (Int128)value) : (long)value;
    }

    private IpValue? Ip()
    {
        TextSpan span = AddressText("");
        if (span.Length == 0)
        {
            FailExpected("an IP address");
            return null;
        }

        _at = span.End;
        bool isNetwork = Current == '/';
        if (!isNetwork && IpValue.TryParse(Slice(span), out IpValue address)) return address;
        Fail(span, isNetwork ? "a network stands in braces: in {...}" : "this is no IP address");
        return null;
    }

    private IpSetItem? IpItem()
    {
        TextSpan span = AddressText("/");
        if (span.Length == 0)
        {
            FailExpected("an IP address, a network or a range");
            return null;
        }

        _at = span.End;
        Span<byte> ascii = stackalloc byte[LongestAddress];
        ReadOnlySpan<byte> text = ascii[..System.Text.Encoding.ASCII.GetBytes(Slice(span), ascii)];
        IpTextError error;
        if (text.IndexOf(".."u8) < 0)
        {
            if (IpPrefix.TryParse(text, out IpPrefix prefix, out error)) return new IpSetItem(IpRange.Of(prefix), prefix.Length);
        }
        else if (IpRange.TryParse(text, out IpRange range, out error))
        {
            return new IpSetItem(range, null);
        }

        Fail(span, error switch
        {
            IpTextError.BadPrefixLength => "the prefix length is no number from 0 to 32, or to 128 for IPv6",
            IpTextError.HostBitsSet => "bits behind the prefix length are set; write the first address of the network",
            IpTextError.MixedFamilies => "a range lies within IPv4 or within IPv6",
            IpTextError.ReversedRange => "this range ends before it begins",
            _ => "this is no IP address, network or range",
        });
        return null;
    }

    private TextSpan AddressText(string more)
    {
        int at = _at;
        while (at < _text.Length && at - _at < LongestAddress
            && (char.IsAsciiHexDigit(_text[at]) || _text[at] is ':' or '.' || more.Contains(_text[at]))) at++;
        return TextSpan.Between(_at, at);
    }

    /// <summary>A function's argument, or a whole value expression when there is no parameter.</summary>
    private ValueSyntax? Argument(FunctionParameter? parameter)
    {
        int start = _at;
        if (AtString) return String() is { } text ? new LiteralSyntax(TextSpan.Between(start, _at), text) : null;
        if (Current is '(' or '!' || StartsWith("not") || IsQuantifier(out _)) return LogicalArgument();
        TextSpan name = Identifier();
        bool known = KnownFields.TryFind(Slice(name), out _) || KnownFunctions.TryFind(Slice(name), out _);
        if (!known && (Current is '-' or ':' || char.IsAsciiHexDigit(Current)) && LooksLiteral()) return LiteralArgument(parameter);
        ValueSyntax? value = Reference();
        if (value is null) return null;
        int before = _at;
        SkipSpace();
        int op = _at;
        bool compared = TryComparisonOp() is not null;
        _at = op;
        bool combined = StartsWith("and") || StartsWith("or") || StartsWith("xor") || StartsWith("&&") || StartsWith("||")
            || StartsWith("^^");
        _at = before;
        if (!compared && !combined) return value;
        _pending = value;
        return LogicalArgument();
    }

    private LogicalValueSyntax? LogicalArgument() => Logical() is { } logical ? new LogicalValueSyntax(logical) : null;

    /// <summary>Whether what stands here is a number, an address or bytes rather than a misspelt name.</summary>
    private bool LooksLiteral()
    {
        if (char.IsAsciiDigit(Current) || Current is '-' or ':') return true;
        return _at + 2 < _text.Length && char.IsAsciiHexDigit(_text[_at + 1])
            && (_text[_at + 2] is ':' or '-'
                || (char.IsAsciiHexDigit(_text[_at + 2]) && AddressText("").Length > 3 && Slice(AddressText("")).Contains(':')));
    }

    private LiteralSyntax? LiteralArgument(FunctionParameter? parameter)
    {
        int start = _at;
        ReadOnlySpan<char> token = Slice(AddressText("-"));
        bool address = IpValue.TryParse(token, out _);
        bool bytes = token.Length >= 5 && token[2] is ':' or '-' or '.' && !address;
        Literal? literal;
        if (address && parameter?.Takes(RuleType.Ip) != false) literal = Ip() is { } ip ? new IpLiteral(ip) : null;
        else if (bytes && parameter?.Takes(RuleType.Bytes) != false) literal = String();
        else literal = Int() is { } number ? new IntLiteral(number) : null;
        return literal is null ? null : new LiteralSyntax(TextSpan.Between(start, _at), literal);
    }
}
