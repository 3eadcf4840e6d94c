namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// All that <see cref="SqlFolding"/>'s rules see of a token whose text they do not read: its type, a number of five bits in place of a letter, and
/// kinds of operators. Tokens of the same shape are folded alike. Immutable.
/// </summary>
internal static class SqlShape
{
    /// <summary>Bits of a shape.</summary>
    public const int Bits = 5;

    /// <summary>No token.</summary>
    public const int None = 0;

    /// <summary><c>+</c> and <c>-</c>: with one operand or two.</summary>
    public const int Sign = 31;

    /// <summary><c>!</c>, <c>!!</c>, <c>~</c>: with one operand.</summary>
    public const int Negation = 30;

    /// <summary><c>*</c>, <c>/</c>, <c>%</c>.</summary>
    public const int Factor = 29;

    /// <summary>PostgreSQL's <c>::</c>.</summary>
    public const int Cast = 28;

    /// <summary>The rules may read the token's text.</summary>
    public const int Other = 27;

    /// <summary>What stands between tokens.</summary>
    public const int Blank = 26;

    private const byte MayGoOn = 1 << Bits;

    private static readonly byte[] OfTypes = Types();
    private static readonly byte[] OfFirst = [.. Enumerable.Range(0, 256).Select(static b => First((byte)b))];
    private static readonly ulong[] Joined = Pairs();

    /// <summary>The shape of a type; of operators, of those that are of no other kind.</summary>
    public static int Of(SqlTokenType type) => OfTypes[(byte)type];

    /// <summary>The shape of an operator of one byte.</summary>
    public static int OfOperator(byte mark) => mark switch
    {
        (byte)'+' or (byte)'-' => Sign,
        (byte)'!' or (byte)'~' => Negation,
        (byte)'*' or (byte)'/' or (byte)'%' => Factor,
        _ => Of(SqlTokenType.Operation),
    };

    /// <summary>The shape of a token that is no more than one byte; none where it is longer, or may be.</summary>
    /// <param name="first">The byte.</param>
    /// <param name="next">The byte behind it.</param>
    public static int OfLone(byte first, byte next)
    {
        int shape = OfFirst[first];
        if (shape < MayGoOn) return shape;
        int pair = (first << 8) | next;
        return (Joined[pair >> 6] & (1UL << pair)) != 0 ? None : shape - MayGoOn;
    }

    private static byte First(byte first) => SqlBytes.KindOf(first) switch
    {
        SqlByteKind.White => Blank,
        SqlByteKind.Mark => OfTypes[first],
        SqlByteKind.Operator => (byte)OfOperator(first),
        SqlByteKind.Digit when first != '.' => (byte)(MayGoOn | Of(SqlTokenType.Number)),
        _ when SqlBytes.MayBeginWord(first) && SqlWords.Shared.Find([first]) < 0 => (byte)(MayGoOn | Of(SqlTokenType.Bareword)),
        SqlByteKind.Backslash => (byte)(MayGoOn | Of(SqlTokenType.Backslash)),
        SqlByteKind.Other => (byte)Of(SqlTokenType.Unknown),
        SqlByteKind.LongOperator when first == ':' => (byte)(MayGoOn | Of(SqlTokenType.Colon)),
        SqlByteKind.LongOperator or SqlByteKind.Dash or SqlByteKind.Slash => (byte)(MayGoOn | OfOperator(first)),
        _ => None,
    };

    /// <summary>A bit for each two bytes of which the second may belong to the token that the first one begins.</summary>
    private static ulong[] Pairs()
    {
        ulong[] joined = new ulong[1 << 10];
        for (int pair = 0; pair < 1 << 16; pair++)
        {
            byte first = (byte)(pair >> 8), next = (byte)pair;
            bool isJoined = SqlBytes.KindOf(first) switch
            {
                SqlByteKind.Digit => SqlBytes.IsDigit(next) || ".eEdDfFxXbB"u8.Contains(next),
                SqlByteKind.Dash => next == '-',
                SqlByteKind.Slash => next == '*',
                SqlByteKind.Backslash => next == 'N',
                SqlByteKind.Word => !SqlBytes.WordEnds.Contains(next),
                >= SqlByteKind.BitText => next is (byte)'\'' or (byte)'&' || !SqlBytes.WordEnds.Contains(next),
                // At the end, where nothing is next, a colon is an operator.
                SqlByteKind.LongOperator when first == ':' && next == 0 => true,
                _ => SqlWords.Shared.TypeOf(first, next) != SqlTokenType.None,
            };
            if (isJoined) joined[pair >> 6] |= 1UL << pair;
        }

        return joined;
    }

    private static byte[] Types()
    {
        byte[] shapes = new byte[256];
        byte next = None;
        foreach (SqlTokenType type in Enum.GetValues<SqlTokenType>())
        {
            if (type is not (SqlTokenType.None or SqlTokenType.Comment or SqlTokenType.Collate)) shapes[(byte)type] = ++next;
        }

        if (next >= Blank) throw new InvalidOperationException($"{next} types");
        shapes[(byte)SqlTokenType.Collate] = Other;
        return shapes;
    }
}
