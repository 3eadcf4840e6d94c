using System.Buffers;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>Numbers, money, and texts in quotes of all kinds.</summary>
internal ref partial struct SqlTokenizer
{
    /// <summary>A text up to its closing quote. A quote that is doubled or stands behind an odd number of backslashes is part of it.</summary>
    private int ReadQuoted(int start, byte quote, ref SqlToken token)
    {
        int from = start;
        while (true)
        {
            int found = _text[from..].IndexOf(quote);
            if (found < 0)
            {
                Take(SqlTokenType.Literal, start, _text.Length - start, ref token);
                token.Open = quote;
                return _text.Length;
            }

            int at = from + found;
            if (IsEscaped(start, at))
            {
                from = at + 1;
            }
            else if (ByteAt(at + 1) == quote)
            {
                from = at + 2;
            }
            else
            {
                Take(SqlTokenType.Literal, start, at - start, ref token);
                token.Open = token.Close = quote;
                return at + 1;
            }
        }
    }

    private readonly bool IsEscaped(int start, int at)
    {
        int last = _text[start..at].LastIndexOfAnyExcept((byte)'\\');
        return ((at - start - 1 - last) & 1) != 0;
    }

    private int ReadEscapedText(int at, ref SqlToken token) => IsQuoteAt(at + 1) ? ReadQuoted(at + 2, (byte)'\'', ref token) : ReadWord(at, ref token);

    private int ReadUnicodeText(int at, ref SqlToken token)
    {
        if (!_text[at..][1..].StartsWith("&'"u8)) return ReadWord(at, ref token);
        int next = ReadQuoted(at + 3, (byte)'\'', ref token);
        token.Open = (byte)'u';
        if (token.Close != 0) token.Close = (byte)'u';
        return next;
    }

    /// <summary><c>b'01'</c> and <c>x'4A'</c>: a number.</summary>
    private int ReadDigitsText(int at, SearchValues<byte> digits, ref SqlToken token)
    {
        if (!IsQuoteAt(at + 1)) return ReadWord(at, ref token);
        int length = _text[(at + 2)..].IndexOfAnyExcept(digits);
        return length >= 0 && _text[at + 2 + length] == '\'' ? Take(SqlTokenType.Number, at, length + 3, ref token) : ReadWord(at, ref token);
    }

    /// <summary>Oracle's <c>q'[..]'</c>, perhaps with an <c>n</c> before it.</summary>
    private int ReadQText(int word, int at, ref SqlToken token)
    {
        // Only a printable ASCII byte can delimit it.
        if ((ByteAt(at) | 0x20) != 'q' || !IsQuoteAt(at + 1) || _text[at + 2] is < 0x21 or > 0x7F) return ReadWord(word, ref token);
        byte close = _text[at + 2] switch { (byte)'(' => (byte)')', (byte)'[' => (byte)']', (byte)'{' => (byte)'}', (byte)'<' => (byte)'>', byte b => b };
        return ReadDelimited(at + 3, [close, (byte)'\''], (byte)'q', ref token);
    }

    private int ReadDelimited(int start, scoped ReadOnlySpan<byte> close, byte mark, ref SqlToken token)
    {
        int length = _text[start..].IndexOf(close);
        Take(SqlTokenType.Literal, start, length < 0 ? _text.Length - start : length, ref token);
        token.Open = mark;
        if (length < 0) return _text.Length;
        token.Close = mark;
        return start + length + close.Length;
    }

    /// <summary><c>$1,000.00</c>, PostgreSQL's <c>$$..$$</c> and <c>$tag$..$tag$</c>, or a lone sign.</summary>
    private int ReadMoney(int at, ref SqlToken token)
    {
        ReadOnlySpan<byte> rest = _text[(at + 1)..];
        if (rest.IsEmpty || !SqlBytes.MayFollowMoney(rest[0])) return Take(SqlTokenType.Bareword, at, 1, ref token);
        int digits = LengthOf(rest, SqlBytes.Money);
        if (digits == 1 && rest[0] == '.') return ReadWord(at, ref token);
        if (digits > 0) return Take(SqlTokenType.Number, at, digits + 1, ref token);
        if (rest[0] == '$') return ReadDelimited(at + 2, "$$"u8, (byte)'$', ref token);
        int tag = LengthOf(rest, SqlBytes.Tag);
        if (tag == 0 || tag == rest.Length || rest[tag] != '$') return Take(SqlTokenType.Bareword, at, 1, ref token);
        return ReadDelimited(at + tag + 2, _text.Slice(at, tag + 2), (byte)'$', ref token);
    }

    private int ReadNumber(int start, ref SqlToken token)
    {
        if (_text[start] == '0' && (ByteAt(start + 1) | 0x20) is 'x' or 'b' && start + 1 < _text.Length)
        {
            int digits = LengthOf(_text[(start + 2)..], (_text[start + 1] | 0x20) == 'x' ? SqlBytes.Hexadecimal : SqlBytes.Binary);
            return Take(digits == 0 ? SqlTokenType.Bareword : SqlTokenType.Number, start, digits + 2, ref token);
        }

        int at = SkipDigits(start);
        if (ByteAt(at) == '.')
        {
            at = SkipDigits(at + 1);
            if (at == start + 1) return Take(SqlTokenType.Dot, start, 1, ref token);
        }

        bool isNumber = true;
        if ((ByteAt(at) | 0x20) == 'e')
        {
            at++;
            if (ByteAt(at) is (byte)'+' or (byte)'-') at++;
            int exponent = at;
            at = SkipDigits(at);
            // 10.10E is a word.
            isNumber = at > exponent;
        }

        if (IsOracleSuffix(at)) at++;
        return Take(isNumber ? SqlTokenType.Number : SqlTokenType.Bareword, start, at - start, ref token);
    }

    /// <summary>Oracle's <c>1.2d</c> and <c>1.2f</c>, where the letter can't begin a word: <c>1FROM</c> is 1 and FROM, <c>1fUNION</c> is 1f and UNION.</summary>
    private readonly bool IsOracleSuffix(int at) =>
        (ByteAt(at) | 0x20) is 'd' or 'f' && (at + 1 == _text.Length || _text[at + 1] is (byte)';' or (byte)'u' or (byte)'U' || SqlBytes.IsWhite(_text[at + 1]));

    private readonly int SkipDigits(int at)
    {
        while (at < _text.Length && SqlBytes.IsDigit(_text[at])) at++;
        return at;
    }

    private static int LengthOf(ReadOnlySpan<byte> text, SearchValues<byte> of) => text.IndexOfAnyExcept(of) is >= 0 and int end ? end : text.Length;
}
