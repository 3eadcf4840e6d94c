using CsCheck;

namespace Breakwater.Matching.Tests.Sets;

public class Int64SetTests
{
    [Fact]
    public void Values_and_ranges_join_where_they_touch()
    {
        Int64Set set = Int64Set.Create([(200, 204), (404, 404), (205, 299), (long.MinValue, long.MinValue), (long.MaxValue, long.MaxValue)]);
        Assert.Equal(4, set.RangeCount);
        Assert.All((long[])[200, 204, 250, 299, 404, long.MinValue, long.MaxValue], value => Assert.True(set.Contains(value)));
        Assert.All((long[])[199, 300, 403, 405, 0, -1, long.MinValue + 1, long.MaxValue - 1], value => Assert.False(set.Contains(value)));
    }

    [Fact]
    public void A_set_agrees_with_a_look_at_each_range()
    {
        Gen<(long, long)> range = Gen.Select(
            Gen.OneOf(Gen.Long[-100, 100], Gen.Long[-1 << 20, 1 << 20], Gen.Long[long.MinValue, long.MinValue + 100], Gen.Long[long.MaxValue - 100, long.MaxValue]),
            Gen.Long[0, 40],
            (first, length) => (first, first > long.MaxValue - length ? long.MaxValue : first + length));
        Forall.Check(range.Array[0, 12], 20_000, ranges => string.Join(' ', ranges), ranges =>
        {
            Int64Set set = Int64Set.Create(ranges);
            foreach ((long first, long last) in ranges)
            {
                foreach (long value in (long[])[unchecked(first - 1), first, last, unchecked(last + 1), 0])
                {
                    Assert.Equal(ranges.Any(r => r.Item1 <= value && value <= r.Item2), set.Contains(value));
                }
            }
        });
    }

    [Fact]
    public void The_empty_set_has_no_value()
    {
        Assert.False(Int64Set.Create([]).Contains(0));
    }

    [Fact]
    public void A_reversed_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Int64Set.Create([(2, 1)]));
    }
}
