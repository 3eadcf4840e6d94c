using Breakwater.Edge.Origins.Http1;

namespace Breakwater.Edge.Origins;

/// <summary>
/// What a reload may change about an origin without making it another one: compiled, times in microseconds. Immutable; an
/// <see cref="Origin"/> holds one and swaps it atomically. Meanings and defaults: docs/configuration.md.
/// </summary>
internal sealed record OriginSettings
{
    public static OriginSettings Default { get; } = new();

    /// <summary>How many requests at a time, and the queue for more.</summary>
    public AdmissionSettings Admission { get; init; } = AdmissionSettings.Default;

    /// <summary>The connections.</summary>
    public OriginPoolSettings Pool { get; init; } = OriginPoolSettings.Default;

    /// <summary>Active health checks; null = none.</summary>
    public HealthCheckSettings? Health { get; init; }

    /// <summary>When an origin that fails exchanges is ejected.</summary>
    public OutlierSettings Outlier { get; init; } = OutlierSettings.Default;

    /// <summary>How long an origin that is new or came back gets less than its share; 0 = full share at once.</summary>
    public long SlowStart { get; init; }

    /// <summary>Time between two look-ups of its name.</summary>
    public long DnsRefresh { get; init; } = 30_000_000;

    /// <summary>The Host it is sent; null = the client's own.</summary>
    public byte[]? HostField { get; init; }
}

/// <summary>How many requests an origin gets at a time. Immutable.</summary>
/// <param name="MaxInFlight">Requests at the origin at a time.</param>
/// <param name="MaxQueued">Requests that may wait; more are refused.</param>
/// <param name="QueueTimeout">How long one may wait, in microseconds.</param>
internal sealed record AdmissionSettings(int MaxInFlight, int MaxQueued, long QueueTimeout)
{
    public static AdmissionSettings Default { get; } = new(MaxInFlight: 1024, MaxQueued: 1024, QueueTimeout: 5_000_000);
}

/// <summary>Active health checks of one origin. Immutable. Times in microseconds.</summary>
internal sealed record HealthCheckSettings
{
    /// <summary>The request target of the GET; null = only connect (and the TLS handshake).</summary>
    public string? Path { get; init; } = "/";

    /// <summary>The Host that is sent; null = the origin's own authority.</summary>
    public string? Host { get; init; }

    /// <summary>Time between the beginnings of two checks; each is moved by up to a tenth at random.</summary>
    public long Interval { get; init; } = 5_000_000;

    /// <summary>Time for a check to end.</summary>
    public long Timeout { get; init; } = 2_000_000;

    /// <summary>Good checks in a row that bring the origin back.</summary>
    public int HealthyAfter { get; init; } = 2;

    /// <summary>Bad checks in a row that take it out.</summary>
    public int UnhealthyAfter { get; init; } = 3;

    /// <summary>The lowest status of a good answer.</summary>
    public int MinStatus { get; init; } = 200;

    /// <summary>The highest status of a good answer.</summary>
    public int MaxStatus { get; init; } = 399;
}

/// <summary>When an origin that fails exchanges is ejected, and for how long. Immutable. Times in microseconds.</summary>
/// <param name="ConsecutiveFailures">Failed exchanges in a row that eject; 0 = never.</param>
/// <param name="EjectFor">The first ejection; each further one in a row lasts twice as long as the one before.</param>
/// <param name="MaxEjectFor">The longest ejection; an origin that stayed in for as long starts again with the first.</param>
internal sealed record OutlierSettings(int ConsecutiveFailures, long EjectFor, long MaxEjectFor)
{
    public static OutlierSettings Default { get; } = new(ConsecutiveFailures: 5, EjectFor: 30_000_000, MaxEjectFor: 300_000_000);
}
