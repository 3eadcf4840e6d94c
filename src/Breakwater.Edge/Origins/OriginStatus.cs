using Breakwater.Edge.Origins.Health;

namespace Breakwater.Edge.Origins;

/// <summary>An origin at one moment, for <c>/status</c>. Immutable.</summary>
internal sealed record OriginStatus
{
    /// <summary>The zone that it belongs to.</summary>
    public required string Zone { get; init; }

    /// <summary>Where it is.</summary>
    public required string Url { get; init; }

    /// <summary>What it may be used for.</summary>
    public required OriginState State { get; init; }

    /// <summary>The part of its weight that it gets, in percent.</summary>
    public required int Share { get; init; }

    /// <summary>When its ejection ends; null when it is not ejected.</summary>
    public required DateTimeOffset? EjectedUntil { get; init; }

    /// <summary>How often it was ejected.</summary>
    public required long Ejections { get; init; }

    /// <summary>Requests at it.</summary>
    public required int InFlight { get; init; }

    /// <summary>Requests that wait for it.</summary>
    public required int Queued { get; init; }

    /// <summary>Its connections, in use or idle.</summary>
    public required int Connections { get; init; }

    /// <summary>Its idle connections.</summary>
    public required int IdleConnections { get; init; }

    /// <summary>Attempts so far.</summary>
    public required long Attempts { get; init; }

    /// <summary>Attempts that failed.</summary>
    public required long Failures { get; init; }

    /// <summary>What went wrong last; null when nothing has.</summary>
    public required string? LastError { get; init; }

    /// <summary>When it went wrong.</summary>
    public required DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Its addresses, as resolved last.</summary>
    public required string[] Addresses { get; init; }
}
