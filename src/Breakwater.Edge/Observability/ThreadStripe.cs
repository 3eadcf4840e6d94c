namespace Breakwater.Edge.Observability;

/// <summary>
/// A small number for the current thread: while the thread lives no other has it, save for the last one, which all threads share that
/// came when the others were taken. What is striped by it needs no atomic operations and shares no cache lines between cores.
/// Thread-safe.
/// </summary>
internal static class ThreadStripe
{
    /// <summary>The stripe of those who got none of their own. Only here, additions must be atomic.</summary>
    public static readonly int Shared = Math.Clamp(Environment.ProcessorCount * 8, 32, 256);

    private static readonly Lock Handout = new();
    private static readonly Thread?[] Owners = new Thread?[Shared];

    // One more than the stripe: 0 is a thread that has not asked yet.
    [ThreadStatic]
    private static int _stripe;

    /// <summary>How many stripes there are, the shared one included.</summary>
    public static int Count => Shared + 1;

    /// <summary>The stripe of the current thread.</summary>
    public static int Current
    {
        get
        {
            int stripe = _stripe;
            return stripe != 0 ? stripe - 1 : Take();
        }
    }

    /// <summary>A stripe that was never used, or whose thread has ended: the new owner goes on from the values that it left.</summary>
    private static int Take()
    {
        lock (Handout)
        {
            int free = Array.FindIndex(Owners, owner => owner is not { IsAlive: true });
            if (free < 0)
            {
                free = Shared;
            }
            else
            {
                Owners[free] = Thread.CurrentThread;
            }

            _stripe = free + 1;
            return free;
        }
    }
}
