using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Analysis;

/// <summary>A value between ends: integers, and addresses of each family as numbers.</summary>
/// <param name="MayBeMissing">Whether there may be no value.</param>
/// <param name="IsIp">Whether it is an address, not an integer.</param>
/// <param name="First">Ranges of integers, or of IPv4 addresses.</param>
/// <param name="Second">Ranges of IPv6 addresses.</param>
internal sealed record RangeFacts(bool MayBeMissing, bool IsIp, Ranges First, Ranges Second) : ValueFacts(MayBeMissing)
{
    public override bool IsContradiction => !MayBeMissing && First.IsEmpty && Second.IsEmpty;

    private int Count => First.Items.Length + Second.Items.Length;

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

    public override long EffortWith(ValueFacts other) => (Count + ((RangeFacts)other).Count) / ItemsPerEffort;

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
