using static Breakwater.Waf.Operators.Injection.SqlTokenType;

namespace Breakwater.Waf.Operators.Injection;

/// <summary>Short fingerprints of attacks that ordinary values have too: a second look at the value tells which it is. Stateless.</summary>
internal static class SqlHarmless
{
    /// <param name="text">The value.</param>
    /// <param name="fingerprint">One of those of attacks.</param>
    /// <param name="tokens">What it stands for.</param>
    /// <param name="read">Tokens that were read before folding.</param>
    public static bool Is(ReadOnlySpan<byte> text, SqlFingerprint fingerprint, ReadOnlySpan<SqlToken> tokens, int read)
    {
        int length = fingerprint.Length;
        // SQL Server keeps a statement out of its log that says this, even in a comment.
        if (length > 1 && tokens[length - 1].Type == Comment && text.IndexOf("sp_password"u8) >= 0) return false;
        return length switch
        {
            2 => IsPair(text, tokens, read),
            3 => IsTriple(text, fingerprint, tokens, read),
            _ => false,
        };
    }

    private static bool IsPair(ReadOnlySpan<byte> text, ReadOnlySpan<SqlToken> tokens, int read)
    {
        SqlToken second = tokens[1];
        byte mark = second.First;
        // "1 union" may be said; with something folded away it is not.
        if (second.Type == Union) return read == 2;
        if (mark == '#') return true;
        if (second.Type == Comment)
        {
            // "see also --" is prose.
            if (tokens[0].Type == Bareword && mark != '/') return true;
            if (tokens[0].Type == Number) return mark != '/' && read <= 2 && !IsNumberAlone(text, tokens[0].Length);
        }

        // 1-- but not 1-- and more: people write dashes.
        return second.Length > 2 && mark == '-';
    }

    /// <summary>Behind the number comes a blank or a comment: 1234-ABCDEF-- has none there, it is somebody's identifier.</summary>
    private static bool IsNumberAlone(ReadOnlySpan<byte> text, int length)
    {
        ReadOnlySpan<byte> rest = text[length..];
        return rest.IsEmpty || rest[0] <= ' ' || rest[0] > 0x7F || rest.StartsWith("/*"u8) || rest.StartsWith("--"u8);
    }

    private static bool IsTriple(ReadOnlySpan<byte> text, SqlFingerprint fingerprint, ReadOnlySpan<SqlToken> tokens, int read)
    {
        // ..a' + 'b..: quotes that were there before the value and go on behind it. Else it's a text in quotes.
        if (fingerprint.Is("sos") || fingerprint.Is("s&s"))
            return tokens[0].Open != 0 || tokens[2].Close != 0 || tokens[0].Close != tokens[2].Open;
        // "sexy and 17", but not "sexy and 17<18".
        if (fingerprint.Is("s&n") || fingerprint.Is("n&1") || fingerprint.Is("1&1") || fingerprint.Is("1&v") || fingerprint.Is("1&s"))
            return read == 3;
        // Of keywords between two values only INTO OUTFILE and INTO DUMPFILE do harm.
        return tokens[1].Type == Keyword && !(tokens[1].Length > 4 && System.Text.Ascii.EqualsIgnoreCase(tokens[1].ValueIn(text)[..4], "INTO"u8));
    }
}
