namespace Breakwater.Edge.Generations;

/// <summary>Who wanted a change.</summary>
internal enum ChangeSource : byte
{
    /// <summary>The start of the process.</summary>
    Start,

    /// <summary>An operator's command.</summary>
    Command,

    /// <summary>SIGHUP.</summary>
    Signal,

    /// <summary>A file that the configuration names has another content.</summary>
    Files,

    /// <summary>An operator's wish to go back.</summary>
    Rollback,
}

/// <summary>Where a generation comes from. Immutable.</summary>
/// <param name="Source">Who wanted it.</param>
/// <param name="Detail">Which files changed, or to which generation it goes back; empty for the others.</param>
internal sealed record ChangeOrigin(ChangeSource Source, string Detail = "")
{
    /// <summary>The process starts.</summary>
    public static ChangeOrigin Start { get; } = new(ChangeSource.Start);

    /// <summary>For people.</summary>
    public override string ToString() => Source switch
    {
        ChangeSource.Start => "start",
        ChangeSource.Command => "reload",
        ChangeSource.Signal => "SIGHUP",
        ChangeSource.Files => $"changed file {Detail}",
        _ => $"rollback to {Detail}",
    };
}
