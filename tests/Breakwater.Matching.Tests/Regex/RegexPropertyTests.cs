using System.Text.RegularExpressions;
using CsCheck;

namespace Breakwater.Matching.Tests.RegularExpressions;

/// <summary>The engine against a backtracking matcher and against .NET's, on small random patterns and texts.</summary>
public sealed class RegexPropertyTests
{
    private static readonly ByteRegexOptions Pcre = new() { Dialect = RegexDialect.Pcre };

    private static readonly Gen<string> Texts = Text.Of("aaabbc \n", 0, 12);

    private static readonly Gen<ReferencePattern> Sets = Gen.OneOf<ReferencePattern>(
        Among("a", "b", "c", " ", "\n").Select(member => (ReferencePattern)new OneOf(member, false)),
        Gen.Select(Among("ab", "bc", "a\n", "a "), Gen.Bool).Select((members, negate) => (ReferencePattern)new OneOf(members, negate)));

    private static readonly Gen<ReferencePattern> Assertions =
        Among("^", "$", "(?m:$)", @"\b", @"\B", @"\A", @"\z", "(?m:^)").Select(syntax => (ReferencePattern)new Assertion(syntax));

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<ReferencePattern> Patterns(bool emptyRounds, bool lookaround) => Gen.Recursive<ReferencePattern>((depth, inner) =>
    {
        if (depth >= 5)
            return Sets;
        var repeated = Gen.Select(inner, Among((0, int.MaxValue), (1, int.MaxValue), (0, 1), (2, 3), (1, 2), (2, int.MaxValue)), Gen.Bool)
            .Select((item, count, greedy) => emptyRounds || !item.MayBeEmpty ? (ReferencePattern)new Repeated(item, count.Item1, count.Item2, greedy) : item);
        var sequence = inner.Array[0, 3].Select(parts => (ReferencePattern)new Sequence(parts));
        var choice = inner.Array[2, 3].Select(branches => (ReferencePattern)new Choice(branches));
        var captured = inner.Select(item => (ReferencePattern)new Captured(item, 0));
        var around = Gen.Select(inner, Gen.Bool, Gen.Bool).Select((item, ahead, negative) => (ReferencePattern)new Around(item, ahead, negative));
        return lookaround
            ? Gen.Frequency((4, Sets), (1, Assertions), (3, repeated), (4, sequence), (3, choice), (2, around))
            : Gen.Frequency((4, Sets), (2, Assertions), (3, repeated), (5, sequence), (3, choice), (2, captured));
    });

    [Fact]
    public void Matches_and_groups_are_those_of_backtracking() => Compare(Patterns(emptyRounds: false, lookaround: false), 4_000, ByteRegexOptions.Default);

    [Fact]
    public void Lookarounds_hold_where_backtracking_holds() => Compare(Patterns(emptyRounds: false, lookaround: true), 3_000, Pcre);

    /// <summary>Engines differ in what an empty round of a loop does to the match's length; whether and where it begins is common ground.</summary>
    [Fact]
    public void With_empty_rounds_matches_begin_where_those_of_backtracking_begin() =>
        Compare(Patterns(emptyRounds: true, lookaround: false), 4_000, ByteRegexOptions.Default, startOnly: true);

    [Fact]
    public void It_agrees_with_the_platform_where_the_dialects_agree() =>
        Forall.Check(Gen.Select(Patterns(emptyRounds: false, lookaround: false), Texts), 2_000, Show, sample =>
        {
            int groups = 1;
            var pattern = Numbered(sample.Item1, ref groups);
            // There "$" also holds before a final newline, and so does the one of "(?m:$)" here.
            string theirs = pattern.Print().Replace("(?m:$)", "(?=\n|\\z)").Replace("$", @"\z");
            var expected = new Regex(theirs, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)).Match(sample.Item2);

            Assert.Equal(
                expected.Success ? expected.Groups.Values.Select(group => group.Success ? new ByteRange(group.Index, group.Index + group.Length) : ByteRange.None) : null,
                Matched(Compile(pattern, ByteRegexOptions.Default), sample.Item2));
        });

    [Fact]
    public void Simulation_automata_and_groups_agree() =>
        Forall.Check(Gen.Select(Patterns(emptyRounds: true, lookaround: false), Texts), 1_500, Show, sample =>
        {
            int groups = 1;
            var pattern = Numbered(sample.Item1, ref groups);
            byte[] text = Text.Bytes(sample.Item2);
            var parsed = RegexParser.Parse(Text.Bytes(pattern.Print()), ByteRegexOptions.Default, out _)!;
            var search = RegexCompiler.Compile([parsed.Root], reversed: false, captures: false);
            var captures = RegexCompiler.Compile([parsed.Root], reversed: false, captures: true);
            var slots = new int[2 * groups];

            for (int start = 0; start <= text.Length; start++)
            {
                bool found = PikeVm.Search(captures, text, start, anchored: false, slots);
                // The smallest cache: it runs full, starts afresh or gives up, and may never be wrong.
                Assert.Equal(found, new LazyDfa(search, DfaGoal.Any, 0).IsMatch(text, start) ?? found);
                Assert.Equal(found, NfaSimulation.IsMatch(search, text, start));
                Assert.Equal(found ? slots[1] : -1, new LazyDfa(search, DfaGoal.First, 1 << 20).FindEnd(text, start));
                var regex = Compile(pattern, ByteRegexOptions.Default);
                Assert.Equal(found, regex.TryFind(text, start, out var match));
                Assert.Equal(found ? new ByteRange(slots[0], slots[1]) : ByteRange.None, match);
            }
        });

    private static void Compare(Gen<ReferencePattern> patterns, int rounds, ByteRegexOptions options, bool startOnly = false) =>
        Forall.Check(Gen.Select(patterns, Texts), rounds, Show, sample =>
        {
            int count = 1;
            var pattern = Numbered(sample.Item1, ref count);
            ByteRange[]? expected;
            try
            {
                expected = pattern.Find(sample.Item2, count);
            }
            catch (ReferencePattern.OutOfSteps)
            {
                return;
            }

            var regex = Compile(pattern, options);
            var actual = Matched(regex, sample.Item2);

            if (startOnly)
                Assert.Equal(expected?[0].Start, actual?[0].Start);
            else
                Assert.Equal(expected, actual);
            Assert.Equal(expected is not null, regex.IsMatch(Text.Bytes(sample.Item2)));
        });

    private static ByteRegex Compile(ReferencePattern pattern, ByteRegexOptions options)
    {
        Assert.True(ByteRegex.TryCompile(Text.Bytes(pattern.Print()), options, out var regex, out var error), error.Message);
        return regex;
    }

    private static ByteRange[]? Matched(ByteRegex regex, string text)
    {
        var groups = new ByteRange[regex.GroupCount];
        return regex.TryMatch(Text.Bytes(text), 0, groups) ? groups : null;
    }

    /// <summary>The pattern with its groups numbered as they stand.</summary>
    private static ReferencePattern Numbered(ReferencePattern pattern, ref int groups)
    {
        switch (pattern)
        {
            case Captured captured:
                int index = groups++;
                return new Captured(Numbered(captured.Item, ref groups), index);
            case Repeated repeated:
                return repeated with { Item = Numbered(repeated.Item, ref groups) };
            case Sequence sequence:
                return new Sequence(Numbered(sequence.Parts, ref groups));
            case Choice choice:
                return new Choice(Numbered(choice.Branches, ref groups));
            default:
                return pattern;
        }
    }

    private static ReferencePattern[] Numbered(ReferencePattern[] patterns, ref int groups)
    {
        var numbered = new ReferencePattern[patterns.Length];
        for (int i = 0; i < patterns.Length; i++)
            numbered[i] = Numbered(patterns[i], ref groups);
        return numbered;
    }

    private static string Show((ReferencePattern Pattern, string Text) sample) =>
        $"{sample.Pattern.Print()} on \"{sample.Text.Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
