using Breakwater.Edge.Exchanges;

namespace Breakwater.Edge.Generations.Canary;

/// <summary>
/// How refusals are spread over connections. A connection is one visitor: when a request of it is refused, the next one likely is too, and a side of a canary has
/// drawn one visitor there, not many requests. Thread-safe.
/// </summary>
/// <remarks>
/// The design effect of a sample of clusters (Kish, Survey Sampling, 1965), with the variance of a share in clusters of unequal size (Cochran, Sampling Techniques,
/// 3rd edition, chapter 3). Kept as sums over connections: a few additions for a request, and 40 bytes for a connection that has one while a canary runs.
/// </remarks>
internal sealed class RefusalClusters
{
    private readonly Lock _lock = new();
    private long _connections;
    private long _requests;
    private long _blocked;

    // Over all connections, with n requests and b of them refused: of n², of b², and of b times n.
    private double _squaredRequests;
    private double _squaredBlocked;
    private double _products;

    /// <summary>
    /// The variance of the share of refused requests, as a multiple of that which it would have if each request were refused independently; at least 1.
    /// </summary>
    public double DesignEffect
    {
        get
        {
            lock (_lock)
            {
                double share = _requests == 0 ? 0 : (double)_blocked / _requests;
                if (share is <= 0 or >= 1 || _connections < 2)
                {
                    return 1;
                }

                double residuals = _squaredBlocked - (2 * share * _products) + (share * share * _squaredRequests);
                return Math.Max(1, residuals * _connections / (_connections - 1) / (_requests * share * (1 - share)));
            }
        }
    }

    /// <summary>Counts a request that is over.</summary>
    public void Add(ClientConnection connection, bool isBlocked)
    {
        lock (_lock)
        {
            // A connection stays with its side of one canary; what it has of an earlier one does not count.
            if (connection.Tally is not { } tally || tally.Clusters != this)
            {
                connection.Tally = tally = new ConnectionTally(this);
                _connections++;
            }

            // What one more adds: (n + 1)² - n² = 2n + 1, and (b + 1)(n + 1) - bn = b + n + 1, or b(n + 1) - bn = b.
            (long requests, long blocked) = (tally.Requests, tally.Blocked);
            _requests++;
            _squaredRequests += (2 * requests) + 1;
            _products += blocked;
            tally.Requests++;
            if (isBlocked)
            {
                _blocked++;
                _squaredBlocked += (2 * blocked) + 1;
                _products += requests + 1;
                tally.Blocked++;
            }
        }
    }
}

/// <summary>What the requests of one connection came to. Guarded by the lock of its <see cref="RefusalClusters"/>.</summary>
internal sealed class ConnectionTally(RefusalClusters clusters)
{
    /// <summary>Where it counts.</summary>
    public RefusalClusters Clusters => clusters;

    /// <summary>Requests that are over.</summary>
    public long Requests { get; set; }

    /// <summary>Those that the edge refused.</summary>
    public long Blocked { get; set; }
}
