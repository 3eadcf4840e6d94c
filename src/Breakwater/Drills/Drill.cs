using Breakwater.Drills.Load;

namespace Breakwater.Drills;

/// <summary>
/// An outage that happened to somebody, made small: a private edge serves a steady load, the fault of that day is injected, and a stated bound is
/// held. Stateless; what a run needs belongs to its <see cref="DrillGround"/>.
/// </summary>
internal abstract class Drill
{
    /// <summary>What it is about.</summary>
    public abstract DrillSheet Sheet { get; }

    /// <summary>What it takes a fraction of, clean-up included; one that takes longer hangs.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromMinutes(2);

    /// <summary>
    /// Injects the fault and says what held. Loads that it started go on until it returns; they are judged after that.
    /// </summary>
    /// <exception cref="DrillException">It could not be carried through.</exception>
    public abstract Task RunAsync(DrillGround ground);
}

/// <summary>What a drill is about, in sentences for people: <c>drill --list</c> and docs/drills.md show them. Immutable.</summary>
/// <param name="Name">Its name on the command line: <c>D5</c>, <c>18-november</c>.</param>
/// <param name="Title">What goes wrong, in a few words.</param>
internal sealed record DrillSheet(string Name, string Title)
{
    /// <summary>Where it happened.</summary>
    public required string Outage { get; init; }

    /// <summary>What made an outage of it there.</summary>
    public required string Mechanism { get; init; }

    /// <summary>What is done to the edge.</summary>
    public required string Fault { get; init; }

    /// <summary>What has to hold beside <see cref="Limits"/>.</summary>
    public required string Bound { get; init; }

    /// <summary>The part of the edge that answers it.</summary>
    public required string Guard { get; init; }

    /// <summary>What the load may see.</summary>
    public LoadLimits Limits { get; init; } = new();

    /// <summary>Whether nothing else may run beside it, because it measures processor time or takes all of it.</summary>
    public bool RunsAlone { get; init; }
}

/// <summary>What visitors may see of a fault. Immutable.</summary>
internal sealed record LoadLimits
{
    /// <summary>Requests that may go unanswered or be answered otherwise than they should; null = the drill itself judges them.</summary>
    public int? Failed { get; init; } = 0;

    /// <summary>
    /// The 99th percentile of the time to the whole answer, beside what the machine itself delays (<see cref="MachineNoise"/>): drills run beside each other.
    /// </summary>
    public TimeSpan P99 { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>A drill that is left out here, and why. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What goes wrong.</param>
/// <param name="Why">What it needs that is not there.</param>
internal sealed record LeftOutDrill(string Name, string Title, string Why);

/// <summary>A drill could not be carried through: says what did not happen.</summary>
internal sealed class DrillException(string message, Exception? cause = null) : Exception(message, cause);
