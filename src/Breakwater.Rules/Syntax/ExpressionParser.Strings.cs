using System.Globalization;
using System.Text;

namespace Breakwater.Rules.Syntax;

/// <content>String literals in their four forms.</content>
internal sealed partial class ExpressionParser
{
    private const int MostHashes = 255;

    /// <summary>Bytes of a literal while it is read, and where in the expression each came from, for errors inside patterns.</summary>
    private readonly List<byte> _bytes = [];
    private readonly List<int> _sources = [];

    private bool AtString => Current == '"' || (Current == 'r' && _at + 1 < _text.Length && _text[_at + 1] is '"' or '#');

    /// <summary>A string: <c>"…"</c>, <c>r"…"</c>, <c>r#"…"#</c> or bytes such as <c>01:2e:f3</c>.</summary>
    private BytesLiteral? String()
    {
        _bytes.Clear();
        _sources.Clear();
        if (Current == '"') return Quoted() ? new BytesLiteral([.. _bytes], BytesForm.Quoted) : null;
        if (AtString) return Raw() ? new BytesLiteral([.. _bytes], BytesForm.Raw) : null;
        if (char.IsAsciiHexDigit(Current)) return HexBytes() ? new BytesLiteral([.. _bytes], BytesForm.Hex) : null;
        if (Current == '\'') Fail(new TextSpan(_at, 1), "a string stands in double quotes");
        else FailExpected("a string in quotes");
        return null;
    }

    /// <summary>
    /// A regular expression: as a string, but in quotes only <c>\"</c> is an escape, and a quote in a class does not end it.
    /// </summary>
    private BytesLiteral? PatternString()
    {
        if (Current != '"') return AtString ? String() : FailPattern();
        _bytes.Clear();
        _sources.Clear();
        int opened = _at++;
        bool inClass = false;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '"' && !inClass)
            {
                _at++;
                return new BytesLiteral([.. _bytes], BytesForm.Quoted);
            }

            if (c == '\\' && _at + 1 < _text.Length)
            {
                if (inClass || _text[_at + 1] != '"') AddCharacter();
                else _at++;
                AddCharacter();
                continue;
            }

            if (c == '[') inClass = true;
            else if (c == ']') inClass = false;
            AddCharacter();
        }

        Fail(new TextSpan(opened, 1), inClass
            ? "this regular expression is never closed: a '[' in it is still open" : "this string is never closed");
        return null;
    }

    private BytesLiteral? FailPattern()
    {
        FailExpected("a regular expression in quotes");
        return null;
    }

    private bool Quoted()
    {
        int opened = _at++;
        while (_at < _text.Length)
        {
            switch (_text[_at])
            {
                case '"':
                    _at++;
                    return true;
                case '\\' when _at + 1 == _text.Length:
                    return Fail(new TextSpan(opened, 1), "this string is never closed");
                case '\\':
                    if (!Escape()) return false;
                    break;
                default:
                    AddCharacter();
                    break;
            }
        }

        return Fail(new TextSpan(opened, 1), "this string is never closed");
    }

    private bool Escape()
    {
        int start = _at++;
        char c = _text[_at];
        if (c is '"' or '\\')
        {
            AddCharacter();
            return true;
        }

        if (c is not ('x' or (>= '0' and <= '7')))
        {
            return Fail(
                new TextSpan(start, 2),
                $"\\{c} is no escape; there are \\\", \\\\, \\xHH and \\OOO, and in a raw string r\"...\" nothing is escaped");
        }

        (int skip, int length, int radix) = c == 'x' ? (1, 2, 16) : (0, 3, 8);
        int value = 0;
        for (int i = 0; i < length; i++)
        {
            int at = _at + skip + i;
            int digit = at < _text.Length && char.IsAsciiHexDigit(_text[at]) ? Convert.ToInt32(_text[at].ToString(), 16) : radix;
            if (digit >= radix)
            {
                return Fail(TextSpan.Between(start, Math.Min(at + 1, _text.Length)), radix == 16
                    ? "\\x needs two hexadecimal digits" : "\\ needs three octal digits");
            }

            value = (value * radix) + digit;
        }

        if (value > 255) return Fail(new TextSpan(start, 4), "three octal digits of a byte are at most \\377");
        Add((byte)value, start);
        _at += skip + length;
        return true;
    }

    private bool Raw()
    {
        int opened = _at++;
        int hashes = 0;
        while (Current == '#')
        {
            hashes++;
            _at++;
        }

        if (hashes > MostHashes) return Fail(new TextSpan(opened, 1), $"a raw string has at most {MostHashes} #");
        if (!TryTake("\"")) return FailExpected("'\"' after r and #");
        string end = "\"" + new string('#', hashes);
        int close = _text.IndexOf(end, _at, StringComparison.Ordinal);
        if (close < 0)
        {
            return Fail(
                new TextSpan(opened, 1), $"this raw string is never closed; it ends with {(hashes < 10 ? end : "a quote and as many #")}");
        }

        while (_at < close) AddCharacter();
        _at += end.Length;
        return true;
    }

    private bool HexBytes()
    {
        int start = _at;
        while (true)
        {
            if (_at + 2 > _text.Length
                || !byte.TryParse(_text.AsSpan(_at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                return _bytes.Count == 0 ? FailExpected("a string in quotes") : FailExpected("two hexadecimal digits");
            }

            Add(value, _at);
            _at += 2;
            bool more = Current is ':' or '-' or '.';
            if (!more)
            {
                return _bytes.Count > 1
                    || Fail(TextSpan.Between(start, _at), "expected a string in quotes; bytes such as 01:2e are two or more");
            }

            _at++;
        }
    }

    private void AddCharacter()
    {
        int source = _at;
        Span<byte> utf8 = stackalloc byte[4];
        Rune.DecodeFromUtf16(_text.AsSpan(_at), out Rune rune, out int consumed);
        _at += consumed;
        int length = rune.EncodeToUtf8(utf8);
        for (int i = 0; i < length; i++) Add(utf8[i], source);
    }

    private void Add(byte value, int source)
    {
        _bytes.Add(value);
        _sources.Add(source);
    }

    /// <summary>Where in the expression a byte of the string read last came from; behind the last byte, its closing quote.</summary>
    private int Source(int offset) => (uint)offset < (uint)_sources.Count ? _sources[offset] : Math.Max(0, _at - 1);
}
