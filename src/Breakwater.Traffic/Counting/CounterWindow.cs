using System.Numerics;

namespace Breakwater.Traffic;

/// <summary>
/// Over what time something is counted, and up to which number it matters. Immutable.
/// </summary>
public readonly struct CounterWindow
{
    /// <summary>The shortest period.</summary>
    public static readonly TimeSpan MinPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest period.</summary>
    public static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(7);

    private CounterWindow(long period, long limit)
    {
        Period = period;
        Limit = limit;
        LaneBits = limit <= MaxLimitOf(8) ? 8 : 16;
        FullSlots = (Counter.NumberBits / LaneBits) - 1;
        Slot = (period + FullSlots - 1) / FullSlots;
        while (limit >> UnitShift > MaxLimitOf(16))
        {
            UnitShift++;
        }

        // The limit in units, as a floating-point number of five bits before and three behind the leading one.
        uint units = (uint)Math.Max(1, limit >> UnitShift);
        int exponent = BitOperations.Log2(units);
        LimitCode = (byte)((exponent << 3) | (int)(((units << 3) >> exponent) & 7));
    }

    /// <summary>The window's length in milliseconds.</summary>
    public long Period { get; }

    /// <summary>The number from which on it is enough to know that it is reached.</summary>
    public long Limit { get; }

    /// <summary>Of how many bits each number of a counter is: so many that twice the limit fits.</summary>
    internal int LaneBits { get; }

    /// <summary>Counters count in units of two to this power, so that twice the limit fits the longest numbers.</summary>
    internal int UnitShift { get; }

    /// <summary>In how many parts the window is counted.</summary>
    internal int FullSlots { get; }

    /// <summary>How many numbers a counter has: one more, because the oldest part leaves the window bit by bit.</summary>
    internal int Slots => FullSlots + 1;

    /// <summary>The length of a part in milliseconds.</summary>
    internal long Slot { get; }

    /// <summary>The limit, coarsely: to compare how near to their limits counters of different rules are.</summary>
    internal byte LimitCode { get; }

    /// <summary>What a limit's code stands for, inverted.</summary>
    internal static float[] InverseLimits { get; } =
        [.. Enumerable.Range(0, 256).Select(static code => 8f / (8 + (code & 7)) / MathF.Pow(2, code >> 3))];

    /// <summary>Of how many bits the numbers of a counter are whose limit has a code.</summary>
    internal static int LaneBitsOf(byte limitCode) => limitCode < 7 << 3 ? 8 : 16;

    /// <summary>
    /// A window over a period, up to a limit. A key's numbers are kept in a form that depends on both: if either changes much, a
    /// key should change with it. <see cref="RateLimiter"/> sees to that.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The period or the limit is out of range.</exception>
    public static CounterWindow Create(TimeSpan period, long limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, MinPeriod);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, MaxPeriod);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, int.MaxValue);
        return new CounterWindow((long)period.TotalMilliseconds, limit);
    }

    private static long MaxLimitOf(int laneBits) => (1L << (laneBits - 1)) - 1;
}
