using Breakwater.Edge.Events;
using Breakwater.Edge.Exchanges;
using Breakwater.Edge.Forwarding;
using Breakwater.Edge.Fuses;
using Breakwater.Edge.Generations;
using Breakwater.Edge.Generations.Canary;
using Breakwater.Edge.Generations.Taste;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Connections;

/// <summary>
/// What every connection of one edge shares. Made once when the edge starts; its parts are thread-safe.
/// </summary>
internal sealed class DataPlane
{
    private InForce _inForce;

    public DataPlane(EdgeClock clock, Heartbeat heartbeat, ILoggerFactory loggers, EdgeMetrics metrics, AccessLog? accessLog, Generation first, EventLog? eventLog = null)
    {
        Clock = clock;
        Heartbeat = heartbeat;
        Loggers = loggers;
        Metrics = metrics;
        AccessLog = accessLog;
        Events = new SecurityEvents(clock, eventLog);
        _inForce = new InForce(first);
        Recent = new RecentRequests(clock, first.Config.Generations.Taste.Samples, Environment.TickCount);
        Date = new DateField(clock);
        Pipeline = new Pipeline(this, new Forwarder(clock));
    }

    /// <summary>The edge's clock.</summary>
    public EdgeClock Clock { get; }

    /// <summary>What checks deadlines.</summary>
    public Heartbeat Heartbeat { get; }

    /// <summary>Where events go.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Counters.</summary>
    public EdgeMetrics Metrics { get; }

    /// <summary>The access log; null when off.</summary>
    public AccessLog? AccessLog { get; }

    /// <summary>What rules did.</summary>
    public SecurityEvents Events { get; }

    /// <summary>The fuses of modules; null where modules stand behind none.</summary>
    public FuseBox? Fuses { get; init; }

    /// <summary>What bodies read ahead may take.</summary>
    public BodyMemory BodyMemory { get; } = new();

    /// <summary>Where long ones are looked at.</summary>
    public LongBodies LongBodies { get; } = new();

    /// <summary>Recent requests, to try candidates on.</summary>
    public RecentRequests Recent { get; init; }

    /// <summary>Makes ray ids.</summary>
    public RaySource Rays { get; } = new();

    /// <summary>The live connections.</summary>
    public ConnectionTable Connections { get; } = new();

    /// <summary>Which connections run a candidate.</summary>
    public ConnectionLane Lanes { get; init; } = new();

    /// <summary>The date, for answers of the edge.</summary>
    public DateField Date { get; }

    /// <summary>Runs exchanges.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>The generations that serve now. One reference: an exchange reads it once.</summary>
    public InForce InForce
    {
        get => Volatile.Read(ref _inForce);
        set => Volatile.Write(ref _inForce, value);
    }

    /// <summary>The generation in force for all but the connections of a canary.</summary>
    public Generation Live => InForce.Live;

    /// <summary>The generation for a connection.</summary>
    public Generation For(ClientConnection connection) => InForce.For(connection.Lane);
}
