using CsCheck;

namespace Breakwater.Matching.Tests.Literals;

public class AhoCorasickTests
{
    /// <param name="mostFlat">Whether every state has a row of the table, or only those that branch.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void All_literals_behind_the_starting_place_are_found(int mostFlat)
    {
        Gen<(string[], string, bool, double)> cases =
            Gen.Select(Text.Of("aAbc", 1, 7).Array[1, 60], Text.Of("aAbcd", 0, 120), Gen.Bool, Gen.Double.Unit, (l, i, c, f) => (l, i, c, f));
        Forall.Check(cases, 5_000, c => $"{string.Join(',', c.Item1)} in {c.Item2}", c =>
        {
            (string[] texts, string input, bool ignoreCase, double share) = c;
            texts = [.. texts.Select(text => ignoreCase ? text.ToLowerInvariant() : text).Distinct()];
            AhoCorasick automaton = new([.. texts.Select((text, id) => (new Literal(Text.Bytes(text), ignoreCase, LiteralAnchor.Anywhere), id))], mostFlat);
            int from = (int)(share * input.Length);
            ulong[] found = new ulong[1];
            AllLiterals all = new(found);
            automaton.Scan(Text.Bytes(input), from, ref all);
            FirstLiteral first = new();
            automaton.Scan(Text.Bytes(input), from, ref first);

            string searched = ignoreCase ? input[from..].ToLowerInvariant() : input[from..];
            int lowest = int.MaxValue;
            for (int id = 0; id < texts.Length; id++)
            {
                int place = searched.IndexOf(texts[id], StringComparison.Ordinal);
                Assert.True((found[0] >> id & 1) != 0 == place >= 0, texts[id]);
                lowest = place >= 0 ? Math.Min(lowest, from + place) : lowest;
            }

            Assert.Equal(lowest, first.Start);
        });
    }

    /// <inheritdoc cref="All_literals_behind_the_starting_place_are_found"/>
    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void Literals_may_contain_every_byte(int mostFlat)
    {
        // From any byte to the one 7 or 11 further, and three bytes of each value.
        List<(Literal, int)> literals = [];
        for (int value = 0; value < 256; value++)
        {
            literals.Add((new Literal([(byte)value, (byte)(value + 7)], false, LiteralAnchor.Anywhere), literals.Count));
            literals.Add((new Literal([(byte)value, (byte)(value + 11)], false, LiteralAnchor.Anywhere), literals.Count));
            literals.Add((new Literal([(byte)value, (byte)value, (byte)value], false, LiteralAnchor.Anywhere), literals.Count));
        }

        AhoCorasick automaton = new(literals, mostFlat);
        foreach ((Literal literal, int id) in literals)
        {
            ulong[] found = new ulong[12];
            AllLiterals all = new(found);
            byte[] input = [1, 2, .. literal.Bytes, 4, 8];
            automaton.Scan(input, 0, ref all);
            Assert.True((found[id >> 6] >> id & 1) != 0, $"{id}");
            Assert.InRange(found.Sum(word => System.Numerics.BitOperations.PopCount(word)), 1, 3);
        }
    }
}
