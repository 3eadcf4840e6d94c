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
    [InlineData("select.*from", "from", false, 10)]
    [InlineData(@"\bunion\b\s+select", "union", false, 12)]
    [InlineData("s(?:elect|leep)", "sleep select", false, 5)]
    [InlineData("(?i:exec)x[0-9]", "execx0 execx1 execx2 execx3 execx4 execx5 execx6 execx7 execx8 execx9", true, 6)]
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

    [Fact]
    public void They_occur_in_every_match()
    {
        var patterns = Gen.Select(
            Gen.OneOf(
                Text.Of("abcABC", 1, 3),
                Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index])).Array[1, 6].Select(string.Concat),
            Text.Of("abcABC-", 0, 14));

        Forall.Check(patterns, 15_000, sample => $"{sample.Item1} on {sample.Item2}", sample =>
        {
            if (!ByteRegex.TryCompile(Text.Bytes(sample.Item1), ByteRegexOptions.Default, out var regex, out _))
                return;
            byte[] text = Text.Bytes(sample.Item2);
            if (!PikeMatch(sample.Item1, text, out var match))
                return;
            string found = Text.Show(match.Of(text));
            var required = regex.Required;
            Assert.True(found.Length >= required.MinLength);
            Assert.True(!required.Any || required.Literals.Any(literal =>
                found.Contains(Text.Show(literal), required.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)));
        });
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

    private static readonly string[] Pieces = ["(?i)", "(?:ab|c)", "(?:a|bc|)", "[ab]", "[^a]", "x?", "(?:bc)+", "(?:ab){2}", "(?:a|b){2,3}", "c*", "|", ".*", "[aA]", "[a-z]", "(?i:c)"];
}
