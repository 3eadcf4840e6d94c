using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>A string that is one of some, or none of some, and on which tests came out true or false.</summary>
/// <param name="MayBeMissing">Whether there may be no value.</param>
/// <param name="OneOf">The values it may have; null for any.</param>
/// <param name="NoneOf">The values it has not, when <paramref name="OneOf"/> is null.</param>
/// <param name="Tests">Tests by their spelling, and how they come out when there is a value.</param>
internal sealed record TextFacts(
    bool MayBeMissing, HashSet<string>? OneOf, HashSet<string> NoneOf, Dictionary<string, (TextTest Test, bool Passes)> Tests)
    : ValueFacts(MayBeMissing)
{
    public override bool IsContradiction => !MayBeMissing && (HasConflict || OneOf is { Count: 0 });

    // Set by And when tests cannot come out as they do.
    private bool HasConflict { get; init; }

    private int Count => (OneOf?.Count ?? 0) + NoneOf.Count;

    public static TextFacts From(ComparisonSyntax comparison)
    {
        ValueSyntax about = comparison.Left;
        return comparison.Right switch
        {
            BytesSetOperand set => In(about, set.Items.Select(i => i.Value)),
            LiteralOperand { Literal: BytesLiteral text } when comparison.Op == ComparisonOp.Equal => In(about, [text.Value]),
            LiteralOperand { Literal: BytesLiteral text } when comparison.Op == ComparisonOp.NotEqual =>
                new(false, null, [Key(text.Value)], []),
            WildcardOperand { Wildcard: { StarCount: 0, IgnoreCase: false } } same => In(about, [same.Pieces[0]]),
            _ => From(about, TextTest.Of(comparison)),
        };
    }

    /// <summary>The facts of a test that is passed.</summary>
    public static TextFacts From(ValueSyntax about, TextTest test)
    {
        if (test.Needs is { Literal: [], Anchor: not LiteralAnchor.Whole }) return new(false, null, [], []);
        LetterCase letters = LettersOf(about);
        return test.Has.Any(h => !h.IgnoreCase && !Allows(letters, h.Literal))
            ? new(false, [], [], []) : new(false, null, [], new() { [test.Key] = (test, true) });
    }

    public override ValueFacts And(ValueFacts other)
    {
        var facts = (TextFacts)other;
        bool conflict = HasConflict || facts.HasConflict;
        var tests = new Dictionary<string, (TextTest Test, bool Passes)>(Tests);
        foreach ((string key, (TextTest test, bool passes)) in facts.Tests)
        {
            conflict |= tests.TryGetValue(key, out var known) && known.Passes != passes;
            tests[key] = (test, passes);
        }

        foreach ((TextTest passed, _) in tests.Values.Where(t => t.Passes))
        {
            conflict |= tests.Values.Any(t => t.Passes ? passed.Excludes(t.Test) : passed.Implies(t.Test));
        }

        HashSet<string>? oneOf = (OneOf, facts.OneOf) switch
        {
            (null, null) => null,
            ({ } mine, null) => [.. mine],
            (null, { } theirs) => [.. theirs],
            ({ } mine, { } theirs) => [.. mine.Intersect(theirs)],
        };
        HashSet<string> noneOf = [.. NoneOf, .. facts.NoneOf];
        if (oneOf is not null)
        {
            oneOf.ExceptWith(noneOf);
            oneOf.RemoveWhere(value => tests.Values.Any(t => t.Test.Matches(Value(value)) != t.Passes));
        }

        return new TextFacts(MayBeMissing && facts.MayBeMissing, oneOf, noneOf, tests) { HasConflict = conflict };
    }

    public override ValueFacts Opposite() => this switch
    {
        { OneOf: { } values } => new TextFacts(true, null, values, []),
        { NoneOf: { Count: > 0 } values } => new TextFacts(true, values, [], []),
        { Tests.Count: 0 } => new TextFacts(true, [], [], []),
        _ => this with { MayBeMissing = true, Tests = Tests.ToDictionary(t => t.Key, t => (t.Value.Test, !t.Value.Passes)) },
    };

    public override long EffortWith(ValueFacts other)
    {
        var facts = (TextFacts)other;
        long tests = Tests.Count + facts.Tests.Count;
        return (Count + facts.Count + tests) * (tests + 1) / ItemsPerEffort;
    }

    private static TextFacts In(ValueSyntax about, IEnumerable<byte[]> values)
    {
        LetterCase letters = LettersOf(about);
        return new(false, [.. values.Where(v => Allows(letters, v)).Select(Key)], [], []);
    }

    // What lower() yields has no capital letters: whoever looks for one has made a mistake.
    private static LetterCase LettersOf(ValueSyntax about) => about is CallSyntax { Function.Name: var name }
        ? name switch { "lower" => LetterCase.Lower, "upper" => LetterCase.Upper, _ => LetterCase.Any } : LetterCase.Any;

    private static bool Allows(LetterCase letters, byte[] value) => letters switch
    {
        LetterCase.Lower => !value.AsSpan().ContainsAnyInRange((byte)'A', (byte)'Z'),
        LetterCase.Upper => !value.AsSpan().ContainsAnyInRange((byte)'a', (byte)'z'),
        _ => true,
    };

    private static string Key(byte[] value) => Convert.ToHexString(value);

    private static byte[] Value(string key) => Convert.FromHexString(key);

    private enum LetterCase : byte
    {
        Any,
        Lower,
        Upper,
    }
}
