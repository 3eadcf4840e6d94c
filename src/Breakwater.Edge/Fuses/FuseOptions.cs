using Breakwater.Edge.Faults;
using Breakwater.Edge.Fuses.Flight;
using Breakwater.Edge.Fuses.Switches;
using Breakwater.Edge.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Fuses;

/// <summary>How an edge's modules are guarded. Immutable.</summary>
internal sealed partial record FuseOptions
{
    /// <summary>The environment variable that, set to <c>off</c>, leaves fuses out: to measure what they cost, and for nothing else.</summary>
    public const string Variable = "BREAKWATER_FUSES";

    /// <summary>Whether modules stand behind no fuse at all.</summary>
    public bool IsOff { get; init; }

    /// <summary>When fuses blow.</summary>
    public FuseSettings Settings { get; init; } = FuseSettings.Default;

    /// <summary>Faults that drills have armed.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>What the supervisor suspects.</summary>
    public SwitchSet Suspects { get; init; } = SwitchSet.None;

    /// <summary>Where the file of bypassed modules is looked for; null = nowhere.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Ends the process when a thread is stuck; null = for real.</summary>
    public Action<int>? End { get; init; }

    /// <summary>Where threads write down what they are at; null = in the process's own.</summary>
    public FlightRecorder? Recorder { get; init; }

    /// <summary>The options of a process: its environment says whether there are suspects, and, for drills, faults.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="log">Where it is told what is wrong with the environment.</param>
    /// <exception cref="CannotStartException">The faults make no sense.</exception>
    public static FuseOptions FromEnvironment(string dataDirectory, ILogger log)
    {
        SwitchReading suspects = Environment.GetEnvironmentVariable(SwitchFile.SuspectsVariable) is { Length: > 0 } path
            ? SwitchFile.Read(path, DateTimeOffset.UtcNow)
            : new SwitchReading(SwitchSet.None);
        if (suspects.Problem is { } problem)
        {
            Log.NoSuspects(log, problem);
        }

        return new FuseOptions
        {
            IsOff = Environment.GetEnvironmentVariable(Variable) == "off",
            Faults = ArmedFaults(),
            Suspects = suspects.Switches,
            DataDirectory = dataDirectory,
        };
    }

    private static FaultPlan ArmedFaults()
    {
        try
        {
            return FaultPlan.FromEnvironment();
        }
        catch (FormatException e)
        {
            throw new CannotStartException(e.Message, $"mend the variable {FaultPlan.Variable}, or remove it", e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(672, LogLevel.Error, "the file of suspects cannot be used: {Problem}; nothing is suspected")]
        public static partial void NoSuspects(ILogger log, string problem);
    }
}
