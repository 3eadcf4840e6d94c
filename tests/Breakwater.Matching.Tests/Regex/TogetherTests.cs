using CsCheck;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>Several patterns that read a text as one say what each says alone.</summary>
public sealed class TogetherTests
{
    private static readonly string[] Patterns =
    [
        "a", "ab+c", "^a", "c$", @"\bab\b", "(?i)ABC", "a.*c", "a.{2}c", "(?:a|b){3}", "[^ab]", "x", "b(?!c)", "(?<=a)b", "(?m)^b", "c{2}", "bca", "(?:ab)*$", "[ab]*a[ab]{9}c", "(?:^|[bc])x?a{3}", "a[^c]{5,40}$",
    ];

    private static ByteRegex[] Compile(IEnumerable<string> patterns, int maxDfaBytes = 1 << 20) => [.. patterns.Select(pattern =>
    {
        var options = new ByteRegexOptions { Dialect = RegexDialect.Pcre, MaxDfaBytes = maxDfaBytes };
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern), options, out var regex, out var error), error.Message);
        return regex;
    })];

    private static void AssertSame(ByteRegex[] patterns, byte[] text)
    {
        uint matched = ByteRegex.MayMatch(patterns, text);
        for (int i = 0; i < patterns.Length; i++)
        {
            bool may = (matched >> i & 1) != 0, does = patterns[i].IsMatch(text);
            // Of a lookaround, and of a text that makes an automaton grow too fast, "no" alone is certain.
            Assert.True(may || !does, patterns[i].Pattern);
            Assert.True(does || !may || patterns[i].IsApproximate, patterns[i].Pattern);
        }
    }

    /// <summary>Texts with a part that comes again and again, and random ones.</summary>
    [Fact]
    public void Each_pattern_answers_as_it_does_alone()
    {
        var patterns = Compile(Patterns);
        var part = Text.Of("aabbcc \nx", 0, 12);
        var texts = Gen.Select(part, part, Gen.Int[0, 60], part, (lead, again, times, end) => lead + string.Concat(Enumerable.Repeat(again, times)) + end);
        Forall.Check(Gen.OneOf(texts, Text.Of("abc", 0, 2000)), 4_000, text => text, text => AssertSame(patterns, Text.Bytes(text)));
    }

    [Fact]
    public void Any_number_of_patterns_up_to_32_may_be_asked()
    {
        var patterns = Compile(Enumerable.Repeat("b", 31).Append("a"));

        Assert.Equal(0u, ByteRegex.MayMatch([], "a"u8));
        Assert.Equal(1u << 31, ByteRegex.MayMatch(patterns, "xxa"u8));
        Assert.Equal(uint.MaxValue, ByteRegex.MayMatch(patterns, "ab"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteRegex.MayMatch([.. patterns, patterns[0]], "a"u8));
    }

    /// <summary>More tuples than are kept, first in a text that is worth it and then in one that is not; and automata that start afresh meanwhile.</summary>
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(8 << 10)]
    public void What_is_known_is_forgotten_where_it_grows_too_large(int maxDfaBytes)
    {
        var random = new Random(5);
        byte[] rich = [.. Enumerable.Range(0, 60_000).Select(_ => (byte)"ab"[random.Next(2)])];
        byte[] slow = [.. Enumerable.Range(0, 3_000).SelectMany(_ => Enumerable.Repeat((byte)'d', 40).Concat(Enumerable.Range(0, 12).Select(_ => (byte)"abe"[random.Next(3)])))];
        foreach (byte[] text in new[] { rich, slow, [.. slow, .. "abbbbbbbbbc"u8], [.. rich, .. "abbbbbbbbbc"u8] })
        {
            var patterns = Compile(["[ab]*a[ab]{9}c", "b[ab]{7}d*f", "a(?:a|b|d){8}g", "e[abe]{3,9}h"], maxDfaBytes);
            uint matched = ByteRegex.MayMatch(patterns, text);
            // Where automata run full, no more than "maybe" may be said.
            for (int i = 0; i < patterns.Length; i++)
                Assert.True((matched >> i & 1) != 0 || !patterns[i].IsMatch(text), patterns[i].Pattern);
            if (maxDfaBytes > 1 << 16)
                Assert.Equal(text.AsSpan().EndsWith("c"u8) ? 1u : 0u, matched);
        }
    }

    /// <summary>With so little memory the automata start afresh all the time, under the feet of the other threads.</summary>
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(4 << 10)]
    public void Threads_get_answers_that_are_true(int maxDfaBytes)
    {
        var random = new Random(7);
        byte[][] texts = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 300).Select(_ => (byte)"aabbccx \n"[random.Next(9)]).ToArray())];
        var alone = Compile(Patterns);
        uint[] expected = [.. texts.Select(text => alone.Select((pattern, i) => pattern.IsMatch(text) ? 1u << i : 0).Aggregate((all, one) => all | one))];
        var shared = Compile(Patterns, maxDfaBytes);
        int wrong = 0;

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            for (int i = 0; i < texts.Length; i++)
            {
                int text = (i * 7 + worker * 53) % texts.Length;
                if ((expected[text] & ~ByteRegex.MayMatch(shared, texts[text])) != 0)
                    Interlocked.Increment(ref wrong);
            }
        });

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Asking_allocates_nothing_once_warm()
    {
        var patterns = Compile(Patterns);
        byte[] text = Text.Bytes(string.Concat(Enumerable.Repeat("ab cx\n", 1000)));
        ByteRegex.MayMatch(patterns, text);

        Assert.Equal(0, LeastAllocated.By(() => ByteRegex.MayMatch(patterns, text)));
    }
}
