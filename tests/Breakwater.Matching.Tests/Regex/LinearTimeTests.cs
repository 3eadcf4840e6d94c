using System.Text;
using CsCheck;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>No pattern and no text is expensive: work is counted, not timed.</summary>
public sealed class LinearTimeTests
{
    /// <summary>Patterns that make backtracking engines take exponential or polynomial time, with what drives them there.</summary>
    public static TheoryData<string, string, string> Explosive => new()
    {
        { "(a+)+$", "a", "!" },
        { "(a*)*$", "a", "!" },
        { "(a|a)*b", "a", "" },
        { "(a|aa)+$", "a", "!" },
        { "(.*)*x", "ab", "" },
        { "(.*a){12}$", "a", "!" },
        { "^(([a-z])+.)+[A-Z]([a-z])+$", "a", "" },
        { @"(\w+\s?)*$", "aa ", "!" },
        { @"^(\d+)*\.$", "1", "" },
        { ".*.*=.*", "x", "" },
        { "(?:.*?,){11}P", "1,", "" },
        { @"\s*,\s*;", " ", "" },
        { @"^\s+|\s+$", " ", "x" },
        { "(?i)(?:(?:a|b)*?c)*?d", "abc", "" },
        { "(a?){30}a{30}", "a", "!" },
        { @"(?:a|b|ab)*c", "ab", "" },
        { @"(x+x+)+y", "x", "" },
        { @"<!--.*?-->", "<!--", "" },
        { @"\b(?:\w+\b\W*)*=$", "a b", "!" },
    };

    [Theory]
    [MemberData(nameof(Explosive))]
    public void A_simulation_takes_steps_in_proportion_to_the_text(string pattern, string part, string end)
    {
        var parsed = RegexParser.Parse(Text.Bytes(pattern), ByteRegexOptions.Default, out _)!;
        var search = RegexCompiler.Compile([parsed.Root], reversed: false, captures: true);

        long Steps(int length)
        {
            byte[] text = Repeated(part, length, end);
            var scratch = NfaScratch.Rent(search);
            long before = scratch.Visits;
            NfaSimulation.IsMatch(search, text, 0);
            PikeVm.Search(search, text, 0, anchored: false, new int[2 * parsed.GroupNames.Count]);
            return NfaScratch.Rent(search).Visits - before;
        }

        long small = Steps(2_000), large = Steps(4_000);

        Assert.True(small <= 2L * 2_100 * search.Instructions.Length * 2, $"{small} steps, {search.Instructions.Length} instructions");
        Assert.True(large <= 2.1 * small + 1_000, $"{small} steps, then {large}");
    }

    [Theory]
    [MemberData(nameof(Explosive))]
    public void An_automaton_builds_few_transitions_and_reads_each_byte_once(string pattern, string part, string end)
    {
        var parsed = RegexParser.Parse(Text.Bytes(pattern), ByteRegexOptions.Default, out _)!;
        var dfa = new LazyDfa(RegexCompiler.Compile([parsed.Root], reversed: false, captures: false), DfaGoal.Any, 2 << 20);

        Assert.NotNull(dfa.IsMatch(Repeated(part, 1_000, end), 0));
        long built = dfa.Built;
        Assert.NotNull(dfa.IsMatch(Repeated(part, 100_000, end), 0));

        Assert.True(built < 500, $"{built} transitions");
        Assert.True(dfa.Built <= built + 10, $"{built} transitions, then {dfa.Built}");
    }

    /// <summary>The state "which of the last 16 bytes were an a" has 2^16 values: random text meets a new one at each byte.</summary>
    [Fact]
    public void A_text_that_defeats_the_automaton_is_given_up_early_and_answered_by_simulation()
    {
        const string Pattern = "(?:a|b)*a(?:a|b){16}c";
        var parsed = RegexParser.Parse(Text.Bytes(Pattern), ByteRegexOptions.Default, out _)!;
        var dfa = new LazyDfa(RegexCompiler.Compile([parsed.Root], reversed: false, captures: false), DfaGoal.Any, 64 << 10);
        var random = new Random(1);
        byte[] text = [.. Enumerable.Range(0, 50_000).Select(_ => random.Next(2) == 0 ? (byte)'a' : (byte)'b')];

        Assert.Null(dfa.IsMatch(text, 0));
        Assert.True(dfa.Built < 5_000, $"{dfa.Built} transitions");

        Assert.True(ByteRegex.TryCompile(Text.Bytes(Pattern), ByteRegexOptions.Default with { MaxDfaBytes = 64 << 10 }, out var regex, out _));
        Assert.False(regex.IsMatch(text));
        text[^1] = (byte)'c';
        text[^18] = (byte)'a';
        Assert.True(regex.IsMatch(text));
        Assert.True(regex.TryFind(text, 0, out var match));
        Assert.Equal(new ByteRange(0, text.Length), match);
    }

    [Fact]
    public void No_pattern_throws_and_none_takes_long_to_refuse()
    {
        var piece = Gen.OneOf(
            Text.Of(@"ab\[](){}|*+?^$.-,0123456789iPQEx<>=!:&~#' ", 1, 3),
            Text.Of("é\xff\n\0", 1, 1),
            Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]));
        var patterns = Gen.Select(piece.Array[0, 12].Select(string.Concat), Gen.Bool, Gen.Bool);
        byte[] text = "a-ab\nb0 é"u8.ToArray();

        Forall.Check(patterns, 15_000, sample => sample.Item1, sample =>
        {
            var options = new ByteRegexOptions
            {
                Dialect = sample.Item2 ? RegexDialect.Rust : RegexDialect.Pcre,
                IgnoreCase = sample.Item3,
                MaxProgramBytes = 100_000,
            };
            byte[] pattern = sample.Item3 ? Encoding.UTF8.GetBytes(sample.Item1) : Text.Bytes(sample.Item1);
            if (ByteRegex.TryCompile(pattern, options, out var regex, out var error))
            {
                regex.TryMatch(text, 0, new ByteRange[regex.GroupCount]);
                return;
            }
            Assert.InRange(error.Offset, 0, pattern.Length);
            Assert.NotEmpty(error.Message);
        });
    }

    [Theory]
    [InlineData("(", "", "nest")]
    [InlineData("(?:", "", "nest")]
    [InlineData("[", "", "nest")]
    [InlineData("[^a", "", "nest")]
    [InlineData("(?i:a|", "", "nest")]
    [InlineData("a{0,9}", "*", "too deeply")]
    [InlineData("a", "*?", "too deeply")]
    public void Deep_nesting_is_refused(string open, string more, string message)
    {
        string pattern = more.Length == 0 ? string.Concat(Enumerable.Repeat(open, 100_000)) : open + string.Concat(Enumerable.Repeat(more, 100_000));

        Assert.False(ByteRegex.TryCompile(Text.Bytes(pattern), ByteRegexOptions.Default, out _, out var error));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("((a{100}){100}){100}")]
    [InlineData("a{4294967295}")]
    [InlineData("(?:a{65535}){65535}")]
    [InlineData("(?:){4294967295}a{900000}")]
    [InlineData("(){4294967295}")]
    [InlineData("(?:|){4294967295}")]
    [InlineData("(?:(?:(?:(?:(?:|){999}){999}){999}){999}){999}")]
    [InlineData("a{1000,900000}")]
    public void Huge_counts_are_refused(string pattern)
    {
        Assert.False(ByteRegex.TryCompile(Text.Bytes(pattern), ByteRegexOptions.Default, out _, out var error));

        Assert.Contains("written out", error.Message, StringComparison.Ordinal);
    }

    private static readonly string[] Pieces =
    [
        "(?i)", "(?s:", "(?x)", "(?P<n>", "(?<n>", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?:", "[[:alpha:]]", "[^", "{2,3}", "{1000}", "{2", "\\Q", "\\E",
        "\\x{41}", "\\x4", "\\b", "\\B", "\\z", "\\1", "\\012", "[a-", "&&", "--", "~~", "(?R)", "(?#", "(*", "(?|", ")", ")*", "]+", "\\p{L}", "(?-", "(?i-s:", "\\",
    ];

    private static byte[] Repeated(string part, int length, string end) =>
        Text.Bytes(string.Concat(Enumerable.Repeat(part, length / part.Length)) + end);
}
