namespace Breakwater.Rules.Evaluation;

/// <summary>Numbers from one to another, both included: every comparison but <c>ne</c> and <c>bitwise_and</c> is one.</summary>
internal sealed class IntRangeTest(long first, long last) : ValueTest<long>
{
    public override double Cost => 1;

    public override bool Matches(long value) => value >= first && value <= last;
}

internal sealed class IntNotEqualTest(long number) : ValueTest<long>
{
    public override double Cost => 1;

    public override bool Matches(long value) => value != number;
}

internal sealed class IntBitsTest(long bits) : ValueTest<long>
{
    public override double Cost => 1;

    public override bool Matches(long value) => (value & bits) != 0;
}

internal sealed class IntInSetTest(IEnumerable<(long First, long Last)> ranges) : ValueTest<long>
{
    private readonly Int64Set _set = Int64Set.Create(ranges);

    public override double Cost => 5;

    public override bool Matches(long value) => _set.Contains(value);
}

internal sealed class IntInListTest(NamedList list) : ValueTest<long>
{
    public override double Cost => 10;

    public override bool Matches(long value) => list.Contains(value);
}

/// <summary>Addresses of a family from one to another, both included.</summary>
internal sealed class IpRangeTest(IpValue first, IpValue last) : ValueTest<IpValue>
{
    public override double Cost => 2;

    public override bool Matches(IpValue value) => value.Family == first.Family && value.Bits >= first.Bits && value.Bits <= last.Bits;
}

/// <summary>Any other address; one of the other family is another.</summary>
internal sealed class IpNotEqualTest(IpValue address) : ValueTest<IpValue>
{
    public override double Cost => 2;

    public override bool Matches(IpValue value) => value != address;
}

internal sealed class IpInSetTest(IEnumerable<IpRange> ranges) : ValueTest<IpValue>
{
    private readonly IpPrefixSet _set = IpPrefixSet.Create(ranges);

    public override double Cost => 10;

    public override bool Matches(IpValue value) => _set.Contains(value);
}

internal sealed class IpInListTest(NamedList list) : ValueTest<IpValue>
{
    public override double Cost => 30;

    public override bool Matches(IpValue value) => list.Contains(value);
}
