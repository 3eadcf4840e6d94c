namespace Breakwater.Edge.Origins;

/// <summary>What metrics read of one origin: totals since it came into use. Thread-safe.</summary>
internal sealed class OriginCounters
{
    private readonly long[] _outcomes = new long[OriginOutcomes.Count];
    private long _firstByteMicros;
    private long _firstBytes;

    /// <summary>Attempts that ended with an outcome.</summary>
    public long this[OriginOutcome outcome] => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <summary>Attempts that failed.</summary>
    public long Failures
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < OriginOutcomes.Count; i++)
            {
                sum += ((OriginOutcome)i).IsFailure() ? Volatile.Read(ref _outcomes[i]) : 0;
            }

            return sum;
        }
    }

    /// <summary>All attempts that have ended.</summary>
    public long Attempts
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < OriginOutcomes.Count; i++)
            {
                sum += Volatile.Read(ref _outcomes[i]);
            }

            return sum;
        }
    }

    /// <summary>The sum of the times to the first byte of the answers, in microseconds.</summary>
    public long FirstByteMicros => Volatile.Read(ref _firstByteMicros);

    /// <summary>How many times are in <see cref="FirstByteMicros"/>.</summary>
    public long FirstBytes => Volatile.Read(ref _firstBytes);

    /// <summary>Counts an attempt that ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="firstByteMicros">The time to the first byte of the answer; 0 or less when there was none.</param>
    public void Add(OriginOutcome outcome, long firstByteMicros)
    {
        Interlocked.Increment(ref _outcomes[(int)outcome]);
        if (firstByteMicros > 0)
        {
            Interlocked.Add(ref _firstByteMicros, firstByteMicros);
            Interlocked.Increment(ref _firstBytes);
        }
    }
}
