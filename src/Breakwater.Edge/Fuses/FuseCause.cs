namespace Breakwater.Edge.Fuses;

/// <summary>How a module failed a call.</summary>
internal enum FuseCause : byte
{
    /// <summary>It threw.</summary>
    Exception,

    /// <summary>It took longer than a call may.</summary>
    Time,

    /// <summary>It used up its own budget of work.</summary>
    Work,

    /// <summary>It allocated more than a call may.</summary>
    Memory,

    /// <summary>It held a thread until the watchdog saw it.</summary>
    Hang,

    /// <summary>The supervisor suspects it: it was at work when the process crashed.</summary>
    Suspect,
}

/// <summary>What a fuse lets happen with a call.</summary>
internal enum Admission : byte
{
    /// <summary>The module is called.</summary>
    Call,

    /// <summary>The module is called, to see whether it works again.</summary>
    Probe,

    /// <summary>It is not called, as if it were not there.</summary>
    Bypass,

    /// <summary>It is not called, because it failed: what the zone says about that holds.</summary>
    Blown,
}

/// <summary>When fuses blow, and when they are tried again. Immutable. docs/fuses.md tells them to operators.</summary>
internal sealed record FuseSettings
{
    /// <summary>The usual ones.</summary>
    public static FuseSettings Default { get; } = new();

    /// <summary>What a call may take, in milliseconds of <see cref="FuseClock"/>.</summary>
    public int TimeBudget { get; init; } = 250;

    /// <summary>What a call may allocate, in bytes.</summary>
    public long MemoryBudget { get; init; } = 128L << 20;

    /// <summary>Calls that fail within <see cref="Window"/> before the fuse blows, if they are half of all calls at least.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>Milliseconds.</summary>
    public long Window { get; init; } = 10_000;

    /// <summary>How long a module rests at first, in milliseconds.</summary>
    public long FirstRest { get; init; } = 1_000;

    /// <summary>The same for one that held a thread.</summary>
    public long FirstRestAfterHang { get; init; } = 30_000;

    /// <summary>How long it rests at most; each time that it fails again doubles it.</summary>
    public long LongestRest { get; init; } = 300_000;

    /// <summary>How long it must have worked for a rest to begin anew with the first.</summary>
    public long Forgiveness { get; init; } = 600_000;

    /// <summary>Calls in a row that must succeed, one at a time, before all go through again.</summary>
    public int Probes { get; init; } = 3;

    /// <summary>After how long the watchdog names a module that holds a thread, and blows its fuse.</summary>
    public long HangLimit { get; init; } = 5_000;

    /// <summary>After how long it ends the process.</summary>
    public long EndLimit { get; init; } = 10_000;
}
