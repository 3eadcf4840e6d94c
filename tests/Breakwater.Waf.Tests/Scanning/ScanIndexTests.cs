using System.Text;
using Breakwater.Waf.Operators;
using Breakwater.Waf.Scanning;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Tests.Scanning;

public sealed class ScanIndexTests
{
    [Theory]
    [InlineData("@rx select.+from", "hello world", false)]
    [InlineData("@rx select.+from", "select a from b", true)]
    [InlineData("@rx (?i)select.+from", "SELECT a FROM b", true)]
    [InlineData("@rx select.+from", "sel", false)]
    [InlineData("@rx [\"'`]", "O Brien", false)]
    [InlineData("@rx [\"'`]", "O'Brien", true)]
    [InlineData("@rx .{5}", "1234", false)]
    [InlineData("@rx .{5}", "12345", true)]
    [InlineData("@rx ^$", "", true)]
    [InlineData("@rx a*", "", true)]
    [InlineData("@pm sleep benchmark", "asleep", true)]
    [InlineData("@pm sleep benchmark", "BenchMark", true)]
    [InlineData("@pm sleep benchmark", "slee", false)]
    [InlineData("@pm sleep benchmark", "benchmar", false)]
    [InlineData("@pm x", "X", true)]
    [InlineData("@validateUrlEncoding", "100", false)]
    [InlineData("@validateUrlEncoding", "100%", true)]
    [InlineData("@streq a", "b", true)]
    [InlineData("@unconditionalMatch", "", true)]
    public void A_bit_is_clear_where_the_operator_cannot_hold(string written, string value, bool candidate) =>
        Assert.Equal(candidate, Candidates([written], value)[0]);

    [Fact]
    public void Each_operator_has_the_bit_of_its_place()
    {
        string[] written = [.. Enumerable.Range(0, 150).Select(i => i % 50 == 20 ? "@rx select" : $"@rx other{i}")];
        bool[] candidates = Candidates(written, "select");
        Assert.Equal([20, 70, 120], Enumerable.Range(0, 150).Where(i => candidates[i]));
    }

    [Fact]
    public void Only_wanted_operators_are_candidates()
    {
        ScanIndex index = ScanIndex.Create([.. Enumerable.Range(0, 70).Select(i => Compile(i == 69 ? "@pm abc" : "@rx a"))]);
        ulong[] candidates = new ulong[index.WordCount];
        index.Scan("xabcx"u8, [0b1010, 1UL << 5], candidates);
        Assert.Equal([0b1010, 1UL << 5], candidates);
        index.Scan("xabx"u8, [0b1010, 1UL << 5], candidates);
        Assert.Equal([0b1010, 0], candidates);
        index.Scan("xabx"u8, [0, 0], candidates);
        Assert.Equal([0, 0], candidates);
    }

    [Fact]
    public void The_bit_of_a_phrase_match_is_the_answer_itself()
    {
        ScanIndex index = ScanIndex.Create([Compile("@rx abc"), Compile("@pm abc")]);
        Assert.Equal([0b10], index.Exact.ToArray());
    }

    [Fact]
    public void An_index_of_nothing_has_no_words()
    {
        ScanIndex index = ScanIndex.Create([]);
        Assert.Equal(0, index.WordCount);
        index.Scan("abc"u8, []);
    }

    [Fact]
    public void Scanning_allocates_nothing()
    {
        ScanIndex index = ScanIndex.Create([.. Enumerable.Range(0, 200).Select(i => Compile(i % 2 == 0 ? $"@pm phrase{i} other" : $"@rx (?i)text{i}\\s"))]);
        byte[] value = Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 300).Select(i => $"phrase{i} TEXT{i}")));
        ulong[] candidates = new ulong[index.WordCount];
        index.Scan(value, candidates);
        Assert.Equal(0, LeastAllocated.By(() => index.Scan(value, candidates)));
    }

    private static bool[] Candidates(string[] written, string value)
    {
        ScanIndex index = ScanIndex.Create([.. written.Select(Compile)]);
        ulong[] candidates = new ulong[index.WordCount];
        index.Scan(Encoding.Latin1.GetBytes(value), candidates);
        return [.. Enumerable.Range(0, written.Length).Select(i => (candidates[i >> 6] >> i & 1) != 0)];
    }

    private static Operator Compile(string written)
    {
        SecRuleset rules = SecRuleset.Parse($"SecRule ARGS \"{written.Replace("\"", "\\\"", StringComparison.Ordinal)}\" \"id:1,phase:2,pass,t:none\"").Ruleset!;
        List<SecDiagnostic> found = [];
        Operator? compiled = new OperatorCompiler().Compile(rules.Rules.Single().Operator, found);
        Assert.True(compiled is not null, string.Join("\n", found));
        return compiled;
    }
}
