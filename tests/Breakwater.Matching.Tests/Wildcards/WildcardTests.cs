using System.Text.RegularExpressions;
using CsCheck;

namespace Breakwater.Matching.Tests.Wildcards;

public class WildcardTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "a", true)]
    [InlineData("a", "ab", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything\n", true)]
    [InlineData("a*", "a", true)]
    [InlineData("*a", "ba", true)]
    [InlineData("*a", "ab", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*a", "aa", true)]
    [InlineData("*a*", "bab", true)]
    [InlineData("a*b*c", "a1b2c", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("*ab*ab*", "abab", true)]
    [InlineData("*ab*ab*", "aba", false)]
    [InlineData("http*://*.example.com/*", "https://shop.example.com/", true)]
    [InlineData("http*://*.example.com/*", "https://example.com/", false)]
    [InlineData("a?c", "a?c", true)]
    [InlineData("a?c", "abc", false)]
    [InlineData(@"a\*c", "a*c", true)]
    [InlineData(@"a\*c", "abc", false)]
    [InlineData(@"a\\c", @"a\c", true)]
    [InlineData(@"*\**", "1*2", true)]
    [InlineData(@"*\**", "12", false)]
    [InlineData("\u00E9*", "\u00E9t\u00E9", true)]
    public void A_pattern_is_matched_against_the_whole_value(string pattern, string value, bool expected)
    {
        Assert.Equal(expected, Parse(pattern, ignoreCase: false).IsMatch(Text.Bytes(value)));
        Assert.Equal(expected, Parse(pattern, ignoreCase: true).IsMatch(Text.Bytes(value)));
    }

    [Theory]
    [InlineData("A*b", "aXB", true)]
    [InlineData("*.EXAMPLE.com", "Shop.Example.Com", true)]
    [InlineData("*-Long-Enough-For-A-Vector-*", "x-LONG-ENOUGH-for-a-vector-y", true)]
    [InlineData("*\u00E9*", "a\u00C9b", false)]
    [InlineData("*[*", "a{b", false)]
    public void Case_is_that_of_ASCII_letters(string pattern, string value, bool expected)
    {
        Assert.Equal(expected, Parse(pattern, ignoreCase: true).IsMatch(Text.Bytes(value)));
        Assert.False(Parse(pattern, ignoreCase: false).IsMatch(Text.Bytes(value)));
    }

    [Theory]
    [InlineData("**", WildcardError.DoubleStar, 1)]
    [InlineData("a***", WildcardError.DoubleStar, 2)]
    [InlineData(@"a\", WildcardError.BadEscape, 1)]
    [InlineData(@"a\n", WildcardError.BadEscape, 1)]
    [InlineData(@"a\?", WildcardError.BadEscape, 1)]
    [InlineData("1*2*3*4*5*6*7*8*9*0*1*2*3*4*5*6*7*", WildcardError.TooManyStars, 33)]
    public void What_is_no_pattern_is_refused_with_reason_and_place(string pattern, WildcardError expected, int offset)
    {
        Assert.False(Wildcard.TryParse(Text.Bytes(pattern), true, out Wildcard? wildcard, out WildcardError error, out int errorOffset));
        Assert.Null(wildcard);
        Assert.Equal((expected, offset), (error, errorOffset));
    }

    [Theory]
    [InlineData("a*c", "abc", "b")]
    [InlineData("*", "abc", "abc")]
    [InlineData("*b*", "abcbd", "a|cbd")]
    [InlineData("*/*", "/x/y", "|x/y")]
    [InlineData("*a*a", "aaaa", "|aa")]
    [InlineData("https://*.example.com/*/end", "https://a.example.com/b/c/end", "a|b/c")]
    public void A_star_stands_for_as_little_as_possible_from_the_left(string pattern, string value, string captures)
    {
        Wildcard wildcard = Parse(pattern, ignoreCase: false);
        ByteRange[] ranges = new ByteRange[wildcard.StarCount];
        Assert.True(wildcard.TryMatch(Text.Bytes(value), ranges));
        Assert.Equal(captures, string.Join('|', ranges.Select(range => value[range.Start..range.End])));
    }

    [Fact]
    public void A_pattern_agrees_with_the_regular_expression_of_lazy_runs()
    {
        Gen<string> patterns = Text.Of("aAb*", 0, 8).Where(text => !text.Contains("**", StringComparison.Ordinal));
        Forall.Check(Gen.Select(patterns, Text.Of("aAbB", 0, 60), Gen.Bool), 8_000, input => input.ToString(), input =>
        {
            (string pattern, string value, bool ignoreCase) = input;
            Regex regex = new(
                "\\A" + Regex.Escape(pattern).Replace("\\*", "(.*?)", StringComparison.Ordinal) + "\\z",
                RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : 0));
            Match match = regex.Match(value);
            Wildcard wildcard = Parse(pattern, ignoreCase);
            ByteRange[] captures = new ByteRange[wildcard.StarCount];
            Assert.Equal(match.Success, wildcard.TryMatch(Text.Bytes(value), captures));
            Assert.Equal(match.Success, wildcard.IsMatch(Text.Bytes(value)));
            for (int i = 0; match.Success && i < captures.Length; i++)
            {
                Group group = match.Groups[i + 1];
                Assert.Equal(new ByteRange(group.Index, group.Index + group.Length), captures[i]);
            }
        });
    }

    [Fact]
    public void A_match_allocates_nothing()
    {
        Wildcard wildcard = Parse("http*://*.example.com/*", ignoreCase: true);
        byte[] value = Text.Bytes("https://shop.example.com/a/b/c");
        LeastAllocated.AssertNone(() =>
        {
            Span<ByteRange> captures = stackalloc ByteRange[3];
            wildcard.IsMatch(value);
            wildcard.TryMatch(value, captures);
        });
    }

    private static Wildcard Parse(string pattern, bool ignoreCase)
    {
        Assert.True(Wildcard.TryParse(Text.Bytes(pattern), ignoreCase, out Wildcard? wildcard, out WildcardError error, out _), error.ToString());
        return wildcard;
    }
}
