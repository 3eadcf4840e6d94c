using System.Buffers;

namespace Breakwater.Edge.Listeners.Sockets;

/// <summary>
/// The pool from which Kestrel takes buffers for the connections of one listener. Held by the listener and by each of its connections, which may
/// outlive it: whoever lets go last disposes of the pool. Thread-safe.
/// </summary>
/// <param name="pool">The pool, which it owns; the listener's own hold is counted from the start.</param>
internal sealed class ListenerMemory(MemoryPool<byte> pool)
{
    private int _holders = 1;

    /// <summary>The pool; only for those who hold it.</summary>
    public MemoryPool<byte> Pool => pool;

    /// <summary>One holder more. While another one is sure to hold it.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>One holder less. Once for each.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            pool.Dispose();
        }
    }
}
