using System.Collections.Concurrent;
using Breakwater.Waf.Engine;

namespace Breakwater.Edge.Waf;

/// <summary>
/// Transactions to be used again: each holds some hundred kilobytes once it has seen a request, so there are about as many as are judged at a
/// time. Thread-safe.
/// </summary>
internal sealed class WafTransactions(WafEnvironment environment)
{
    /// <summary>
    /// Exchanges that may hold a transaction while they wait, for a body or for an origin. Whoever comes when there are so many gives it back
    /// and begins anew later: so many slow clients cost time and not memory.
    /// </summary>
    public const int MaxWaiting = 128;

    private const int MaxPooled = 256;

    private readonly ConcurrentBag<WafTransaction> _pool = [];
    private int _waiting;
    private int _pooled;

    /// <summary>Exchanges that hold a transaction while they wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>One that nobody uses.</summary>
    public WafTransaction Rent()
    {
        if (_pool.TryTake(out WafTransaction? transaction))
        {
            Interlocked.Decrement(ref _pooled);
            return transaction;
        }

        return new WafTransaction(environment);
    }

    /// <summary>Takes one back.</summary>
    public void Return(WafTransaction transaction)
    {
        if (Interlocked.Increment(ref _pooled) <= MaxPooled)
        {
            _pool.Add(transaction);
        }
        else
        {
            Interlocked.Decrement(ref _pooled);
            transaction.Dispose();
        }
    }

    /// <summary>Whether a transaction may be held over a wait. <see cref="EndWait"/> follows where it may.</summary>
    public bool TryWait()
    {
        if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    /// <summary>A wait is over.</summary>
    public void EndWait() => Interlocked.Decrement(ref _waiting);
}
