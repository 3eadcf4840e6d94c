using System.Numerics;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>
/// Times in microseconds, in ranges that are an eighth of their power of two wide, so that a quantile is off by an eighth at most. Thread-safe;
/// of fixed size.
/// </summary>
internal sealed class TimeHistogram
{
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

    // Up to 2^36 µs, 19 hours.
    private const int MaxPower = 36;

    private readonly long[] _counts = new long[(MaxPower - StepBits + 2) * Steps];
    private long _count;

    /// <summary>How many times were added.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds one.</summary>
    public void Add(long micros)
    {
        Interlocked.Increment(ref _counts[IndexOf(micros)]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The time that a share of all does not exceed; 0 without any.</summary>
    /// <param name="share">0 to 1.</param>
    public long Quantile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= rank)
            {
                return UpperOf(i);
            }
        }

        return 0;
    }

    private static int IndexOf(long micros)
    {
        ulong value = (ulong)Math.Clamp(micros, 0, (1L << MaxPower) - 1);
        if (value < Steps)
        {
            return (int)value;
        }

        int power = BitOperations.Log2(value);
        return ((power - StepBits + 1) << StepBits) + (int)(value >> (power - StepBits) & (Steps - 1));
    }

    private static long UpperOf(int index)
    {
        if (index < Steps)
        {
            return index;
        }

        int shift = (index >> StepBits) - 1;
        return ((long)(Steps + (index & (Steps - 1)) + 1) << shift) - 1;
    }
}
