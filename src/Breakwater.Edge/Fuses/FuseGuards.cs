using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Observability;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Fuses;

/// <summary>All that guards the modules of one edge: the fuses, the watchdog, the switches. Owned by the edge.</summary>
internal sealed partial class FuseGuards : IDisposable
{
    private readonly FuseOptions _options;
    private readonly EdgeClock _clock;
    private Watchdog? _watchdog;

    private FuseGuards(FuseOptions options, EdgeClock clock, ILogger log)
    {
        _options = options;
        _clock = clock;
        Box = new FuseBox(clock, log, options.Faults, options.Settings, options.Recorder);
    }

    /// <summary>The fuses.</summary>
    public FuseBox Box { get; }

    /// <summary>What looks at the file of switches; null where there is no data directory.</summary>
    public SwitchWatch? Switches { get; private set; }

    /// <summary>Makes them; null where the options leave fuses out.</summary>
    public static FuseGuards? Create(EdgeOptions options, EdgeClock clock)
    {
        ILogger log = options.Loggers.CreateLogger("Breakwater.Fuses");
        if (options.Fuses.IsOff)
        {
            Log.Off(log, FuseOptions.Variable);
            return null;
        }

        return new FuseGuards(options.Fuses, clock, log);
    }

    /// <summary>Begins to guard. The first generation's zones have their fuses; nobody has been let in yet.</summary>
    /// <param name="metrics">Learns the figures.</param>
    /// <param name="generation">Tells the number of the generation in force.</param>
    public void Start(EdgeMetrics metrics, Func<long> generation)
    {
        if (Box.Recorder.Problem is { } problem)
        {
            Log.NoFlightFile(Box.Log, problem);
        }

        foreach (FaultPoint fault in Box.Faults.Points)
        {
            Log.Armed(Box.Log, ModuleIds.NameOf(fault.Module), fault.Zone ?? "*");
        }

        Box.AddTo(metrics);
        Box.Suspect(_options.Suspects);
        _watchdog = new Watchdog(Box, generation, _options.End);
        if (_options.DataDirectory is { } directory)
        {
            Switches = new SwitchWatch(directory, Box, _clock);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Switches?.Dispose();
        _watchdog?.Dispose();
        Box.Recorder.End(FlightEnd.Ordered);
        Box.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(673, LogLevel.Warning, "fuses are off ({Variable}=off): a module that fails fails its visitors; this is for measurements only")]
        public static partial void Off(ILogger log, string variable);

        [LoggerMessage(674, LogLevel.Warning, "a fault is ARMED in module {Module} of zone {Zone}: this edge is for drills")]
        public static partial void Armed(ILogger log, string module, string zone);

        [LoggerMessage(675, LogLevel.Error, "{Problem}; should the process crash, nobody will know what it was at")]
        public static partial void NoFlightFile(ILogger log, string problem);
    }
}
