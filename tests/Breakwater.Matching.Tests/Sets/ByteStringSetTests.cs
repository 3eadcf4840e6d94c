using CsCheck;

namespace Breakwater.Matching.Tests.Sets;

public class ByteStringSetTests
{
    [Theory]
    [InlineData(false, "GET", 0)]
    [InlineData(false, "POST", 1)]
    [InlineData(false, "", 2)]
    [InlineData(false, "get", -1)]
    [InlineData(false, "GETS", -1)]
    [InlineData(false, "a string that is longer than sixty-three bytes, so that it shares a length bit", 3)]
    [InlineData(true, "get", 0)]
    [InlineData(true, "pOsT", 1)]
    [InlineData(true, "PO\u0053\u0154", -1)]
    [InlineData(true, "A STRING that is longer than sixty-three bytes, so that it shares a length bit", 3)]
    public void A_string_is_found_by_its_number(bool ignoreCase, string text, int number)
    {
        ByteStringSet set = Create(
            ["GET", "POST", "", "a string that is longer than sixty-three bytes, so that it shares a length bit", "GET"], ignoreCase);
        Assert.Equal(number, set.Find(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Equal(5, set.Count);
    }

    [Fact]
    public void Only_ASCII_letters_have_a_case()
    {
        ByteStringSet set = Create(["\u00E9", "[", "@", "k"], ignoreCase: true);
        Assert.False(set.Contains(Text.Bytes("\u00C9")));
        Assert.False(set.Contains("{"u8));
        Assert.False(set.Contains("`"u8));
        Assert.True(set.Contains("K"u8));
    }

    [Fact]
    public void A_set_agrees_with_a_comparison_with_each_string()
    {
        Gen<string> strings = Gen.OneOf(Text.Of("aAb", 0, 4), Text.Of("aA\u00E1\u00C1@[z{", 0, 40), Text.Of("xX", 60, 70));
        Forall.Check(Gen.Select(strings.Array[0, 30], strings.Array[10], Gen.Bool), 3_000, input => string.Join(',', input.Item1), input =>
        {
            (string[] members, string[] others, bool ignoreCase) = input;
            ByteStringSet set = Create(members, ignoreCase);
            foreach (string text in members.Concat(others))
            {
                int expected = Array.FindIndex(members, member => AsciiEquals(member, text, ignoreCase));
                Assert.Equal(expected, set.Find(Text.Bytes(text)));
            }
        });
    }

    [Fact]
    public void A_large_set_finds_all_and_nothing_else()
    {
        string[] members = [.. Enumerable.Range(0, 50_000).Select(i => $"/path/{i * 7}/item")];
        ByteStringSet set = Create(members, ignoreCase: false);
        for (int i = 0; i < 350_000; i++)
        {
            Assert.Equal(i % 7 == 0 ? i / 7 : -1, set.Find(Text.Bytes($"/path/{i}/item")));
        }
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        ByteStringSet set = Create(["GET", "POST"], ignoreCase: true);
        byte[] text = Text.Bytes("post");
        LeastAllocated.AssertNone(() => set.Contains(text));
    }

    internal static bool AsciiEquals(string a, string b, bool ignoreCase) => ignoreCase ? Fold(a) == Fold(b) : a == b;

    internal static string Fold(string text) => new([.. text.Select(c => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c)]);

    private static ByteStringSet Create(IEnumerable<string> strings, bool ignoreCase) =>
        ByteStringSet.Create(strings.Select(text => (ReadOnlyMemory<byte>)Text.Bytes(text)), ignoreCase, seed: 42);
}
