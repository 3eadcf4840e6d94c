using CsCheck;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>Many patterns at once say what each says alone.</summary>
public sealed class ByteRegexSetTests
{
    private static readonly string[] Patterns =
    [
        "a", "ab+c", "^a", "c$", @"\bab\b", "(?i)ABC", "a.*c", "a.{2}c", "", "(?:a|b){3}", "[^ab]", "x", "b(?!c)", "(?<=a)b", "(?m)^b", "c{2}", "bca", "^$", "(?:ab)*$",
    ];

    private static ByteRegexSet Compile(IEnumerable<string> patterns, int maxDfaBytes = 1 << 20)
    {
        var options = new ByteRegexOptions { Dialect = RegexDialect.Pcre, MaxDfaBytes = maxDfaBytes };
        Assert.True(ByteRegexSet.TryCompile([.. patterns.Select(pattern => (Text.Bytes(pattern), options))], out var set, out _, out var error), error.Message);
        return set;
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public void Each_pattern_matches_as_it_does_alone(int maxDfaBytes)
    {
        // More patterns than a word has bits, and than one automaton takes.
        var set = Compile(Enumerable.Repeat(Patterns, 5).SelectMany(patterns => patterns), maxDfaBytes);
        ulong[] matched = new ulong[set.Words];

        Forall.Check(Text.Of("aabbcc \nx", 0, 20), 3_000, text => text, text =>
        {
            bool any = set.Match(Text.Bytes(text), matched);

            for (int i = 0; i < set.Count; i++)
                Assert.True(set[i].IsMatch(Text.Bytes(text)) == ((matched[i >> 6] >> (i & 63) & 1) != 0), set[i].Pattern);
            Assert.True(any, "the empty pattern matches everything");
        });
    }

    [Fact]
    public void A_match_may_be_found_where_the_automaton_starts_afresh()
    {
        var set = Compile(["(?:a|b)*a(?:a|b){16}c", "b"], maxDfaBytes: 0);
        ulong[] matched = new ulong[set.Words];
        var random = new Random(1);
        // The first part earns the right to build many states for the second, more than are kept.
        byte[] text = [.. Enumerable.Repeat((byte)'d', 4_000), .. Enumerable.Range(0, 200).Select(_ => random.Next(2) == 0 ? (byte)'a' : (byte)'b')];

        Assert.True(set.Match(text, matched));
        Assert.Equal(0b10UL, matched[0]);
    }

    [Fact]
    public void Nothing_matches_in_an_empty_set()
    {
        var set = Compile([]);

        Assert.False(set.Match("abc"u8, []));
    }

    [Fact]
    public void Bits_of_an_earlier_search_are_cleared()
    {
        var set = Compile(["a", "b"]);
        ulong[] matched = [ulong.MaxValue];

        Assert.False(set.Match("c"u8, matched));
        Assert.Equal(0UL, matched[0]);
        Assert.True(set.Match("b"u8, matched));
        Assert.Equal(0b10UL, matched[0]);
    }

    [Fact]
    public void A_refused_pattern_is_named()
    {
        Assert.False(ByteRegexSet.TryCompile(
            [("a"u8.ToArray(), ByteRegexOptions.Default), ("b("u8.ToArray(), ByteRegexOptions.Default)], out _, out int failed, out var error));

        Assert.Equal(1, failed);
        Assert.Equal(1, error.Offset);
    }
}
