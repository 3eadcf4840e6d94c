using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>
/// What is known about one value: the set it is in, whether it may be missing, and tests on its text that it passes or fails. Immutable.
/// </summary>
internal abstract record ValueFacts(bool MayBeMissing)
{
    public abstract bool IsContradiction { get; }

    /// <summary>The facts of a comparison that is true; null when it says nothing that can be combined with others.</summary>
    public static ValueFacts? Of(ComparisonSyntax comparison) => comparison.Left.Type.Kind switch
    {
        _ when comparison.Right is ListOperand => null,
        TypeKind.Bytes => TextFacts.From(comparison),
        TypeKind.Int => RangeFacts.From(comparison),
        TypeKind.Ip => RangeFacts.From(comparison),
        _ => null,
    };

    public abstract ValueFacts And(ValueFacts other);

    /// <summary>The facts of the comparison being false: the value is another, or missing.</summary>
    public abstract ValueFacts Opposite();
}

/// <summary>A value between ends: integers, and addresses of each family as numbers.</summary>
/// <param name="MayBeMissing">Whether there may be no value.</param>
/// <param name="IsIp">Whether it is an address, not an integer.</param>
/// <param name="First">Ranges of integers, or of IPv4 addresses.</param>
/// <param name="Second">Ranges of IPv6 addresses.</param>
internal sealed record RangeFacts(bool MayBeMissing, bool IsIp, Ranges First, Ranges Second) : ValueFacts(MayBeMissing)
{
    public override bool IsContradiction => !MayBeMissing && First.IsEmpty && Second.IsEmpty;

    public static RangeFacts? From(ComparisonSyntax comparison)
    {
        switch (comparison.Right)
        {
            case IntSetOperand set:
                return new(false, false, Ranges.Of(set.Items.Select(i => (Key(i.First), Key(i.Last)))), Ranges.None);
            case IpSetOperand set:
                return new(false, true, Family(set, v6: false), Family(set, v6: true));
            case LiteralOperand { Literal: IntLiteral number }:
                UInt128 key = Key(number.Value);
                Ranges? ints = Ordered(comparison.Op, key, Ranges.Integers);
                return ints is null ? null : new(false, false, ints, Ranges.None);
            case LiteralOperand { Literal: IpLiteral address }:
                Ranges universe = address.Value.IsV6 ? Ranges.All : Ranges.V4;
                Ranges? same = Ordered(comparison.Op, address.Value.Bits, universe);
                if (same is null) return null;
                // Of the other family all addresses differ, and none compares.
                Ranges other = comparison.Op != ComparisonOp.NotEqual ? Ranges.None : address.Value.IsV6 ? Ranges.V4 : Ranges.All;
                return address.Value.IsV6 ? new(false, true, other, same) : new(false, true, same, other);
            default:
                return null;
        }
    }

    public override ValueFacts And(ValueFacts other)
    {
        var facts = (RangeFacts)other;
        return new RangeFacts(MayBeMissing && facts.MayBeMissing, IsIp, First.And(facts.First), Second.And(facts.Second));
    }

    public override ValueFacts Opposite() => new RangeFacts(
        !MayBeMissing, IsIp, First.Outside(IsIp ? Ranges.V4 : Ranges.Integers), IsIp ? Second.Outside(Ranges.All) : Ranges.None);

    private static Ranges? Ordered(ComparisonOp op, UInt128 key, Ranges universe)
    {
        (UInt128 lowest, UInt128 highest) = universe.Items[0];
        return op switch
        {
            ComparisonOp.Equal => Ranges.Of([(key, key)]),
            ComparisonOp.NotEqual => Ranges.Of([(key, key)]).Outside(universe),
            ComparisonOp.GreaterOrEqual => Ranges.Of([(key, highest)]),
            ComparisonOp.LessOrEqual => Ranges.Of([(lowest, key)]),
            ComparisonOp.Greater => Ranges.Of([(lowest, key)]).Outside(universe),
            ComparisonOp.Less => Ranges.Of([(key, highest)]).Outside(universe),
            _ => null,
        };
    }

    private static Ranges Family(IpSetOperand set, bool v6) =>
        Ranges.Of(set.Items.Where(i => i.Range.First.IsV6 == v6).Select(i => (i.Range.First.Bits, i.Range.Last.Bits)));

    // Integers as unsigned numbers in the same order.
    private static UInt128 Key(long number) => (UInt128)((Int128)number - long.MinValue);
}

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

    // Set by And when one test is to pass and to fail.
    private bool HasConflict { get; init; }

    public static TextFacts? From(ComparisonSyntax comparison)
    {
        switch (comparison.Right)
        {
            case BytesSetOperand set:
                return new(false, [.. set.Items.Select(i => Key(i.Value))], [], []);
            case LiteralOperand { Literal: BytesLiteral text } when comparison.Op == ComparisonOp.Equal:
                return new(false, [Key(text.Value)], [], []);
            case LiteralOperand { Literal: BytesLiteral text } when comparison.Op == ComparisonOp.NotEqual:
                return new(false, null, [Key(text.Value)], []);
            default:
                var test = TextTest.Of(comparison);
                return new(false, null, [], new() { [test.Key] = (test, true) });
        }
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
            conflict |= tests.Values.Any(t => !t.Passes && passed.Implies(t.Test));
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

    // Only asked of the facts of one comparison.
    public override ValueFacts Opposite() => this switch
    {
        { OneOf: { } values } => new TextFacts(true, null, values, []),
        { NoneOf: { Count: > 0 } values } => new TextFacts(true, values, [], []),
        _ => this with { MayBeMissing = true, Tests = Tests.ToDictionary(t => t.Key, t => (t.Value.Test, !t.Value.Passes)) },
    };

    private static string Key(byte[] value) => Convert.ToHexString(value);

    private static byte[] Value(string key) => Convert.FromHexString(key);
}
