namespace Breakwater.Commands;

/// <summary>What the program's end tells a script; a promise, described in docs/cli.md.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>A problem was found: a configuration that cannot be used, an edge that is not ready or does not stop.</summary>
    public const int Problem = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>No running edge can be reached.</summary>
    public const int Unreachable = 3;

    /// <summary>The edge cannot start: a port in use, a missing permission, a data directory that another edge holds.</summary>
    public const int CannotStart = 4;

    /// <summary>The edge ended itself, because a part of it held a thread and did not let go: it is to be started again.</summary>
    public const int Stuck = 70;
}
