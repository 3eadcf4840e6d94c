namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>Where matches are that go on far beyond the first place at which one could end.</summary>
public sealed class LongMatchTests
{
    [Theory]
    [InlineData("a[bz]*z", "", "az")]
    [InlineData("a[bz]*z", "x", "az")]
    [InlineData("a[bz]*z", "azx", "az")]
    [InlineData("(?:x[ab]*q|a[bz]*z)", "xb", "az")]
    [InlineData("(?:xa[bz]*zq?|a[bz]*z)", "x", "az")]
    [InlineData("[^x]*z", "zx", "a")]
    public void A_match_begins_where_the_first_one_does(string pattern, string before, string begin)
    {
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern), ByteRegexOptions.Default, out var regex, out _));
        string text = before + begin + string.Concat(Enumerable.Repeat("bz", 2000));
        foreach (int start in new[] { 0, before.Length })
        {
            var expected = new System.Text.RegularExpressions.Regex(pattern).Match(text, start);

            Assert.True(regex.TryFind(Text.Bytes(text), start, out var match));
            Assert.Equal(new ByteRange(expected.Index, expected.Index + expected.Length), match);
        }
    }
}
