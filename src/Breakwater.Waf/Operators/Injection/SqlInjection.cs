namespace Breakwater.Waf.Operators.Injection;

/// <summary>
/// Whether a value would change an SQL statement that it was put into: its tokens, folded to a fingerprint, look like those of an attack, be
/// the value put in as it is, within single quotes or within double quotes. The method is that of libinjection (N. Galbreath, Black Hat USA
/// 2012), and so is every verdict. Linear time, no allocation. Stateless.
/// </summary>
internal static class SqlInjection
{
    public static bool IsFound(ReadOnlySpan<byte> value, out SqlFingerprint fingerprint)
    {
        fingerprint = default;
        if (value.IsEmpty || IsOneToken(value)) return false;
        return IsAttack(value, SqlContext.AsIs, out fingerprint)
            || (value.Contains((byte)'\'') && IsAttack(value, SqlContext.InSingleQuotes, out fingerprint))
            || (value.Contains((byte)'"') && IsAttack(value, SqlContext.InDoubleQuotes, SqlDialect.MySql, out fingerprint, out _));
    }

    /// <summary>A lone word or number is one token in every context, and of attacks' fingerprints only that of <see cref="SqlFingerprint.Evil"/> is one letter.</summary>
    private static bool IsOneToken(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOfAnyExcept(SqlBytes.Plain);
        return end < 0 && (!SqlBytes.IsDigit(value[0]) || !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    private static bool IsAttack(ReadOnlySpan<byte> value, SqlContext context, out SqlFingerprint fingerprint) =>
        IsAttack(value, context, SqlDialect.Ansi, out fingerprint, out bool isDialectal)
        || (isDialectal && IsAttack(value, context, SqlDialect.MySql, out fingerprint, out _));

    private static bool IsAttack(ReadOnlySpan<byte> value, SqlContext context, SqlDialect dialect, out SqlFingerprint fingerprint, out bool isDialectal)
    {
        Span<SqlToken> tokens = stackalloc SqlToken[SqlFolding.Room];
        SqlFoldingMemory? memory = value.Length < SqlFoldingMemory.LeastLength ? null : SqlFoldingMemory.OfThread;
        SqlFolding folding = new(new SqlTokenizer(value, context, dialect), tokens, memory);
        tokens = tokens[..folding.Run()];
        isDialectal = folding.IsDialectal;
        MarkPhpComment(tokens);
        fingerprint = SqlFingerprint.Of(tokens);
        return SqlFingerprints.Contains(fingerprint) && !SqlHarmless.Is(value, fingerprint, tokens, folding.ReadCount);
    }

    /// <summary>A lone back-quote at the end hides what follows it in the statement, as a comment does.</summary>
    private static void MarkPhpComment(Span<SqlToken> tokens)
    {
        if (tokens.Length > 2 && tokens[^1] is { Type: SqlTokenType.Bareword, Open: (byte)'`', Close: 0, Length: 0 }) tokens[^1].Type = SqlTokenType.Comment;
    }
}
