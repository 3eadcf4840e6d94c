namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>One pattern used by many threads, and what using it allocates.</summary>
public sealed class SharedUseTests
{
    private static ByteRegex Compile(string pattern, int maxDfaBytes = 2 << 20)
    {
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern), ByteRegexOptions.Default with { MaxDfaBytes = maxDfaBytes }, out var regex, out _));
        return regex;
    }

    /// <summary>With so little memory the automaton starts afresh all the time, under the feet of the other threads.</summary>
    [Theory]
    [InlineData(2 << 20)]
    [InlineData(4 << 10)]
    public void Threads_get_the_answers_that_one_would_get(int maxDfaBytes)
    {
        const string Pattern = @"(?i)\b(?:a[^b]{0,6}c|b\w+\.\w{3}|x.{5}z)\b";
        var random = new Random(7);
        byte[][] texts = [.. Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, 60).Select(_ => (byte)"abcABC.xyz -_0"[random.Next(14)]).ToArray())];
        var single = Compile(Pattern);
        var expected = texts.Select(text => single.TryFind(text, 0, out var match) ? match : ByteRange.None).ToArray();
        var shared = Compile(Pattern, maxDfaBytes);
        int wrong = 0;

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            for (int i = 0; i < texts.Length; i++)
            {
                int text = (i * 7 + worker * 53) % texts.Length;
                bool found = shared.TryFind(texts[text], 0, out var match);
                if (match != expected[text] || shared.IsMatch(texts[text]) != found)
                    Interlocked.Increment(ref wrong);
            }
        });

        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData(@"(\w+)=(\d+);")]
    [InlineData("(?i)union\\s+select")]
    [InlineData("[\"'`]\\s*(?:or|and)")]
    public void Matching_allocates_nothing_once_warm(string pattern)
    {
        var regex = Compile(pattern);
        byte[] text = Text.Bytes("name=value size=12; id=' or 1 UNION  SELECT x");
        var groups = new ByteRange[regex.GroupCount];
        for (int i = 0; i < 3; i++)
            regex.TryMatch(text, 0, groups);

        Assert.Equal(0, LeastAllocated.By(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                regex.IsMatch(text);
                regex.TryFind(text, 0, out _);
                regex.TryMatch(text, 0, groups);
            }
        }));
    }

    [Fact]
    public void The_automaton_keeps_to_its_memory()
    {
        var regex = Compile("(?:a|b)*a(?:a|b){14}c", 256 << 10);
        var random = new Random(3);
        byte[] text = [.. Enumerable.Range(0, 200_000).Select(_ => (byte)"ab"[random.Next(2)])];
        regex.IsMatch(text);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int i = 0; i < 3; i++)
            regex.IsMatch(text);

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 2 << 20);
        GC.KeepAlive(regex);
    }
}
