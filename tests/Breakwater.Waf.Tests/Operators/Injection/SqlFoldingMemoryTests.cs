using System.Text;
using Breakwater.Waf.Operators.Injection;
using CsCheck;

namespace Breakwater.Waf.Tests.Operators.Injection;

/// <summary>Folding by what was folded before comes to the same tokens as folding them one by one.</summary>
public sealed class SqlFoldingMemoryTests
{
    private static readonly string[] Pieces =
    [
        "1", "12", "1.5", ".", "a", "bc", "'x'", "\"y\"", "`a`", "``", "`user`", "@v", "@", "@@v", "=", "<", "<=", "<=>", "!", "!!", "~", "+", "-", "--", "-- ", "#", "*", "/", "/*c*/", "%", "^", "|", "||", "&", "&&",
        "::", ":", ":=", ",", ";", "(", ")", "{", "}", "[a]", "]", "?", "\\", "\\N", "$", "$1", "$$a$$", "x'1'", "\n", "\0", "\u00a0", "\u00ff", "select", "union", "all", "in", "not", "like", "is", "null", "or", "and", "div",
        "user", "database", "()", "if", "ifnull", "current_date", "collate", "latin1_bin", "int", "group", "by", "order", "having", "case", "when", "declare", "sleep", "current_user", "into", "outfile", "from", "where",
    ];

    private static readonly Gen<string> OnePiece = Gen.Int[0, Pieces.Length - 1].Select(static i => Pieces[i]);

    private static readonly Gen<string> Text = Gen.Select(
        OnePiece.Array[0, 8],
        OnePiece.Array[1, 4],
        Gen.Int[1, 40],
        OnePiece.Array[0, 4],
        Gen.Bool.Select(static apart => apart ? " " : ""),
        static (lead, again, times, end, between) => string.Join(between, [.. lead, .. Enumerable.Repeat(again, times).SelectMany(static p => p), .. end]));

    [Fact]
    public void Tokens_are_those_of_folding_them_one_by_one() => Forall.Check(
        Gen.Select(Text, Gen.Enum<SqlContext>(), Gen.Enum<SqlDialect>()),
        60_000,
        static input => $"{input.Item2} {input.Item3} {input.Item1}",
        static input => AssertSame(Encoding.Latin1.GetBytes(input.Item1), input.Item2, input.Item3, SqlFoldingMemory.OfThread));

    [Fact]
    public void A_memory_that_was_full_begins_anew()
    {
        SqlFoldingMemory memory = new();
        Random random = new(3);
        string[] simple = ["1", "a", "'x'", "=", "-", "!", "/", "::", "@v", ",", "(", ")", "{", "}", ".", ";", "?", "div", "and", "union"];
        for (int i = 0; i < 2000; i++)
        {
            string[] again = [.. Enumerable.Range(0, 3).Select(_ => simple[random.Next(simple.Length)])];
            string lead = string.Join(' ', Enumerable.Range(0, 4).Select(_ => simple[random.Next(simple.Length)]));
            AssertSame(Encoding.Latin1.GetBytes($"{lead} {string.Join(' ', Enumerable.Repeat(again, 30).SelectMany(static p => p))}"), SqlContext.AsIs, SqlDialect.Ansi, memory);
        }

        Assert.True(memory.Entered > 4 * SqlFoldingMemory.Room, $"{memory.Entered} states");
    }

    private static void AssertSame(byte[] text, SqlContext context, SqlDialect dialect, SqlFoldingMemory memory)
    {
        Span<SqlToken> expected = stackalloc SqlToken[SqlFolding.Room], actual = stackalloc SqlToken[SqlFolding.Room];
        SqlFolding plain = new(new SqlTokenizer(text, context, dialect), expected, null);
        SqlFolding remembering = new(new SqlTokenizer(text, context, dialect), actual, memory);
        Assert.Equal(Tokens(text, expected[..plain.Run()]), Tokens(text, actual[..remembering.Run()]));
        Assert.Equal(plain.ReadCount, remembering.ReadCount);
        Assert.Equal(plain.IsDialectal, remembering.IsDialectal);
    }

    private static string Tokens(byte[] text, ReadOnlySpan<SqlToken> tokens)
    {
        StringBuilder all = new();
        foreach (SqlToken token in tokens) all.AppendLine($"{(char)token.Type} {Encoding.Latin1.GetString(token.ValueIn(text))} {token.First} {token.Open} {token.Close} {(token.IsPhrase ? -1 : token.Start)}");
        return all.ToString();
    }
}
