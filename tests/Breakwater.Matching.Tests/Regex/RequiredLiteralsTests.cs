using CsCheck;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>What every match must contain.</summary>
public sealed class RequiredLiteralsTests
{
    private static ByteRegex Compile(string pattern)
    {
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern), ByteRegexOptions.Default, out var regex, out var error), error.Message);
        return regex;
    }

    [Theory]
    [InlineData("abc", "abc", false, 3)]
    [InlineData("(?i)abc", "abc", true, 3)]
    [InlineData("(?i)123", "123", false, 3)]
    [InlineData("a(?:b|c)d", "abd acd", false, 3)]
    [InlineData("abc|def|x", "x abc def", false, 1)]
    [InlineData("abc|ab", "ab", false, 2)]
    [InlineData("select.*from", "select", false, 10)]
    [InlineData(@"\bunion\b\s+select", "union", false, 12)]
    [InlineData(@"\b(?:abs|exp)\s*\(", "abs exp", false, 4)]
    [InlineData("s(?:elect|leep)", "sleep select", false, 5)]
    [InlineData("(?i:exec)x[0-9]", "execx", true, 6)]
    [InlineData("[aA]b", "ab", true, 2)]
    [InlineData("a+bc", "bc", false, 3)]
    [InlineData("(?:ab)+c", "ab", false, 3)]
    [InlineData("ab{3}c", "abbbc", false, 5)]
    [InlineData("ab?c", "ac abc", false, 2)]
    [InlineData("a*", "", false, 0)]
    [InlineData("a*|bcd", "", false, 0)]
    [InlineData(@"\w+", "", false, 1)]
    [InlineData(@"\d{4}-\w\w", "-", false, 7)]
    [InlineData("^$", "", false, 0)]
    [InlineData("[a&&b]", "", false, 1)]
    [InlineData("(?:)", "", false, 0)]
    public void They_are(string pattern, string literals, bool ignoreCase, int minLength)
    {
        var required = Compile(pattern).Required;

        Assert.Equal(literals, string.Join(' ', required.Literals.Select(literal => Text.Show(literal))));
        Assert.Equal(ignoreCase, required.IgnoreCase);
        Assert.Equal(minLength, required.MinLength);
        Assert.Equal(literals.Length > 0, required.Any);
    }

    /// <summary>Sets of bytes that are no letters, each of which every match has one of.</summary>
    [Theory]
    [InlineData(@"\b(?:abs|exp)\s*\(", "(")]
    [InlineData("""["'`]\s*;""", "\"'` ;")]
    [InlineData("a[<=]b|c<d", "<=")]
    [InlineData("<a>|<b", "<")]
    [InlineData("ab-12", "- 0123456789")]
    [InlineData("a(?:-b)?", "")]
    [InlineData("(?:-b){2}", "-")]
    [InlineData("-a|b", "")]
    [InlineData("[-a]", "")]
    [InlineData("[^-]", "")]
    public void Bytes_of_which_one_is_in_every_match(string pattern, string sets) =>
        Assert.Equal(sets, string.Join(' ', Compile(pattern).Required.OneOfEach.Select(set => Text.Show(set))));

    /// <summary>How far into a match its literal begins, at most.</summary>
    [Theory]
    [InlineData("abc", 0)]
    [InlineData(@"\bunion", 0)]
    [InlineData("[0-9]{2,4}abc", 4)]
    [InlineData("(?:[0-9]|[a-z][a-z])abc", 2)]
    [InlineData("x[0-9]*abc", int.MaxValue)]
    [InlineData("(?:abc|[0-9]xyz)+", 0)]
    [InlineData("(?:abc|[a-z]xyz)+", 1)]
    [InlineData("(?:abc){2,3}", 0)]
    [InlineData("[a-z]+", int.MaxValue)]
    public void A_literal_begins_near_the_start_of_a_match(string pattern, int lead) => Assert.Equal(lead, Compile(pattern).Required.MaxLead);

    /// <summary>A text without certain bytes has to contain more.</summary>
    [Theory]
    [InlineData("""w["']*g["']*e["']*t""", "\"'", "wget")]
    [InlineData("""w["']*g["']*e["']*t|<script""", "\"'<", "wget")]
    [InlineData("[\"'][a-z]+", "\"'", null)]
    [InlineData("[\"']|x", "\"'", "x")]
    [InlineData("(?:'a)?b", "'", "b")]
    [InlineData("(?:'a)+b", "'", null)]
    public void Without_certain_bytes_they_are(string pattern, string absent, string? literals)
    {
        var required = Compile(pattern).RequiredWithout(Text.Bytes(absent));

        Assert.Equal(literals is null, required.IsImpossible);
        Assert.Equal(literals ?? "", string.Join(' ', required.Literals.Select(literal => Text.Show(literal))));
    }

    [Fact]
    public void They_occur_in_every_match()
    {
        var patterns = Gen.Select(
            Gen.OneOf(
                Text.Of("abcABC", 1, 3),
                Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index])).Array[1, 6].Select(string.Concat),
            Text.Of("abcABC-12", 0, 14));

        Forall.Check(patterns, 15_000, sample => $"{sample.Item1} on {sample.Item2}", sample =>
        {
            if (!ByteRegex.TryCompile(Text.Bytes(sample.Item1), ByteRegexOptions.Default, out var regex, out _))
                return;
            byte[] text = Text.Bytes(sample.Item2);
            if (!PikeMatch(sample.Item1, text, out var match))
                return;
            string found = Text.Show(match.Of(text));
            AssertHas(regex.Required, found);
            foreach (string absent in new[] { "a", "A", "bc", "-B" })
            {
                if (text.AsSpan().IndexOfAny(Text.Bytes(absent)) < 0)
                    AssertHas(regex.RequiredWithout(Text.Bytes(absent)), found);
            }
        });

        static void AssertHas(RequiredLiterals required, string found)
        {
            Assert.False(required.IsImpossible);
            Assert.True(found.Length >= required.MinLength);
            int nearest = required.Literals.Select(literal => found.IndexOf(
                Text.Show(literal), required.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
            Assert.True(!required.Any || nearest >= 0);
            Assert.True(nearest <= required.MaxLead);
            Assert.All(required.OneOfEach, set => Assert.True(Text.Bytes(found).AsSpan().IndexOfAny(set) >= 0));
        }
    }

    /// <summary>A match found without any help of literals.</summary>
    private static bool PikeMatch(string pattern, byte[] text, out ByteRange match)
    {
        var parsed = RegexParser.Parse(Text.Bytes(pattern), ByteRegexOptions.Default, out _)!;
        int[] slots = new int[2];
        bool found = PikeVm.Search(RegexCompiler.Compile([parsed.Root], reversed: false, captures: false), text, 0, anchored: false, slots);
        match = found ? new ByteRange(slots[0], slots[1]) : ByteRange.None;
        return found;
    }

    private static readonly string[] Pieces = ["(?i)", "(?:ab|c)", "(?:a|bc|)", "[ab]", "[^a]", "x?", "(?:bc)+", "(?:ab){2}", "(?:a|b){2,3}", "c*", "|", ".*", "[aA]", "[a-z]", "(?i:c)", "-", "[-1]", "[12]+"];
}
