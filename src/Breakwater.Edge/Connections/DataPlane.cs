using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Connections;

/// <summary>
/// What every connection of one edge shares. Made once when the edge starts; its parts are thread-safe.
/// </summary>
internal sealed class DataPlane
{
    private Generation _live = null!;

    /// <summary>The edge's clock.</summary>
    public required EdgeClock Clock { get; init; }

    /// <summary>What checks deadlines.</summary>
    public required Heartbeat Heartbeat { get; init; }

    /// <summary>Counters.</summary>
    public required EdgeMetrics Metrics { get; init; }

    /// <summary>The access log; null when off.</summary>
    public AccessLog? AccessLog { get; init; }

    /// <summary>Where events go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Makes ray ids.</summary>
    public RaySource Rays { get; } = new();

    /// <summary>The live connections.</summary>
    public required ConnectionTable Connections { get; init; }

    /// <summary>Runs exchanges.</summary>
    public required Pipeline Pipeline { get; init; }

    /// <summary>The date, for answers of the edge.</summary>
    public required DateField Date { get; init; }

    /// <summary>The configuration in force. One reference: an exchange reads it once.</summary>
    public Generation Live
    {
        get => Volatile.Read(ref _live);
        set => Volatile.Write(ref _live, value);
    }
}
