using System.Diagnostics;
using System.Text;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Operators.Injection;
using CsCheck;

namespace Breakwater.Waf.Tests.Operators.Injection;

public sealed class InjectionCostTests
{
    /// <summary>Pieces that the tokenizers tell apart, among them every opening mark that may lack its end.</summary>
    private static readonly string[] Pieces =
    [
        "'", "\"", "`", "\\", "\\'", "''", "(", ")", "{", "}", "[", "]", ",", ";", "--", "-- ", "#", "/*", "*/", "/*!", "$", "$$", "$a$", "$a", "@", "@@", "?", ":", "::", "=", "<", ">", "!", "||", "+",
        "q'(", "q'", "nq'[", "x'1", "b'0", "e'", "n'", "u&'", "0x1", "1", ".", "1e", "a", "a.", "`a`", " ", "\n", "\0", "\u00a0", "\u00ff", "select ", "union ", "in ", "not ", "int ", "user(", "group by ", "1,", "1+", "a.b", ",-1", "{a ",
        "</", "/>", "a=", "a='", "a=\"", "a=`", "<a ", "<!--", "-", "-\0", "--!", "<![CDATA[", "]]", "<?", "<%", "%", "href=&#32;", "&#0", "&#x", "href=", "onload", "/",
    ];

    private static readonly Operator[] Operators = [new DetectSqli(), new DetectXss()];

    [Fact]
    public void Time_grows_with_the_length_whatever_repeats()
    {
        // 1 MiB in which each byte is looked at some times takes a twentieth of a second; each pair of bytes, however fast, six seconds and more.
        const int Length = 1 << 20;
        Random random = new(5);
        foreach (string piece in Pieces)
        {
            byte[] value = Repeat("x" + Pick(random), piece, Length);
            foreach (Operator op in Operators) Assert.True(IsFast(op, value), $"{op.GetType().Name}: {Encoding.Latin1.GetString(value.AsSpan(0, 20))}..");
        }
    }

    [Fact]
    public void No_value_breaks_it_or_makes_it_read_what_lies_around()
    {
        Gen<byte[]> composed = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 12].Select(p => Encoding.Latin1.GetBytes(string.Concat(p)));
        using GuardedBuffer guarded = new(256);
        Forall.Check(
            Gen.OneOf(composed, Gen.Byte.Array[0, 60]),
            40_000,
            Convert.ToHexString,
            value =>
            {
                byte[] around = [.. "1' or 1=1--<script>"u8, .. value, .. "x;' or 1=1--\"<script>onload=1/*"u8];
                ReadOnlySpan<byte> inside = around.AsSpan(19, value.Length);
                byte[] text = new byte[Operator.MaxCapturedText];
                byte[] textInside = new byte[Operator.MaxCapturedText];
                foreach (Operator op in Operators)
                {
                    bool isMatch = op.IsMatch(value, default);
                    Assert.Equal(isMatch, op.IsMatch(inside, default));
                    Assert.Equal(isMatch, op.IsMatch(guarded.AtEnd(value), default));
                    Assert.Equal(isMatch, op.IsMatch(guarded.AtStart(value), default));
                    Assert.Equal(op.CapturedText(value, text), op.CapturedText(inside, textInside));
                    Assert.Equal(text, textInside);
                }
            });
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[][] values = [.. Pieces.Append("' or 1=1--").Append("<script>").Append("O'Brien & \"sons\" <b> a=b").Append("1 union all select * from users").Select(Encoding.Latin1.GetBytes)];
        byte[] text = new byte[Operator.MaxCapturedText];
        Run();
        Assert.Equal(0, LeastAllocated.By(Run));

        void Run()
        {
            foreach (Operator op in Operators)
            {
                foreach (byte[] value in values)
                {
                    op.IsMatch(value, default);
                    op.CapturedText(value, text);
                }
            }
        }
    }

    /// <summary>Whether the best of three runs is: the machine may have other things to do.</summary>
    private static bool IsFast(Operator op, byte[] value)
    {
        for (int run = 0; run < 3; run++)
        {
            Stopwatch time = Stopwatch.StartNew();
            op.IsMatch(value, default);
            if (time.Elapsed < TimeSpan.FromSeconds(3)) return true;
        }

        return false;
    }

    private static string Pick(Random random) => Pieces[random.Next(Pieces.Length)];

    private static byte[] Repeat(string start, string piece, int length)
    {
        StringBuilder text = new(start, length + piece.Length);
        while (text.Length < length) text.Append(piece);
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
