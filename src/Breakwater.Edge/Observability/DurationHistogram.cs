using System.Numerics;

namespace Breakwater.Edge.Observability;

/// <summary>
/// A distribution of durations over fixed ranges, from 100 µs to 5 minutes in steps of 2 to 5. Thread-safe, as
/// <see cref="StripedCells"/>.
/// </summary>
internal sealed class DurationHistogram
{
    /// <summary>
    /// The upper ends of the ranges in microseconds, each inside its range; one more range without end follows. Each is at least twice
    /// the one before: <see cref="RangeOf"/> relies on it.
    /// </summary>
    public static readonly long[] UpperEnds =
    [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000, 30_000_000, 60_000_000, 300_000_000,
    ];

    // Between two powers of two there is at most one upper end, so the highest bit of a value leaves one comparison to make.
    private static readonly byte[] FirstRange =
        [.. Enumerable.Range(0, 64).Select(bit => (byte)UpperEnds.Count(end => end < 1L << Math.Min(bit, 62)))];

    private readonly StripedCells _cells = new(UpperEnds.Length + 2);

    private static int SumCell => UpperEnds.Length + 1;

    /// <summary>How many ranges there are, the endless one included.</summary>
    public static int RangeCount => UpperEnds.Length + 1;

    /// <summary>Counts one duration, in microseconds; a negative one as 0.</summary>
    public void Record(long micros)
    {
        micros = Math.Max(micros, 0);
        _cells.Add(RangeOf(micros), 1);
        _cells.Add(SumCell, micros);
    }

    /// <summary>How many durations fell into each range.</summary>
    public void Read(Span<long> ranges, out long sumMicros)
    {
        for (int i = 0; i < RangeCount; i++)
        {
            ranges[i] = _cells.Sum(i);
        }

        sumMicros = _cells.Sum(SumCell);
    }

    /// <summary>The number of the range that a duration belongs to.</summary>
    internal static int RangeOf(long micros)
    {
        int range = FirstRange[BitOperations.Log2((ulong)micros | 1)];
        return range < UpperEnds.Length && micros > UpperEnds[range] ? range + 1 : range;
    }
}
