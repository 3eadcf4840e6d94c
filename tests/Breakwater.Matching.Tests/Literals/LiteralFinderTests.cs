using CsCheck;

namespace Breakwater.Matching.Tests.Literals;

public class LiteralFinderTests
{
    [Theory]
    [InlineData("b", "abc", 1)]
    [InlineData("B", "abc", -1)]
    [InlineData("abc", "ab", -1)]
    [InlineData("needle", "a haystack of some length, with a needle near its end", 34)]
    [InlineData("end", "a haystack of some length, with a needle near its end", 50)]
    [InlineData("a h", "a haystack of some length, with a needle near its end", 0)]
    public void A_literal_is_found_at_its_first_place(string literal, string input, int expected)
    {
        Assert.Equal(expected, new LiteralFinder(Text.Bytes(literal), ignoreCase: false).IndexOf(Text.Bytes(input)));
    }

    [Fact]
    public void A_search_agrees_with_the_base_class_library()
    {
        Gen<(string, string, bool)> cases = Gen.Select(Text.Of("aAb[", 1, 6), Text.Of("aAbB[{", 0, 150), Gen.Bool);
        Forall.Check(cases, 20_000, input => input.ToString(), input =>
        {
            (string literal, string text, bool ignoreCase) = input;
            int expected = text.IndexOf(literal, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
            Assert.Equal(expected, new LiteralFinder(Text.Bytes(literal), ignoreCase).IndexOf(Text.Bytes(text)));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Near_matches_all_over_the_input_lead_to_the_same_result(bool ignoreCase)
    {
        // Every place passes the look at two bytes; the search has to change its method on the way.
        string literal = new string('a', 20) + "b" + new string('a', 20);
        string nearly = string.Concat(Enumerable.Repeat(new string('a', 30) + "b" + new string('a', 15) + "b", 200));
        LiteralFinder finder = new(Text.Bytes(literal), ignoreCase);
        Assert.Equal(-1, finder.IndexOf(Text.Bytes(nearly)));
        Assert.Equal(nearly.Length, finder.IndexOf(Text.Bytes(nearly + literal)));
        Assert.Equal(nearly.Length + 7, finder.IndexOf(Text.Bytes(nearly + new string('a', 7) + literal + literal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_match_is_found_wherever_the_search_changes_its_method(bool ignoreCase)
    {
        // A near match every eleven bytes, each of which costs a comparison: at some place the credit ends, and the match is put at every place.
        string literal = new string('a', 20) + "b" + new string('a', 20);
        LiteralFinder finder = new(Text.Bytes(literal), ignoreCase);
        string nearly = string.Concat(Enumerable.Repeat("baaaaaaaaaa", 300));
        for (int place = 0; place < 2_000; place++)
        {
            Assert.Equal(place, finder.IndexOf(Text.Bytes(nearly[..place] + literal + nearly)));
        }
    }

    [Fact]
    public void An_empty_literal_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LiteralFinder([], ignoreCase: false));
    }

    [Fact]
    public void A_search_allocates_nothing()
    {
        LiteralFinder finder = new("Needle"u8, ignoreCase: true);
        byte[] input = Text.Bytes(new string('n', 500) + "NEEDLE");
        LeastAllocated.AssertNone(() => finder.IndexOf(input));
    }
}
