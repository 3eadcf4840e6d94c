namespace Breakwater.Edge.Observability;

/// <summary>
/// A few counters that every thread adds to without waiting for another: each has its own copy (<see cref="ThreadStripe"/>), and who
/// reads sums the copies up. A copy exists once its thread has counted something. Thread-safe; a sum taken while others add is
/// between the true values before and after.
/// </summary>
internal sealed class StripedCells(int count)
{
    // A cache line (and its neighbour, which is fetched with it) on either side keeps what other threads write out of ours.
    private const int Padding = 16;

    private readonly long[]?[] _stripes = new long[ThreadStripe.Count][];

    /// <summary>How many counters there are.</summary>
    public int Count => count;

    /// <summary>Adds to one counter.</summary>
    public void Add(int cell, long amount)
    {
        int stripe = ThreadStripe.Current;
        long[] cells = _stripes[stripe] ?? Create(stripe);
        ref long value = ref cells[Padding + cell];
        if (stripe != ThreadStripe.Shared)
        {
            // Only this thread writes here, and a long is written in one piece.
            Volatile.Write(ref value, value + amount);
        }
        else
        {
            Interlocked.Add(ref value, amount);
        }
    }

    /// <summary>What was added to one counter, by all.</summary>
    public long Sum(int cell)
    {
        long sum = 0;
        foreach (long[]? cells in _stripes)
        {
            if (cells is not null)
            {
                sum += Volatile.Read(ref cells[Padding + cell]);
            }
        }

        return sum;
    }

    private long[] Create(int stripe) =>
        Interlocked.CompareExchange(ref _stripes[stripe], new long[count + 2 * Padding], null) ?? _stripes[stripe]!;
}
