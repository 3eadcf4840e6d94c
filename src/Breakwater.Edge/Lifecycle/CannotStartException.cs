namespace Breakwater.Edge.Lifecycle;

/// <summary>
/// The edge cannot start, for a reason that lies in its surroundings: a port in use, a missing permission, a data directory that another
/// edge holds. Not for faults of the configuration, which are diagnostics, and not for bugs.
/// </summary>
public sealed class CannotStartException : Exception
{
    /// <param name="problem">What is wrong, with the name of the thing; no final stop.</param>
    /// <param name="remedy">What to do; no final stop.</param>
    /// <param name="cause">The fault of the operating system behind it.</param>
    public CannotStartException(string problem, string remedy, Exception? cause = null)
        : base($"{problem}; {remedy}", cause)
    {
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}
