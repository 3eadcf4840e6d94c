using System.Collections.Concurrent;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Waf;

/// <summary>
/// Transactions to be used again. Each holds some ten kilobytes once it has seen a request, and the room that a large one took only as long as
/// it lasts. Bounded by what they hold. Thread-safe.
/// </summary>
internal sealed class WafTransactions(WafEnvironment environment)
{
    /// <summary>
    /// What transactions may hold, together, whose exchanges wait for a body or for an origin. Who would go beyond it gives its own back and
    /// begins anew later: so many slow clients cost time and not memory.
    /// </summary>
    public const long MaxWaitingBytes = 32 << 20;

    /// <summary>What transactions may hold that nobody uses.</summary>
    public const long MaxPooledBytes = 16 << 20;

    private readonly ConcurrentBag<WafTransaction> _pool = [];
    private long _waitingBytes;
    private long _pooledBytes;
    private int _waiting;

    /// <summary>Exchanges that hold a transaction while they wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>What the transactions hold that nobody uses.</summary>
    public long PooledBytes => Volatile.Read(ref _pooledBytes);

    /// <summary>One that nobody uses.</summary>
    public WafTransaction Rent()
    {
        if (_pool.TryTake(out WafTransaction? transaction))
        {
            Interlocked.Add(ref _pooledBytes, -transaction.HeldBytes);
            return transaction;
        }

        return new WafTransaction(environment);
    }

    /// <summary>Takes one back.</summary>
    public void Return(WafTransaction transaction)
    {
        transaction.Empty();
        long bytes = transaction.HeldBytes;
        if (Interlocked.Add(ref _pooledBytes, bytes) <= MaxPooledBytes)
        {
            _pool.Add(transaction);
        }
        else
        {
            Interlocked.Add(ref _pooledBytes, -bytes);
            transaction.Dispose();
        }
    }

    /// <summary>Whether a transaction may be held over a wait. <see cref="EndWait"/> follows where it may, with the same number of bytes.</summary>
    public bool TryWait(WafTransaction transaction, out long bytes)
    {
        bytes = transaction.HeldBytes;
        if (Interlocked.Add(ref _waitingBytes, bytes) <= MaxWaitingBytes)
        {
            Interlocked.Increment(ref _waiting);
            return true;
        }

        Interlocked.Add(ref _waitingBytes, -bytes);
        return false;
    }

    /// <summary>A wait is over.</summary>
    public void EndWait(long bytes)
    {
        Interlocked.Add(ref _waitingBytes, -bytes);
        Interlocked.Decrement(ref _waiting);
    }
}
