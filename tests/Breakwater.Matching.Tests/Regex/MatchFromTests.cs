using CsCheck;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>Whether a match begins at some places, seen from there.</summary>
public sealed class MatchFromTests
{
    private static readonly string[] Pieces =
        ["(?:ab|c)", "(?:a|bc|)", "[ab]", "[^a]", "x?", "(?:bc)+", "(?:a|b){2,3}", "c*", "|", ".*", "^", "$", @"\b", "(?m:^)", "(?m:$)", "b+?", "(?=b)", @"\B"];

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public void It_is_so_where_a_match_begins_at_one_of_them(int maxDfaBytes)
    {
        var options = new ByteRegexOptions { Dialect = RegexDialect.Pcre, MaxDfaBytes = maxDfaBytes };
        var cases = Gen.Select(
            Gen.OneOf(Text.Of("abcx", 1, 3), Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index])).Array[1, 6].Select(string.Concat),
            Text.Of("abcx\n-", 1, 16));
        int certain = 0, uncertain = 0;

        Forall.Check(cases, 4_000, sample => $"{sample.Item1} on {sample.Item2}", sample =>
        {
            if (!ByteRegex.TryCompile(Text.Bytes(sample.Item1), options, out var regex, out _))
                return;
            byte[] text = Text.Bytes(sample.Item2);
            bool[] begins = [.. Enumerable.Range(0, text.Length).Select(start => Begins(regex, text, start))];
            for (int first = 0; first < text.Length; first++)
            {
                for (int last = first; last < text.Length; last++)
                {
                    bool? found = regex.HasMatchFrom(text, first, last, out int end);
                    Assert.InRange(end, first, text.Length);
                    if (found is { } sure)
                        Assert.Equal(begins.AsSpan(first, last - first + 1).Contains(true), sure);
                    Interlocked.Increment(ref found is null ? ref uncertain : ref certain);
                }
            }
        });

        Assert.True(maxDfaBytes == 0 || certain > uncertain, $"{certain} certain, {uncertain} not");
    }

    [Fact]
    public void No_more_is_read_than_must_be()
    {
        Assert.True(ByteRegex.TryCompile("[0-9]ab+c"u8, ByteRegexOptions.Default, out var regex, out _));
        byte[] text = Text.Bytes(new string('-', 100) + "1abx" + new string('-', 1000));

        Assert.False(regex.HasMatchFrom(text, 100, 101, out int end));
        Assert.InRange(end, 102, 104);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 3)]
    public void Places_outside_of_the_text_are_refused(int first, int last)
    {
        Assert.True(ByteRegex.TryCompile("a"u8, ByteRegexOptions.Default, out var regex, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => regex.HasMatchFrom("abc"u8, first, last, out _));
    }

    private static bool Begins(ByteRegex regex, byte[] text, int start) =>
        PikeVm.Search(RegexCompiler.Compile([regex.Parse().Root], reversed: false, captures: false), text, start, anchored: true, new int[2]);
}
