namespace Breakwater.Edge.Lifecycle;

/// <summary>
/// The process that an operator knows, and sends signals to: this one, or the supervisor that started it and outlives it. Thread-safe.
/// </summary>
public static class ServiceProcess
{
    private static int _supervisor;

    /// <summary>Its id.</summary>
    public static int Id => Volatile.Read(ref _supervisor) is > 0 and var supervisor ? supervisor : Environment.ProcessId;

    /// <summary>Crashes of edges that the supervisor has seen before this one; 0 without a supervisor.</summary>
    public static int Restarts { get; private set; }

    /// <summary>Whether there is a supervisor.</summary>
    public static bool IsSupervised => Volatile.Read(ref _supervisor) > 0;

    /// <summary>Names the supervisor; 0 when it is gone.</summary>
    public static void SetSupervisor(int process, int restarts)
    {
        Volatile.Write(ref _supervisor, process);
        Restarts = restarts;
    }
}
