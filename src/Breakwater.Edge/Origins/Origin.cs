using System.Text;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Origins.Health;
using Breakwater.Edge.Origins.Http1;
using Breakwater.Edge.Origins.Http2;
using Breakwater.Edge.Time;

namespace Breakwater.Edge.Origins;

/// <summary>
/// One server behind a zone, and all that is known of it: where it is, whether it is well, how much it has to do, the connections to it.
/// Lives in the <see cref="OriginRegistry"/> and survives reloads. Thread-safe.
/// </summary>
/// <remarks>
/// The way of an exchange: <c>group.TryChoose</c>, <see cref="EnterAsync"/>, then for each connect attempt <see cref="Resolver"/>, then
/// <see cref="Pool"/>, and in the end <see cref="Exit"/>, once for each successful <see cref="EnterAsync"/>.
/// </remarks>
internal sealed class Origin
{
    /// <summary>How long an origin out of use keeps what makes its connections, for whoever chose the origin just before, in microseconds.</summary>
    public const long Linger = 60_000_000;

    // What a pool out of use keeps: nothing. It goes on watching the deadlines of what is under way.
    private static readonly OriginPoolSettings KeepNothing = new(MaxIdle: 0, IdleTimeout: -1, MaxAge: 0);

    private readonly EdgeClock _clock;
    private readonly OriginRegistry _registry;
    private readonly OriginAdmission _admission;
    private readonly HealthCheck _check;
    private OriginSettings _settings = OriginSettings.Default;
    private OriginConnectionPool? _pool;
    private HttpMessageInvoker? _http2;
    private volatile bool _inUse;
    private long _retiredAt;

    internal Origin(OriginIdentity identity, OriginRegistry registry, OriginGroupState group)
    {
        Identity = identity;
        Authority = Encoding.ASCII.GetBytes(identity.Url.Scheme == "unix" ? "localhost" : identity.Url.Authority);
        _clock = registry.Clock;
        _registry = registry;
        _admission = new OriginAdmission(_clock);
        Resolver = new OriginResolver(identity.Zone, identity.Url, registry.Lookup, _clock, registry.Logger);
        Health = new OriginHealth(identity.Zone, identity.Name, group, _clock, registry.Logger);
        _check = new HealthCheck(this, registry.Probe, registry.CheckSlots, group.Random);
    }

    /// <summary>What makes it this origin and no other.</summary>
    public OriginIdentity Identity { get; }

    /// <summary>Its URL without a path: its name in logs and metrics.</summary>
    public string Name => Identity.Name;

    /// <summary>Where it is.</summary>
    public Uri Url => Identity.Url;

    /// <summary>Host and port as in a Host field: the scheme's default port left out, brackets around IPv6. Not to be changed.</summary>
    public byte[] Authority { get; }

    /// <summary>The Host that requests to it are sent; null = the client's own. Not to be changed.</summary>
    public byte[]? HostField => Settings.HostField;

    /// <summary>How TLS is spoken to it; null for plain.</summary>
    public OriginTlsSettings? Tls => Identity.Tls;

    /// <summary>The settings of the generation that was promoted last.</summary>
    public OriginSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Its addresses.</summary>
    public OriginResolver Resolver { get; }

    /// <summary>Whether it is well.</summary>
    public OriginHealth Health { get; }

    /// <summary>Totals, for metrics.</summary>
    public OriginCounters Counters { get; } = new();

    /// <summary>The connections. To be asked for while a place at the origin is held.</summary>
    public OriginConnectionPool Pool => Volatile.Read(ref _pool) ?? CreatePool();

    /// <summary>The client for HTTP/2; made when first needed.</summary>
    public HttpMessageInvoker Http2 => Volatile.Read(ref _http2) ?? CreateHttp2();

    /// <summary>Whether the promoted generation has it. Otherwise it only finishes what it has begun.</summary>
    public bool IsInUse => _inUse;

    /// <summary>Connections opened to it since it came into use.</summary>
    public long ConnectionsOpened => Volatile.Read(ref _pool)?.Opened ?? 0;

    /// <summary>Its connections, all and the idle ones among them.</summary>
    public (int Total, int Idle) ConnectionCounts => Volatile.Read(ref _pool) is { } pool ? (pool.Total, pool.Idle) : (0, 0);

    /// <summary>Requests at it.</summary>
    public int InFlight => _admission.InFlight;

    /// <summary>Requests that wait for it.</summary>
    public int Queued => _admission.Waiting;

    /// <summary>Requests at it and waiting for it.</summary>
    public long Load => _admission.Load;

    /// <summary>Requests that were refused because its queue was full.</summary>
    public long QueueFull => _admission.QueueFull;

    /// <summary>Requests that waited for it in vain.</summary>
    public long QueueTimeouts => _admission.QueueTimeouts;

    /// <summary>
    /// Asks for a place at the origin: at once when there is one, else after a wait in its queue. Completes on the thread pool after a wait.
    /// </summary>
    /// <param name="client">Whose request it is: the wait ends soon after the client has left. Null when that is not to be watched.</param>
    public ValueTask<AdmissionResult> EnterAsync(ClientStream? client = null) => _admission.EnterAsync(client);

    /// <summary>Gives the place back and takes note of how the attempt went.</summary>
    /// <param name="outcome">How it went, as far as it says something about the origin.</param>
    /// <param name="firstByteMicros">Time from sending the request to the first byte of the answer; 0 when there was none.</param>
    public void Exit(OriginOutcome outcome, long firstByteMicros)
    {
        _admission.Exit();
        Counters.Add(outcome, firstByteMicros);
        Health.OnOutcome(outcome);
    }

    /// <summary>
    /// Lets health know early that an attempt goes well, when it may last: a tunnel, a stream. <see cref="Exit"/> is still due.
    /// </summary>
    public void OnAnswered() => Health.OnOutcome(OriginOutcome.Success);

    /// <summary>Ends what takes too long here, and starts what is due.</summary>
    public void OnHeartbeat(long nowMicros)
    {
        _admission.OnHeartbeat(nowMicros);
        if (_inUse)
        {
            OriginSettings settings = Settings;
            Health.OnHeartbeat(nowMicros);
            Resolver.OnHeartbeat(nowMicros, settings.DnsRefresh);
            _check.OnHeartbeat(nowMicros, settings.Health);
        }
    }

    /// <summary>Puts the origin to use, or gives one that is in use its new settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="joins">Whether others of its zone are in use already, so that slow start makes sense.</param>
    public void Use(OriginSettings settings, bool joins)
    {
        long now = _clock.Micros;
        Volatile.Write(ref _settings, settings);
        _admission.Settings = settings.Admission;
        ConfigurePool(settings.Pool);
        Health.Configure(settings, now);
        if (!_inUse)
        {
            Health.Start(slowly: joins, now);
            _admission.IsClosed = false;
            _inUse = true;
            ConfigurePool(settings.Pool);
        }
    }

    /// <summary>Takes the origin out of use: no checks, no look-ups, no idle connections; what is under way ends in its own time.</summary>
    public void Retire()
    {
        _inUse = false;
        Volatile.Write(ref _retiredAt, _clock.Micros);
        _admission.IsClosed = true;
        _check.Stop();
        Health.Stop(_clock.Micros);
        ConfigurePool(KeepNothing);
    }

    /// <summary>
    /// Gives up the connections of an origin that went out of use a while ago and has nothing left to do. False while that is not so.
    /// </summary>
    public bool TryForget(long nowMicros)
    {
        if (_inUse)
        {
            return true;
        }

        if (Load > 0 || nowMicros - Volatile.Read(ref _retiredAt) < Linger)
        {
            return false;
        }

        OriginConnectionPool? pool = Interlocked.Exchange(ref _pool, null);
        HttpMessageInvoker? http2 = Interlocked.Exchange(ref _http2, null);

        // Who entered before these lines may have taken what they take away, and needs it; who enters later finds none.
        if (Load == 0)
        {
            pool?.Dispose();
            http2?.Dispose();
            return true;
        }

        Interlocked.CompareExchange(ref _pool, pool, null);
        Interlocked.CompareExchange(ref _http2, http2, null);
        return false;
    }

    /// <summary>Closes all connections, whatever is under way.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _pool, null)?.Dispose();
        Interlocked.Exchange(ref _http2, null)?.Dispose();
    }

    /// <summary>The origin as it is now.</summary>
    public OriginStatus GetStatus()
    {
        (OriginState state, long ejectedUntil, string? lastError, DateTimeOffset lastErrorAt) = Health.Describe();
        OriginConnectionPool? pool = Volatile.Read(ref _pool);
        return new OriginStatus
        {
            Zone = Identity.Zone,
            Url = Name,
            State = state,
            Share = Health.Share,
            EjectedUntil = state == OriginState.Ejected ? _clock.UtcNow + TimeSpan.FromMicroseconds(ejectedUntil - _clock.Micros) : null,
            Ejections = Health.Ejections,
            InFlight = InFlight,
            Queued = Queued,
            Connections = pool?.Total ?? 0,
            IdleConnections = pool?.Idle ?? 0,
            Attempts = Counters.Attempts,
            Failures = Counters.Failures,
            LastError = lastError,
            LastErrorAt = lastError is null ? null : lastErrorAt,
            Addresses = [.. Resolver.EndPoints.Select(endPoint => endPoint.ToString() ?? "")],
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Identity.Zone}: {Name}";

    private void ConfigurePool(OriginPoolSettings settings)
    {
        if (Volatile.Read(ref _pool) is { } pool)
        {
            pool.Settings = settings;
        }
    }

    private OriginConnectionPool CreatePool()
    {
        var created = new OriginConnectionPool(_clock, _registry.Heartbeat, Tls?.Http1, _inUse ? Settings.Pool : KeepNothing) { Resolver = Resolver };
        OriginConnectionPool? first = Interlocked.CompareExchange(ref _pool, created, null);
        if (first is not null)
        {
            created.Dispose();
            return first;
        }

        // Once more, for what changed before the pool was to be seen.
        ConfigurePool(_inUse ? Settings.Pool : KeepNothing);
        WatchIfLate();
        return created;
    }

    /// <summary>A late attempt, of an exchange that began under an earlier generation: what was made for it must go some day.</summary>
    private void WatchIfLate()
    {
        if (!_inUse)
        {
            _registry.Watch(this);
        }
    }

    private HttpMessageInvoker CreateHttp2()
    {
        HttpMessageInvoker created = OriginHttp2Client.Create(Tls, Resolver, Settings);
        HttpMessageInvoker? first = Interlocked.CompareExchange(ref _http2, created, null);
        if (first is not null)
        {
            created.Dispose();
            return first;
        }

        WatchIfLate();
        return created;
    }
}
