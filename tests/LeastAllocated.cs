namespace Breakwater.Testing;

/// <summary>What an action allocates on its thread, in bytes.</summary>
internal static class LeastAllocated
{
    /// <summary>
    /// The least of up to three runs: a collection that a test beside this one sets off takes the thread's allocation buffer away, and its rest
    /// counts as allocated. What the action does allocate, it allocates each time.
    /// </summary>
    public static long By(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 3 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>
    /// Asserts that an action allocates nothing once it is warm: a thousand times, so that a pool which the system trims now and then is none
    /// the worse for it.
    /// </summary>
    public static void AssertNone(Action action)
    {
        Repeat(200);
        Assert.Equal(0, By(() => Repeat(1000)));

        void Repeat(int times)
        {
            for (int i = 0; i < times; i++)
            {
                action();
            }
        }
    }
}
