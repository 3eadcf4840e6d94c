using Breakwater.Edge.Observability;

namespace Breakwater.Edge.Tests.Observability;

public sealed class DurationHistogramTests
{
    [Fact]
    public void Upper_ends_at_least_double_which_the_search_relies_on()
    {
        for (int i = 1; i < DurationHistogram.UpperEnds.Length; i++)
        {
            Assert.True(DurationHistogram.UpperEnds[i] >= 2 * DurationHistogram.UpperEnds[i - 1]);
        }
    }

    [Fact]
    public void A_duration_falls_into_the_first_range_that_does_not_end_before_it()
    {
        IEnumerable<long> atTheEdges = DurationHistogram.UpperEnds.SelectMany(end => new[] { end - 1, end, end + 1 });
        IEnumerable<long> atPowersOfTwo = Enumerable.Range(0, 63).SelectMany(bit => new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 });
        foreach (long micros in atTheEdges.Concat(atPowersOfTwo).Append(long.MaxValue))
        {
            int expected = DurationHistogram.UpperEnds.Count(end => end < micros);
            int range = DurationHistogram.RangeOf(micros);
            Assert.True(expected == range, $"{micros} µs: {range}, not {expected}");
        }
    }

    [Fact]
    public void Counts_and_sum_are_read_back()
    {
        DurationHistogram histogram = new();
        histogram.Record(100);
        histogram.Record(101);
        histogram.Record(700_000_000);
        histogram.Record(-5);
        long[] ranges = new long[DurationHistogram.RangeCount];
        histogram.Read(ranges, out long sum);
        Assert.Equal(700_000_201, sum);
        Assert.Equal(2, ranges[0]);
        Assert.Equal(1, ranges[1]);
        Assert.Equal(1, ranges[^1]);
        Assert.Equal(4, ranges.Sum());
    }
}
