namespace Breakwater.Traffic.Tests;

/// <summary>Counts what code allocates once it is warm.</summary>
internal static class Allocations
{
    /// <summary>
    /// Runs the action 1,000 times after a warm-up. Code that allocates does so in every batch; a pool, in one after the system has
    /// trimmed it. So the best of three batches counts.
    /// </summary>
    public static void AssertNone(Action action)
    {
        for (int i = 0; i < 200; i++)
        {
            action();
        }

        long least = long.MaxValue;
        for (int batch = 0; batch < 3 && least > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
