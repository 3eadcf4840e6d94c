using System.Buffers;
using CsCheck;

namespace Breakwater.Matching.Tests.Literals;

public class LiteralSetTests
{
    [Fact]
    public void A_scan_sets_the_bit_of_every_literal_that_occurs()
    {
        LiteralSetBuilder builder = new();
        int select = builder.Add("SELECT"u8, ignoreCase: true);
        int from = builder.Add("from"u8);
        int quote = builder.Add("'"u8);
        int elect = builder.Add("elect"u8);
        int union = builder.Add("union"u8, ignoreCase: true);
        LiteralSet set = builder.Build();
        Assert.Equal([select, quote, elect], Scan(set, "' select * FROM"));
        Assert.Equal([select, from, union], Scan(set, "UNION SELECT x from"));
        Assert.Equal([], Scan(set, ""));
    }

    [Fact]
    public void An_anchored_literal_has_to_stand_in_its_place()
    {
        LiteralSetBuilder builder = new();
        int start = builder.Add("/api"u8, anchor: LiteralAnchor.Start);
        int end = builder.Add(".php"u8, ignoreCase: true, LiteralAnchor.End);
        int whole = builder.Add("/api/x.php"u8, anchor: LiteralAnchor.Whole);
        int empty = builder.Add([], anchor: LiteralAnchor.Whole);
        int longer = builder.Add("/api/v1"u8, anchor: LiteralAnchor.Start);
        LiteralSet set = builder.Build();
        Assert.Equal([start, end, whole], Scan(set, "/api/x.php"));
        Assert.Equal([start, longer], Scan(set, "/api/v1/x.php/"));
        Assert.Equal([end], Scan(set, "x/api/X.PHP"));
        Assert.Equal([start], Scan(set, "/api"));
        Assert.Equal([end], Scan(set, ".php"));
        Assert.Equal([empty], Scan(set, ""));
    }

    [Fact]
    public void The_same_literal_has_the_same_id()
    {
        LiteralSetBuilder builder = new();
        int id = builder.Add("abc"u8, ignoreCase: true);
        Assert.Equal(id, builder.Add("ABC"u8, ignoreCase: true));
        Assert.NotEqual(id, builder.Add("abc"u8));
        Assert.NotEqual(id, builder.Add("abc"u8, ignoreCase: true, LiteralAnchor.Start));
        Assert.Equal(builder.Add("123"u8, ignoreCase: true), builder.Add("123"u8));
        Assert.Equal(4, builder.Count);
        Assert.Throws<ArgumentException>(() => builder.Add([]));
    }

    [Fact]
    public void The_first_place_is_the_lowest_one_and_the_id_the_lowest_there()
    {
        LiteralSetBuilder builder = new();
        builder.Add("dog"u8);
        int cat = builder.Add("cat"u8);
        builder.Add("ca"u8);
        LiteralSet set = builder.Build();
        Assert.Equal(4, set.IndexOfAny("the cat and the dog"u8, out int id));
        Assert.Equal(cat, id);
        Assert.Equal(-1, set.IndexOfAny("the cow"u8, out id));
        Assert.Equal(-1, id);
    }

    /// <summary>Sets from a few literals to hundreds, of few letters, so that they nest and overlap; short ones among them.</summary>
    [Theory]
    [InlineData(1, 6)]
    [InlineData(5, 40)]
    [InlineData(60, 300)]
    public void A_set_agrees_with_a_search_for_each_literal(int fewest, int most)
    {
        Gen<LiteralAnchor> anchor = Gen.Frequency(
            (12, Gen.Const(LiteralAnchor.Anywhere)), (1, Gen.Const(LiteralAnchor.Start)), (1, Gen.Const(LiteralAnchor.End)), (1, Gen.Const(LiteralAnchor.Whole)));
        Gen<string> literal = Gen.Frequency(
            (1, Text.Of("aAbB<", 1, 3)), (3, Text.Of("aAbBc\u00E9\0", 2, 9)), (2, Text.Of("abcdefghijklmnopqrstuvwxyz/=", 3, 12)));
        Gen<string> input = Gen.OneOf(Text.Of("aAbBc<\u00E9\0", 0, 200), Text.Of("abcdefghijklmnopqrstuvwxyz/=A", 0, 400));
        var cases = Gen.Select(Gen.Select(literal, Gen.Bool, anchor).Array[fewest, most], input.Array[6]);
        Forall.Check(cases, 600, c => string.Join(',', c.Item1), c =>
        {
            LiteralSetBuilder builder = new();
            List<(string Literal, bool IgnoreCase, LiteralAnchor Anchor, int Id)> added = [];
            foreach ((string text, bool ignoreCase, LiteralAnchor at) in c.Item1)
            {
                added.Add((text, ignoreCase, at, builder.Add(Text.Bytes(text), ignoreCase, at)));
            }

            foreach ((LiteralSet set, string text) in Builds(builder).SelectMany(set => c.Item2.Append(c.Item1[0].Item1).Select(text => (set, text))))
            {
                int[] expected = [.. added.Where(l => Place(text, l.Literal, l.IgnoreCase, l.Anchor) >= 0).Select(l => l.Id).Distinct().Order()];
                Assert.Equal(expected, Scan(set, text));
                AssertPlaces(set, text, [.. added.Where(l => l.Anchor == LiteralAnchor.Anywhere).Select(l => (l.Literal, l.IgnoreCase, l.Id))]);
                Assert.Equal(expected.Length > 0, set.ContainsAny(Text.Bytes(text)));
                int first = expected.Length == 0 ? -1 : added.Select(l => Place(text, l.Literal, l.IgnoreCase, l.Anchor)).Where(place => place >= 0).Min();
                Assert.Equal(first, set.IndexOfAny(Text.Bytes(text), out int id));
                Assert.Equal(first < 0 ? -1 : added.Where(l => Place(text, l.Literal, l.IgnoreCase, l.Anchor) == first).Min(l => l.Id), id);
            }
        });
    }

    /// <summary>Inputs that the filter cannot reject anywhere, so that the comparisons' credit ends and the automaton goes on.</summary>
    [Theory]
    [InlineData(6, 1)]
    [InlineData(12, 10)]
    [InlineData(12, 400)]
    public void Near_matches_all_over_the_input_lead_to_the_same_result(int nested, int others)
    {
        LiteralSetBuilder builder = new();
        List<(string Text, bool IgnoreCase)> literals = [];
        void Add(string text, bool ignoreCase)
        {
            Assert.Equal(literals.Count, builder.Add(Text.Bytes(text), ignoreCase));
            literals.Add((text, ignoreCase));
        }

        for (int i = 1; i <= nested; i++)
        {
            Add(new string('a', 2 * i) + "b" + new string('a', i), ignoreCase: i % 2 == 0);
            Add(new string('a', 40 + i), ignoreCase: false);
        }

        for (int i = 0; i < others; i++)
        {
            Add($"other{i}", ignoreCase: true);
        }

        string near = string.Concat(Enumerable.Repeat(new string('a', 39) + "c", 500));
        string[] inputs = [near, near + "aabaaother0" + near, near + "aaaaBaa", new string('a', 5000), "aabA" + near + new string('a', 46) + "b"];
        foreach ((LiteralSet set, string input) in Builds(builder).SelectMany(set => inputs.Select(input => (set, input))))
        {
            int[] expected = [.. Enumerable.Range(0, literals.Count).Where(i => Place(input, literals[i].Text, literals[i].IgnoreCase, LiteralAnchor.Anywhere) >= 0)];
            Assert.Equal(expected, Scan(set, input));
            Assert.Equal(expected.Length > 0, set.ContainsAny(Text.Bytes(input)));
            int first = expected.Length == 0 ? -1 : expected.Min(i => Place(input, literals[i].Text, literals[i].IgnoreCase, LiteralAnchor.Anywhere));
            Assert.Equal(first, set.IndexOfAny(Text.Bytes(input), out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_literal_is_found_wherever_the_automaton_takes_over(int others)
    {
        // Eight literals that differ in case only make every repetition of the text a near match. One literal begins with that text, and is known to
        // the filter by its rare end: when the filter stops in between, the automaton has to go back.
        LiteralSetBuilder builder = new();
        string literal = "bqxzqxzqxbqxzqxzqxbqxzqxzqxbqxzqxzqx`~^`~^`~^";
        int wanted = builder.Add(Text.Bytes(literal), ignoreCase: true);
        for (int upper = 0; upper < 8; upper++)
        {
            builder.Add(Text.Bytes("qxzqxzqx"[..upper] + char.ToUpperInvariant("qxzqxzqx"[upper]) + "qxzqxzqx"[(upper + 1)..]));
        }

        for (int i = 0; i < others; i++)
        {
            builder.Add(Text.Bytes($"other{i}"));
        }

        string nearly = string.Concat(Enumerable.Repeat("bqxzqxzqx", 300));
        foreach (LiteralSet set in Builds(builder))
        {
            for (int place = 0; place < nearly.Length; place++)
            {
                string input = nearly[..place] + literal.ToUpperInvariant();
                Assert.Equal([wanted], Scan(set, input));
                Assert.Equal(place, set.IndexOfAny(Text.Bytes(input), out int id));
                Assert.Equal(wanted, id);
            }
        }
    }

    [Fact]
    public void Every_length_of_input_is_searched_to_its_last_byte()
    {
        // Literals of each length, at each distance from the end of inputs of each length up to some steps of the search.
        foreach (int others in (int[])[0, 100])
        {
            LiteralSetBuilder builder = new();
            for (int length = 1; length <= 9; length++)
            {
                builder.Add(Text.Bytes("ZYXWVUTSR"[..length]));
            }

            for (int i = 0; i < others; i++)
            {
                builder.Add(Text.Bytes($"other{i}"));
            }

            foreach ((LiteralSet set, int length) in Builds(builder).SelectMany(set => Enumerable.Range(1, 9).Select(length => (set, length))))
            {
                for (int inputLength = length; inputLength < 80; inputLength++)
                {
                    for (int place = 0; place <= inputLength - length; place++)
                    {
                        byte[] input = new byte[inputLength];
                        Array.Fill(input, (byte)'.');
                        Text.Bytes("ZYXWVUTSR"[..length]).CopyTo(input, place);
                        ulong[] found = new ulong[set.WordCount];
                        set.Scan(input, found);
                        Assert.True(found[0] == (1UL << length) - 1, $"length {length} at {place} of {inputLength}, {others} others: {found[0]:x}");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_scan_allocates_nothing()
    {
        LiteralSetBuilder builder = new();
        for (int i = 0; i < 500; i++)
        {
            builder.Add(Text.Bytes($"word{i}x"), ignoreCase: i % 2 == 0, (LiteralAnchor)(i % 4));
        }

        LiteralSet set = builder.Build();
        ulong[] found = new ulong[set.WordCount];
        byte[] input = Text.Bytes("a line with word16x and WORD20X and nothing else, long enough for every path to be taken; word18x");
        LeastAllocated.AssertNone(() =>
        {
            set.Scan(input, found);
            set.IndexOfAny(input, out _);
        });
    }

    [Fact]
    public void Places_that_are_too_many_are_not_told()
    {
        LiteralSetBuilder builder = new();
        builder.Add("ab"u8);
        LiteralSet set = builder.Build();
        LiteralPlace[] places = new LiteralPlace[2];
        Assert.Equal(2, set.Find("xabab"u8, places));
        Assert.Equal([new LiteralPlace(0, 1), new LiteralPlace(0, 3)], places);
        Assert.Equal(-1, set.Find("ababab"u8, places));
        Assert.Equal(0, set.Find("ba"u8, places));
    }

    [Fact]
    public void Places_of_literals_that_are_of_no_interest_are_left_out()
    {
        LiteralSetBuilder builder = new();
        builder.Add("abcd"u8);
        builder.Add("bcBe"u8);
        for (int i = 0; i < 60; i++)
        {
            builder.Add(Text.Bytes($"other {i}"));
        }

        foreach (LiteralSet set in Builds(builder))
        {
            Assert.Equal([new LiteralPlace(0, 1), new LiteralPlace(1, 6)], Places(set, 0));
            Assert.Equal([new LiteralPlace(1, 6)], Places(set, 1));
            Assert.Equal([new LiteralPlace(0, 1)], Places(set, 2));
        }

        static HashSet<LiteralPlace> Places(LiteralSet set, ulong except)
        {
            LiteralPlace[] places = new LiteralPlace[8];
            return [.. places[..set.Find("xabcdebcBebce"u8, places, [except])]];
        }
    }

    /// <summary>The set as each of the methods for many literals searches it.</summary>
    private static LiteralSet[] Builds(LiteralSetBuilder builder) => [builder.Build(), builder.Build(mostInWindows: 0)];

    /// <summary>All places are told, or it is said that they are not.</summary>
    private static void AssertPlaces(LiteralSet set, string input, (string Text, bool IgnoreCase, int Id)[] literals)
    {
        LiteralPlace[] places = ArrayPool<LiteralPlace>.Shared.Rent(1 << 14);
        int count = set.Find(Text.Bytes(input), places);
        Assert.True(count >= 0 || input.Length > 20 || literals.Any(l => l.Text.Length == 1), "few places are not too many");
        if (count < 0)
        {
            return;
        }

        HashSet<LiteralPlace> told = [.. places.AsSpan(0, count)];
        ArrayPool<LiteralPlace>.Shared.Return(places);
        foreach ((string text, bool ignoreCase, int id) in literals)
        {
            for (int start = 0; start <= input.Length - text.Length; start++)
            {
                bool occurs = Place(input.Substring(start, text.Length), text, ignoreCase, LiteralAnchor.Whole) >= 0;
                Assert.Equal(occurs, told.Contains(new LiteralPlace(id, start)));
            }
        }
    }

    internal static int[] Scan(LiteralSet set, string input)
    {
        ulong[] found = new ulong[set.WordCount];
        bool any = set.Scan(Text.Bytes(input), found);
        int[] ids = [.. Enumerable.Range(0, set.Count).Where(id => (found[id >> 6] >> id & 1) != 0)];
        Assert.Equal(ids.Length > 0, any);
        ulong[] dense = new ulong[set.WordCount];
        Assert.Equal(any, set.ScanDense(Text.Bytes(input), dense));
        Assert.Equal(found, dense);
        return ids;
    }

    private static int Place(string input, string literal, bool ignoreCase, LiteralAnchor anchor)
    {
        StringComparison comparison = StringComparison.Ordinal;
        if (ignoreCase)
        {
            (input, literal) = (Sets.ByteStringSetTests.Fold(input), Sets.ByteStringSetTests.Fold(literal));
        }

        return anchor switch
        {
            LiteralAnchor.Start => input.StartsWith(literal, comparison) ? 0 : -1,
            LiteralAnchor.End => input.EndsWith(literal, comparison) ? input.Length - literal.Length : -1,
            LiteralAnchor.Whole => input == literal ? 0 : -1,
            _ => input.IndexOf(literal, comparison),
        };
    }
}
