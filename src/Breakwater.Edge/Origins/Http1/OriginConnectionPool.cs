using System.Net;
using System.Net.Security;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Origins.Http1;

/// <summary>The limits of a pool, in counts and microseconds. Immutable.</summary>
/// <param name="MaxIdle">Idle connections kept at most.</param>
/// <param name="IdleTimeout">How long an idle connection is kept.</param>
/// <param name="MaxAge">How old a connection may grow, so that a change of DNS or of a load balancer is followed.</param>
internal sealed record OriginPoolSettings(int MaxIdle, long IdleTimeout, long MaxAge)
{
    public static OriginPoolSettings Default { get; } = new(MaxIdle: 512, IdleTimeout: 60_000_000, MaxAge: 600_000_000);
}

/// <summary>
/// The connections of the edge to one origin, shared by all clients: last used, first taken, so that a quiet pool shrinks.
/// How many may be in use is bounded before, by the origin's admission. Thread-safe; survives reloads with its origin.
/// </summary>
internal sealed class OriginConnectionPool : IHeartbeatTarget, IDisposable
{
    private readonly Heartbeat _heartbeat;
    private readonly Lock _lock = new();

    // Idle connections, the last returned at the end; those that died meanwhile stay until they are met.
    private OriginConnection[] _idle = new OriginConnection[16];
    private int _idleCount;

    // Everything whose deadlines the heartbeat checks.
    private readonly HashSet<OriginConnection> _all = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ConnectAttempt> _attempts = new(ReferenceEqualityComparer.Instance);
    private bool _disposed;
    private long _opened;
    private long _reused;

    /// <param name="clock">The edge's clock.</param>
    /// <param name="heartbeat">What checks the deadlines.</param>
    /// <param name="tls">How to speak TLS to the origin; null for plain.</param>
    /// <param name="settings">The limits.</param>
    public OriginConnectionPool(EdgeClock clock, Heartbeat heartbeat, SslClientAuthenticationOptions? tls, OriginPoolSettings settings)
    {
        Clock = clock;
        _heartbeat = heartbeat;
        Tls = tls;
        Settings = settings;
        heartbeat.Add(this);
    }

    /// <summary>The edge's clock.</summary>
    public EdgeClock Clock { get; }

    /// <summary>How to speak TLS to the origin; null for plain.</summary>
    public SslClientAuthenticationOptions? Tls { get; }

    /// <summary>Knows which addresses are still the origin's; null to keep connections to any.</summary>
    public OriginResolver? Resolver { get; init; }

    /// <summary>The limits; a reload may swap them.</summary>
    public OriginPoolSettings Settings { get; set; }

    /// <summary>Connections opened so far.</summary>
    public long Opened => Volatile.Read(ref _opened);

    /// <summary>How often an idle connection served again.</summary>
    public long Reused => Volatile.Read(ref _reused);

    /// <summary>Connections that wait for work.</summary>
    public int Idle => Volatile.Read(ref _idleCount);

    /// <summary>All connections, in use or idle.</summary>
    public int Total
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>An idle connection that is still good, or null: open one then.</summary>
    public OriginConnection? TryRent()
    {
        while (true)
        {
            OriginConnection connection;
            lock (_lock)
            {
                if (_idleCount == 0)
                {
                    return null;
                }

                connection = _idle[--_idleCount];
                _idle[_idleCount] = null!;
            }

            if (connection.TryLease())
            {
                if (!connection.HasSpoken && connection.IsCurrent(Resolver))
                {
                    _reused++;
                    return connection;
                }

                connection.Dispose();
            }

            Forget(connection);
        }
    }

    /// <summary>Opens a connection. Null when that fails; <paramref name="attempt"/> tells why.</summary>
    public async ValueTask<OriginConnection?> OpenAsync(EndPoint endPoint, ConnectAttempt attempt)
    {
        lock (_lock)
        {
            _attempts.Add(attempt);
        }

        OriginConnection? connection = await OriginConnection.OpenAsync(this, endPoint, attempt).ConfigureAwait(false);
        lock (_lock)
        {
            _attempts.Remove(attempt);
            if (connection is not null)
            {
                _opened++;
                _all.Add(connection);
            }
        }

        return connection;
    }

    /// <summary>Takes a connection back after an exchange that left it in a clean state.</summary>
    public void Return(OriginConnection connection)
    {
        long now = Clock.Micros;
        if (now - connection.CreatedMicros < Settings.MaxAge && Volatile.Read(ref _idleCount) < Settings.MaxIdle && connection.TryMakeIdle(now))
        {
            lock (_lock)
            {
                if (!_disposed)
                {
                    if (_idleCount == _idle.Length)
                    {
                        Array.Resize(ref _idle, _idle.Length * 2);
                    }

                    _idle[_idleCount++] = connection;
                    return;
                }
            }
        }

        Discard(connection);
    }

    /// <summary>Closes a connection that must not serve again.</summary>
    public void Discard(OriginConnection connection)
    {
        connection.Dispose();
        Forget(connection);
    }

    /// <inheritdoc/>
    public void OnHeartbeat(long nowMicros)
    {
        List<OriginConnection>? overdue = null;
        List<ConnectAttempt>? overdueAttempts = null;
        lock (_lock)
        {
            foreach (OriginConnection connection in _all)
            {
                if (connection.IsOverdue(nowMicros))
                {
                    (overdue ??= []).Add(connection);
                }
            }

            foreach (ConnectAttempt attempt in _attempts)
            {
                if (attempt.IsOverdue(nowMicros))
                {
                    (overdueAttempts ??= []).Add(attempt);
                }
            }

            Sweep(nowMicros);
        }

        // Outside the lock: whoever waits on these goes on from here.
        overdue?.ForEach(connection => connection.CutIfOverdue(nowMicros));
        overdueAttempts?.ForEach(attempt => attempt.Cut());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _heartbeat.Remove(this);
        lock (_lock)
        {
            _disposed = true;
            for (int i = 0; i < _idleCount; i++)
            {
                _idle[i].Dispose();
                _all.Remove(_idle[i]);
                _idle[i] = null!;
            }

            _idleCount = 0;
        }
    }

    /// <summary>Drops idle connections that are dead, too old, too long idle, or to an address that DNS has left, keeping the order of the rest.</summary>
    private void Sweep(long nowMicros)
    {
        int kept = 0;
        for (int i = 0; i < _idleCount; i++)
        {
            OriginConnection connection = _idle[i];
            bool expired = nowMicros - connection.IdleSinceMicros > Settings.IdleTimeout
                || nowMicros - connection.CreatedMicros > Settings.MaxAge
                || !connection.IsCurrent(Resolver);
            if (connection.IsDead || (expired && connection.TryLease()))
            {
                connection.Dispose();
                _all.Remove(connection);
            }
            else
            {
                _idle[kept++] = connection;
            }
        }

        Array.Clear(_idle, kept, _idleCount - kept);
        _idleCount = kept;
    }

    private void Forget(OriginConnection connection)
    {
        lock (_lock)
        {
            _all.Remove(connection);
        }
    }
}
