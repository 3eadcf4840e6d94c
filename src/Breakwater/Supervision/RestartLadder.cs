namespace Breakwater.Supervision;

/// <summary>What an edge is started with after crashes.</summary>
internal enum StartMode
{
    /// <summary>What it is configured to.</summary>
    Configured,

    /// <summary>The generation that had proved itself before the one that crashed.</summary>
    Previous,

    /// <summary>That, and the modules that were at work in the crashes are off.</summary>
    SuspectsOff,
}

/// <summary>How the next edge is started.</summary>
/// <param name="Mode">With what.</param>
/// <param name="Delay">After how long.</param>
internal readonly record struct RestartPlan(StartMode Mode, TimeSpan Delay);

/// <summary>
/// Decides how an edge is started after a crash. Single crashes are repaired at once, with the same. The third one within a minute takes the
/// next step down: the previous generation, then suspect modules off. When that does not help either, starts are spread, ever wider, with
/// jitter, without an end: a crash may be the surroundings' fault, and those mend. Owned by the supervisor's thread.
/// </summary>
internal sealed class RestartLadder(TimeProvider time, Random random)
{
    /// <summary>Crashes within <see cref="Window"/> that take a step.</summary>
    public const int MaxCrashes = 3;

    /// <summary>How long a crash counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>The longest time between two starts.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    private readonly Queue<long> _crashes = new();
    private int _spread;

    /// <summary>The present step.</summary>
    public StartMode Mode { get; private set; }

    /// <summary>Crashes since the beginning.</summary>
    public int Crashes { get; private set; }

    /// <summary>An edge crashed: what comes next.</summary>
    public RestartPlan OnCrash()
    {
        long now = time.GetTimestamp();
        Crashes++;
        while (_crashes.TryPeek(out long oldest) && time.GetElapsedTime(oldest, now) > Window)
        {
            _crashes.Dequeue();
        }

        _crashes.Enqueue(now);
        if (_crashes.Count == 1)
        {
            _spread = 0;
        }

        if (_crashes.Count < MaxCrashes)
        {
            return new RestartPlan(Mode, TimeSpan.Zero);
        }

        if (Mode != StartMode.SuspectsOff)
        {
            Mode++;
            _crashes.Clear();
            return new RestartPlan(Mode, TimeSpan.Zero);
        }

        // Half to whole: many edges that fell together must not rise together.
        double delay = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(_spread++, 30)), MaxDelay.TotalSeconds);
        return new RestartPlan(Mode, TimeSpan.FromSeconds(delay * (0.5 + (random.NextDouble() / 2))));
    }

    /// <summary>Somebody put another generation in force, or another program: what crashed before says nothing of it.</summary>
    public void Reset()
    {
        Mode = StartMode.Configured;
        _crashes.Clear();
        _spread = 0;
    }

    /// <summary>Goes on where an earlier supervisor stopped.</summary>
    public void Restore(StartMode mode, int crashes) => (Mode, Crashes) = (mode, crashes);
}
