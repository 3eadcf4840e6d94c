using Breakwater.Rules.Evaluation;
using Breakwater.Rules.Syntax;

namespace Breakwater.Rules.Compilation;

/// <summary>Makes the test that an operator and its right side stand for.</summary>
internal static class Tests
{
    public static ValueTest<ReadOnlySpan<byte>> ForBytes(ComparisonSyntax comparison)
    {
        switch (comparison.Right)
        {
            case BytesSetOperand { Items: [] }:
                return new NeverTest<ReadOnlySpan<byte>>();
            case BytesSetOperand { Items: [BytesLiteral only] }:
                return new BytesEqualTest(only.Value);
            case BytesSetOperand set:
                return new BytesInSetTest(set.Items.Select(i => i.Value));
            case ListOperand list:
                return new BytesInListTest(list.List);
            case RegexOperand regex:
                return new RegexTest(regex.Regex);
            case WildcardOperand wildcard:
                return new WildcardTest(wildcard.Wildcard);
        }

        byte[] text = ((BytesLiteral)((LiteralOperand)comparison.Right).Literal).Value;
        return comparison.Op switch
        {
            ComparisonOp.Equal => new BytesEqualTest(text),
            ComparisonOp.NotEqual => new BytesNotEqualTest(text),
            ComparisonOp.Contains when text.Length == 0 => new PresentTest<ReadOnlySpan<byte>>(),
            ComparisonOp.Contains => new BytesContainTest(text),
            _ => new BytesOrderTest(comparison.Op, text),
        };
    }

    public static ValueTest<long> ForInt(ComparisonSyntax comparison)
    {
        switch (comparison.Right)
        {
            case IntSetOperand { Items: [] }:
                return new NeverTest<long>();
            case IntSetOperand { Items: [var only] }:
                return new IntRangeTest(only.First, only.Last);
            case IntSetOperand set:
                return new IntInSetTest(set.Items);
            case ListOperand list:
                return new IntInListTest(list.List);
        }

        long number = ((IntLiteral)((LiteralOperand)comparison.Right).Literal).Value;
        return comparison.Op switch
        {
            ComparisonOp.Equal => new IntRangeTest(number, number),
            ComparisonOp.NotEqual => new IntNotEqualTest(number),
            ComparisonOp.GreaterOrEqual => new IntRangeTest(number, long.MaxValue),
            ComparisonOp.LessOrEqual => new IntRangeTest(long.MinValue, number),
            ComparisonOp.Greater => number == long.MaxValue ? new NeverTest<long>() : new IntRangeTest(number + 1, long.MaxValue),
            ComparisonOp.Less => number == long.MinValue ? new NeverTest<long>() : new IntRangeTest(long.MinValue, number - 1),
            _ => number == 0 ? new NeverTest<long>() : new IntBitsTest(number),
        };
    }

    public static ValueTest<IpValue> ForIp(ComparisonSyntax comparison)
    {
        switch (comparison.Right)
        {
            case IpSetOperand { Items: [] }:
                return new NeverTest<IpValue>();
            case IpSetOperand { Items: [var only] }:
                return new IpRangeTest(only.Range.First, only.Range.Last);
            case IpSetOperand set:
                return new IpInSetTest(set.Items.Select(i => i.Range));
            case ListOperand list:
                return new IpInListTest(list.List);
        }

        IpValue address = ((IpLiteral)((LiteralOperand)comparison.Right).Literal).Value;
        IpValue lowest = IpPrefix.Containing(address, 0).Address, highest = IpPrefix.Containing(address, 0).Last;
        return comparison.Op switch
        {
            ComparisonOp.Equal => new IpRangeTest(address, address),
            ComparisonOp.NotEqual => new IpNotEqualTest(address),
            ComparisonOp.GreaterOrEqual => new IpRangeTest(address, highest),
            ComparisonOp.LessOrEqual => new IpRangeTest(lowest, address),
            ComparisonOp.Greater => address == highest ? new NeverTest<IpValue>() : new IpRangeTest(Next(address, 1), highest),
            _ => address == lowest ? new NeverTest<IpValue>() : new IpRangeTest(lowest, Next(address, -1)),
        };
    }

    private static IpValue Next(IpValue address, int step)
    {
        UInt128 bits = step > 0 ? address.Bits + 1 : address.Bits - 1;
        return address.IsV6 ? IpValue.V6(bits) : IpValue.V4((uint)bits);
    }
}
