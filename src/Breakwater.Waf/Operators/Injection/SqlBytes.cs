using System.Buffers;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>Tables of bytes for <see cref="SqlTokenizer"/>. Immutable.</summary>
internal static class SqlBytes
{
    // NUL is white in most places, and counts as a digit or letter of what a literal is made of: so the databases' own readers once did.
    public static readonly SearchValues<byte> WordEnds = SearchValues.Create([.. " []{}<>:\\?=@!#~+-*/&|^%(),';\t\n\v\f\r\"\0"u8, 0xA0]);
    public static readonly SearchValues<byte> VariableEnds = SearchValues.Create(" <>:\\?=@!#~+-*/&|^%(),';\t\n\v\f\r`\"\0"u8);
    public static readonly SearchValues<byte> Binary = SearchValues.Create("01\0"u8);
    public static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789ABCDEFabcdef\0"u8);
    public static readonly SearchValues<byte> Money = SearchValues.Create("0123456789.,\0"u8);
    public static readonly SearchValues<byte> Tag = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\0"u8);

    /// <summary>Of such bytes, the first one no digit, a value is one word; of digits, one number.</summary>
    public static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => char.IsAsciiLetterOrDigit((char)b) || b == '_' || b is >= 0x80 and not 0xA0).Select(b => (byte)b)]);

    private static readonly SqlByteKind[] Kinds = Table();
    private static readonly bool[] WordMayEnd = [.. Enumerable.Range(0, 256).Select(b => b is '.' or '`' || WordEnds.Contains((byte)b))];

    private static readonly bool[] FollowMoney = [.. Enumerable.Range(0, 256).Select(b => b == '$' || Money.Contains((byte)b) || Tag.Contains((byte)b))];

    public static SqlByteKind KindOf(byte b) => Kinds[b];

    /// <summary>Whether a word ends there, or a keyword before a dot or a back-quote.</summary>
    public static bool MayEndWord(byte b) => WordMayEnd[b];

    /// <summary>Whether a word may begin with it.</summary>
    public static bool MayBeginWord(byte b) => KindOf(b) is SqlByteKind.Word or >= SqlByteKind.BitText;

    /// <summary>Whether what begins with a dollar sign may go on there.</summary>
    public static bool MayFollowMoney(byte b) => FollowMoney[b];

    public static bool IsWhite(byte b) => b is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r') or 0xA0 or 0;

    public static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private static SqlByteKind[] Table()
    {
        SqlByteKind[] kinds = new SqlByteKind[256];
        for (int b = 0; b <= ' '; b++) kinds[b] = SqlByteKind.White;
        kinds[0x7F] = kinds[0xA0] = SqlByteKind.White;
        Set("0123456789.", SqlByteKind.Digit);
        Set("'\"", SqlByteKind.Quote);
        Set("(),;{}", SqlByteKind.Mark);
        Set("%+=^~", SqlByteKind.Operator);
        Set("!&*:<>|", SqlByteKind.LongOperator);
        Set("-", SqlByteKind.Dash);
        Set("/", SqlByteKind.Slash);
        Set("#", SqlByteKind.Hash);
        Set("\\", SqlByteKind.Backslash);
        Set("@", SqlByteKind.Variable);
        Set("$", SqlByteKind.Money);
        Set("`", SqlByteKind.Tick);
        Set("[", SqlByteKind.Bracket);
        Set("]?", SqlByteKind.Other);
        Set("bB", SqlByteKind.BitText);
        Set("xX", SqlByteKind.HexText);
        Set("eE", SqlByteKind.EscapedText);
        Set("nN", SqlByteKind.NationalText);
        Set("qQ", SqlByteKind.QText);
        Set("uU", SqlByteKind.UnicodeText);
        return kinds;

        void Set(string bytes, SqlByteKind kind)
        {
            foreach (char b in bytes) kinds[b] = kind;
        }
    }
}
