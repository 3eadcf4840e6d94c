using System.Diagnostics;
using System.Text.RegularExpressions;
using Breakwater.Config.Tests.Reference;
using CsCheck;

namespace Breakwater.Config.Tests.Reading;

/// <summary>Whatever the text: an answer, in bounded time and space, never an exception.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Seeds = LoadSeeds();

    // What breaks YAML readers: indicators, indentation, quotes, line breaks of all kinds, things outside of the BMP.
    private static readonly string[] Fragments =
    [
        "\n", "\r", "\t", "  ", ": ", "- ", "? ", "[", "]", "{", "}", ",", "\"", "'", "|", ">", "&a ", "*a", "!", "!!str ", "%", "@", "`", "#", "---\n",
        "...\n", "<<", "\0", "\u0085", "\u2028", "\uFEFF", "\uD83D", "😀", "~", "null", "zones", "origins", "999999999999999999999", "é", "\\", "\u007f",
    ];

    private static readonly Gen<string> AnyText = Gen.OneOf(OneOf(Fragments), Gen.String[Gen.Char, 0, 4]).List[0, 60].Select(string.Concat);

    private static readonly Gen<string> MutatedDocument =
        from seed in OneOf(Seeds)
        from edits in Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 6], OneOf(Fragments)).List[1, 5]
        select edits.Aggregate(seed, Edit);

    // Values at the edge of one kind or another, to stand in for the ones in a good document.
    private static readonly string[] Values =
    [
        "0", "1", "-1", "1.5", "1e3", "0x10", "10s", "1d", "0s", "10", "64KiB", "1GiB", "240B/s", "20%", "100%", "true", "'true'", "off", "~", "''", "x", "X-Y", "a b", "*",
        "'*'", "'*.x'", "1.2", "1.3", "'1.2'", "200", "200-299", ":80", "localhost:0", "unix:/x", "::1", "10.0.0.0/8", "http://x", "https://x:1/", "/x", "header X", "path",
        "h1", "[h1]", "[]", "{}", "[x]", "{502: x}", "{all: x}", "{verify: false}", "hash", "info", "json", "stdout",
    ];

    // A value in flow style: after a colon, up to a comma or bracket.
    private static readonly Regex Value = new("(?<=: )[^,\\[\\]{}\n]+");

    [Fact]
    public void Any_text_gets_an_answer() => AnyText.Sample(AssertAnswered, iter: 5_000, seed: "0000000000001", threads: 1);

    [Fact]
    public void Any_mutated_document_gets_an_answer() => MutatedDocument.Sample(AssertAnswered, iter: 5_000, seed: "0000000000001", threads: 1);

    [Fact]
    public void What_the_reader_takes_the_JSON_Schema_takes()
    {
        int taken = 0;
        foreach (Match old in Value.Matches(GoodDocumentTests.EveryKey))
        {
            foreach (string value in Values)
            {
                string text = string.Concat(GoodDocumentTests.EveryKey.AsSpan(0, old.Index), value, GoodDocumentTests.EveryKey.AsSpan(old.Index + old.Length));
                if (ConfigReader.Read(text, "any.yaml").Config is null) continue;
                taken++;
                Assert.Null(JsonSchemaCheck.Fault(text));
            }
        }
        Assert.InRange(taken, 300, int.MaxValue);
    }

    [Theory]
    [InlineData("[", "nests deeper than 32 levels")]
    [InlineData("{a: ", "nests deeper than 32 levels")]
    [InlineData("- ", "nests deeper than 32 levels")]
    [InlineData("? ", "nests deeper than 32 levels")]
    [InlineData("a,", "")]
    [InlineData("\n", "no zones")]
    [InlineData("#\n", "no zones")]
    [InlineData("\"", "")]
    [InlineData("!", "YAML tags are not supported")]
    [InlineData("a: ", "")]
    [InlineData("%a\n", "")]
    [InlineData("--- a\n", "a second YAML document")]
    [InlineData("*a ", "")]
    [InlineData("&a ", "")]
    [InlineData(" ", "no zones")]
    [InlineData("a\n", "not a mapping")]
    [InlineData("😀", "not a mapping")]
    [InlineData("\r", "no zones")]
    public void The_same_over_and_over(string piece, string problem)
    {
        string text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        Stopwatch clock = Stopwatch.StartNew();
        ConfigResult result = ConfigReader.Read(text, "bad.yaml");
        Assert.Null(result.Config);
        Assert.Contains(result.Diagnostics, d => d.Problem.Contains(problem, StringComparison.Ordinal));
        // Linear time takes milliseconds; anything quadratic in a million characters takes minutes.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_billion_laughs_stay_a_few_lines()
    {
        string bomb = "a: &a [lol, lol]\n" + string.Concat(Enumerable.Range('b', 20).Select(c => $"{(char)c}: &{(char)c} [*{(char)(c - 1)}, *{(char)(c - 1)}]\n"));
        ConfigResult result = ConfigReader.Read(bomb, "bad.yaml");
        Assert.Null(result.Config);
        Assert.All(result.Diagnostics, d => Assert.True(d.Position.Line <= 21));
        Assert.Contains(result.Diagnostics, d => d.Problem == "'*a' is a YAML alias, which is not supported");
    }

    [Fact]
    public void A_document_too_long_is_refused_unread() =>
        Assert.Equal(
            "bad.yaml:1:1: the document has more than 4,194,304 characters; split it, or remove what is not needed",
            Assert.Single(ConfigReader.Read(new string('[', 4_194_305), "bad.yaml").Diagnostics).ToString());

    [Fact]
    public void Too_many_values_are_refused()
    {
        ConfigResult result = ConfigReader.Read("trusted_proxies: [" + string.Concat(Enumerable.Repeat("::1,", 300_000)) + "]", "bad.yaml");
        Assert.Equal("the document has more than 200,000 values", Assert.Single(result.Diagnostics).Problem);
    }

    [Fact]
    public void A_control_character_is_told_with_its_place() =>
        Assert.Equal("bad.yaml:2:9", Assert.Single(ConfigReader.Read("data: /\nadmin: {\u001b}\n", "bad.yaml").Diagnostics).Position.ToString());

    [Fact]
    public void Of_thousands_of_problems_the_first_hundred_are_told()
    {
        ConfigResult result = ConfigReader.Read(string.Concat(Enumerable.Range(0, 5000).Select(i => $"unknown{i}: 1\n")), "bad.yaml");
        Assert.Equal(101, result.Diagnostics.Count);
        Assert.Equal("bad.yaml:100:1: 4,900 further problems are not shown; mend the ones above first", result.Diagnostics[^1].ToString());
    }

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static void AssertAnswered(string text)
    {
        ConfigResult result = ConfigReader.Read(text, "any.yaml");
        Assert.Equal(result.Config is null, result.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error));
        int lines = text.Count(c => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029') + 2;
        foreach (ConfigDiagnostic diagnostic in result.Diagnostics)
        {
            Assert.InRange(diagnostic.Position.Line, 1, lines);
            Assert.InRange(diagnostic.Position.Column, 1, text.Length + 2);
            Assert.InRange(diagnostic.ToString().Length, 1, 1000);
            Assert.DoesNotContain(diagnostic.ToString(), c => char.IsControl(c));
        }
    }

    private static string Edit(string text, (int At, int Cut, string Piece) edit)
    {
        int at = edit.At % (text.Length + 1);
        return string.Concat(text.AsSpan(0, at), edit.Piece, text.AsSpan(Math.Min(text.Length, at + edit.Cut)));
    }

    private static string[] LoadSeeds()
    {
        string mistakes = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Reading", "bad-documents.txt"));
        return [.. mistakes.Split("\n=== ").Skip(1).Select(b => b[(b.IndexOf('\n') + 1)..b.IndexOf("\n>> ", StringComparison.Ordinal)])];
    }
}
