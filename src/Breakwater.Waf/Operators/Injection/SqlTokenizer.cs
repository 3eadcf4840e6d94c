namespace Breakwater.Waf.Operators.Injection;

/// <summary>Where a value stands in the statement that it may have been put into.</summary>
internal enum SqlContext : byte
{
    AsIs,
    InSingleQuotes,
    InDoubleQuotes,
}

/// <summary>Whose comments: in MySQL <c>#</c> begins one and <c>--</c> needs a blank behind it; by the standard <c>#</c> is an operator.</summary>
internal enum SqlDialect : byte
{
    Ansi,
    MySql,
}

/// <summary>
/// Splits a value into tokens of SQL, lenient as the union of what databases accept. Every byte is looked at a constant number of times.
/// Owned by one scan. Numbers and quoted texts are in the other part.
/// </summary>
internal ref partial struct SqlTokenizer(ReadOnlySpan<byte> text, SqlContext context, SqlDialect dialect)
{
    private static readonly SqlToken[] Lones = [.. Enumerable.Range(0, 256).Select(static b => new SqlToken
    {
        Type = SqlBytes.KindOf((byte)b) switch
        {
            SqlByteKind.Mark or SqlByteKind.Backslash => (SqlTokenType)b,
            SqlByteKind.Digit => SqlTokenType.Number,
            SqlByteKind.Other => SqlTokenType.Unknown,
            _ => b == ':' ? SqlTokenType.Colon : SqlBytes.MayBeginWord((byte)b) ? SqlTokenType.Bareword : SqlTokenType.Operation,
        },
        First = (byte)b,
        Length = 1,
        Word = -1,
    })];

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    public readonly ReadOnlySpan<byte> Text => _text;

    /// <summary>Whether a token may be passed over by looking at its bytes: not so where the value begins within quotes.</summary>
    public readonly bool CanSkip => _at > 0 || context == SqlContext.AsIs;

    /// <summary>Where the next token is looked for.</summary>
    public readonly int At => _at;

    /// <summary>Tokens given so far.</summary>
    public int Count { get; private set; }

    /// <summary>Something was read that the other dialect reads otherwise.</summary>
    public bool IsDialectal { get; private set; }

    /// <summary>The next token; false, with the token as it was, at the end.</summary>
    public bool TryNext(ref SqlToken token)
    {
        ReadOnlySpan<byte> text = _text;
        int at = _at;
        if (at == 0 && context != SqlContext.AsIs && !text.IsEmpty)
        {
            _at = ReadQuoted(0, context == SqlContext.InSingleQuotes ? (byte)'\'' : (byte)'"', ref token);
            token.Open = 0;
        }
        else
        {
            while ((uint)at < (uint)text.Length && SqlBytes.KindOf(text[at]) == SqlByteKind.White) at++;
            if (at >= text.Length) return false;
            _at = Read(at, ref token);
        }

        Count++;
        return true;
    }

    /// <summary>A token of one byte, where it is one (<see cref="SqlShape.OfLone"/>); where it starts is left to the caller.</summary>
    public static ref readonly SqlToken Lone(byte value) => ref Lones[value];

    /// <summary>So many tokens were read past this one, up to a place.</summary>
    public void GoTo(int at, int read)
    {
        _at = at;
        Count += read;
    }

    /// <summary>Reads the token at a place. Gives where to go on.</summary>
    public int Read(int at, ref SqlToken token)
    {
        byte first = _text[at];
        return SqlBytes.KindOf(first) switch
        {
            SqlByteKind.Word => ReadWord(at, ref token),
            SqlByteKind.Digit => ReadNumber(at, ref token),
            SqlByteKind.Quote => ReadQuoted(at + 1, first, ref token),
            SqlByteKind.Mark => Take((SqlTokenType)first, at, 1, ref token),
            SqlByteKind.Operator => Take(SqlTokenType.Operation, at, 1, ref token),
            SqlByteKind.LongOperator => ReadOperator(at, ref token),
            SqlByteKind.Dash => ReadDash(at, ref token),
            SqlByteKind.Slash => ReadSlash(at, ref token),
            SqlByteKind.Hash => ReadHash(at, ref token),
            SqlByteKind.Backslash => ReadBackslash(at, ref token),
            SqlByteKind.Variable => ReadVariable(at, ref token),
            SqlByteKind.Money => ReadMoney(at, ref token),
            SqlByteKind.Tick => ReadTicked(at + 1, ref token),
            SqlByteKind.Bracket => ReadBracketed(at, ref token),
            SqlByteKind.BitText => ReadDigitsText(at, SqlBytes.Binary, ref token),
            SqlByteKind.HexText => ReadDigitsText(at, SqlBytes.Hexadecimal, ref token),
            SqlByteKind.EscapedText => ReadEscapedText(at, ref token),
            SqlByteKind.NationalText => IsQuoteAt(at + 1) ? ReadEscapedText(at, ref token) : ReadQText(at, at + 1, ref token),
            SqlByteKind.QText => ReadQText(at, at, ref token),
            SqlByteKind.UnicodeText => ReadUnicodeText(at, ref token),
            _ => Take(SqlTokenType.Unknown, at, 1, ref token),
        };
    }

    private readonly int Take(SqlTokenType type, int start, int length, ref SqlToken token)
    {
        token.Type = type;
        token.Open = token.Close = 0;
        token.First = length == 0 ? (byte)0 : _text[start];
        token.Length = (byte)Math.Min(length, SqlToken.MaxLength);
        token.Start = start;
        token.Word = -1;
        token.IsPhrase = false;
        return start + length;
    }

    /// <summary>A byte of the text; NUL beyond its end.</summary>
    private readonly byte ByteAt(int at) => at < _text.Length ? _text[at] : (byte)0;

    /// <summary>A quote with something behind it.</summary>
    private readonly bool IsQuoteAt(int at) => at + 1 < _text.Length && _text[at] == '\'';

    private int ReadWord(int at, ref SqlToken token)
    {
        ReadOnlySpan<byte> rest = _text[at..];
        ReadOnlySpan<byte> seen = rest[..Math.Min(rest.Length, SqlToken.MaxLength)];
        for (int i = 0; i < seen.Length; i++)
        {
            if (!SqlBytes.MayEndWord(seen[i])) continue;
            short word = SqlWords.Shared.Find(rest, i);
            // SELECT.1 and SELECT`a`: only what stands before is the keyword.
            bool isEnd = seen[i] is not ((byte)'.' or (byte)'`');
            if (isEnd || SqlWords.Shared.TypeOf(word) is not (SqlTokenType.None or SqlTokenType.Bareword)) return TakeWord(word, at, i, ref token);
        }

        if (seen.Length == rest.Length) return TakeWord(SqlWords.Shared.Find(rest), at, rest.Length, ref token);
        int more = rest[seen.Length..].IndexOfAny(SqlBytes.WordEnds);
        int length = more < 0 ? rest.Length : seen.Length + more;
        return length > SqlToken.MaxLength ? Take(SqlTokenType.Bareword, at, length, ref token) : TakeWord(SqlWords.Shared.Find(rest, length), at, length, ref token);
    }

    private readonly int TakeWord(short word, int start, int length, ref SqlToken token)
    {
        SqlTokenType type = SqlWords.Shared.TypeOf(word);
        Take(type == SqlTokenType.None ? SqlTokenType.Bareword : type, start, length, ref token);
        token.Word = word;
        return start + length;
    }

    /// <summary>MySQL's quoted names: a word whatever it says, unless it names a function.</summary>
    private int ReadTicked(int start, ref SqlToken token)
    {
        int next = ReadQuoted(start, (byte)'`', ref token);
        short word = SqlWords.Shared.Find(_text.Slice(start, token.Length));
        token.Type = SqlWords.Shared.TypeOf(word) == SqlTokenType.Function ? SqlTokenType.Function : SqlTokenType.Bareword;
        token.Word = word;
        return next;
    }

    /// <summary>SQL Server's quoted names.</summary>
    private int ReadBracketed(int at, ref SqlToken token)
    {
        int end = _text[at..].IndexOf((byte)']');
        return Take(SqlTokenType.Bareword, at, end < 0 ? _text.Length - at : end + 1, ref token);
    }

    private int ReadVariable(int at, ref SqlToken token)
    {
        int start = ByteAt(at + 1) == '@' ? at + 2 : at + 1;
        if (start < _text.Length && _text[start] is (byte)'\'' or (byte)'"' or (byte)'`')
        {
            int next = ReadQuoted(start + 1, _text[start], ref token);
            token.Type = SqlTokenType.Variable;
            return next;
        }

        int length = _text[start..].IndexOfAny(SqlBytes.VariableEnds);
        return Take(SqlTokenType.Variable, start, length < 0 ? _text.Length - start : length, ref token);
    }

    private int ReadOperator(int at, ref SqlToken token)
    {
        ReadOnlySpan<byte> rest = _text[at..];
        if (rest.StartsWith("<=>"u8)) return Take(SqlTokenType.Operation, at, 3, ref token);
        SqlTokenType pair = rest.Length < 2 ? SqlTokenType.None : SqlWords.Shared.TypeOf(rest[0], rest[1]);
        if (pair != SqlTokenType.None) return Take(pair, at, 2, ref token);
        return Take(rest.Length > 1 && rest[0] == ':' ? SqlTokenType.Colon : SqlTokenType.Operation, at, 1, ref token);
    }

    private int ReadDash(int at, ref SqlToken token)
    {
        if (ByteAt(at + 1) != '-') return Take(SqlTokenType.Operation, at, 1, ref token);
        if (at + 2 == _text.Length || SqlBytes.IsWhite(_text[at + 2])) return ReadLineComment(at, ref token);
        if (dialect == SqlDialect.MySql) return Take(SqlTokenType.Operation, at, 1, ref token);
        IsDialectal = true;
        return ReadLineComment(at, ref token);
    }

    private int ReadHash(int at, ref SqlToken token)
    {
        IsDialectal = true;
        return dialect == SqlDialect.MySql ? ReadLineComment(at, ref token) : Take(SqlTokenType.Operation, at, 1, ref token);
    }

    private int ReadLineComment(int at, ref SqlToken token)
    {
        int length = _text[at..].IndexOf((byte)'\n');
        return length < 0 ? Take(SqlTokenType.Comment, at, _text.Length - at, ref token) : Take(SqlTokenType.Comment, at, length, ref token) + 1;
    }

    private int ReadSlash(int at, ref SqlToken token)
    {
        if (ByteAt(at + 1) != '*') return Take(SqlTokenType.Operation, at, 1, ref token);
        ReadOnlySpan<byte> inside = _text[(at + 2)..];
        int end = IndexOf(inside, (byte)'*', (byte)'/');
        // PostgreSQL nests comments, others do not; and MySQL runs what stands in /*! */.
        bool evil = (end >= 0 && IndexOf(inside[..(end + 1)], (byte)'/', (byte)'*') >= 0) || (inside.Length > 0 && inside[0] == '!');
        return Take(evil ? SqlTokenType.Evil : SqlTokenType.Comment, at, end < 0 ? _text.Length - at : end + 4, ref token);
    }

    /// <summary>Where two bytes are. A text that is made of comments has short ones, for which a search by vectors is slow.</summary>
    private static int IndexOf(ReadOnlySpan<byte> text, byte first, byte second)
    {
        const int Near = 16;
        int near = Math.Min(text.Length - 1, Near);
        for (int i = 0; i < near; i++)
        {
            if (text[i] == first && text[i + 1] == second) return i;
        }

        if (near < Near) return -1;
        int far = text[Near..].IndexOf([first, second]);
        return far < 0 ? -1 : Near + far;
    }

    /// <summary>MySQL's <c>\N</c> is NULL.</summary>
    private int ReadBackslash(int at, ref SqlToken token) =>
        ByteAt(at + 1) == 'N' ? Take(SqlTokenType.Number, at, 2, ref token) : Take(SqlTokenType.Backslash, at, 1, ref token);
}
