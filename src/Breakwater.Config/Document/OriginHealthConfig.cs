namespace Breakwater.Config;

/// <summary>Active health checks of a zone's origins: a GET at intervals. Immutable.</summary>
public sealed record HealthConfig : ConfigNode
{
    private readonly TimeSpan? _timeout;

    /// <summary>What is asked for, as a request target.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The <c>Host</c> that is sent; null = what requests are sent, or the origin's own where that is the client's.</summary>
    public string? Host { get; init; }

    /// <summary>Time between two checks of an origin.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for an answer; never longer than <see cref="Interval"/>.</summary>
    public TimeSpan Timeout
    {
        get => _timeout ?? Shorter(TimeSpan.FromSeconds(2), Interval);
        init => _timeout = value;
    }

    /// <summary>Good answers in a row that bring an origin back.</summary>
    public int HealthyAfter { get; init; } = 2;

    /// <summary>Bad answers in a row that take an origin out.</summary>
    public int UnhealthyAfter { get; init; } = 3;

    /// <summary>The statuses of a good answer.</summary>
    public StatusRange ExpectStatus { get; init; } = new(200, 399);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>A range of response statuses, such as <c>200-399</c>, or one. Immutable.</summary>
/// <param name="First">The lowest, 100–599.</param>
/// <param name="Last">The highest, included.</param>
public readonly record struct StatusRange(int First, int Last)
{
    /// <summary>Whether a status is in the range.</summary>
    public bool Contains(int status) => status >= First && status <= Last;
}

/// <summary>Passive health: an origin that fails exchanges is left out for a while. Immutable. Shares are 0 to 1.</summary>
public sealed record OutlierConfig : ConfigNode
{
    private static readonly TimeSpan DefaultEjectFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultMaxEjectFor = TimeSpan.FromMinutes(5);

    private readonly TimeSpan? _ejectFor;
    private readonly TimeSpan? _maxEjectFor;

    /// <summary>Failed exchanges in a row that eject an origin; 0 = never.</summary>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>How long the first ejection lasts; each further one in a row lasts twice as long as the one before.</summary>
    public TimeSpan EjectFor
    {
        get => _ejectFor ?? (_maxEjectFor < DefaultEjectFor ? _maxEjectFor.Value : DefaultEjectFor);
        init => _ejectFor = value;
    }

    /// <summary>The longest ejection; never shorter than <see cref="EjectFor"/>.</summary>
    public TimeSpan MaxEjectFor
    {
        get => _maxEjectFor ?? (_ejectFor > DefaultMaxEjectFor ? _ejectFor.Value : DefaultMaxEjectFor);
        init => _maxEjectFor = value;
    }

    /// <summary>The share of a zone's origins that may be ejected at a time.</summary>
    public double MaxEjected { get; init; } = 0.5;

    /// <summary>When less than this share of the origins looks healthy, health is ignored (panic); 0 = never.</summary>
    public double PanicBelow { get; init; } = 0.5;
}

/// <summary>Connections to each origin of a zone, and the queue for them. Immutable.</summary>
public sealed record PoolConfig : ConfigNode
{
    /// <summary>Connections to one origin.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Requests at one origin at a time, whatever the protocol; tunnels and streams count.</summary>
    public int MaxInFlight { get; init; } = 1024;

    /// <summary>Requests that may wait for one origin; what exceeds it is answered 503.</summary>
    public int MaxQueued { get; init; } = 1024;

    /// <summary>How long a request may wait.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Age at which a connection is not used again; zero = any.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Second attempts of requests that may safely be sent again. Immutable.</summary>
public sealed record RetriesConfig : ConfigNode
{
    /// <summary>Attempts in all, the first included; 1 = no retries.</summary>
    public int MaxAttempts { get; init; } = 2;

    /// <summary>Retries allowed as a share (0 to 1) of the zone's requests.</summary>
    public double Budget { get; init; } = 0.2;

    /// <summary>Retries a second that are allowed whatever the budget says, so that a quiet zone can retry at all.</summary>
    public int MinPerSecond { get; init; } = 10;
}
