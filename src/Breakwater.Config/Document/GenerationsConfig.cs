namespace Breakwater.Config;

/// <summary>
/// How a changed configuration or list gets from its file to all visitors: what it has to go through, and what stops it. Immutable. Shares are
/// 0 to 1, sizes bytes. A change is judged by the settings in force, not by those that it brings.
/// </summary>
public sealed record GenerationsConfig : ConfigNode
{
    /// <summary>Before anything is in force: the trial in a process of its own.</summary>
    public TasteConfig Taste { get; init; } = new();

    /// <summary>A share of the connections runs the candidate, beside the rest.</summary>
    public CanaryConfig Canary { get; init; } = new();

    /// <summary>What makes a generation the last known good.</summary>
    public BakeConfig Bake { get; init; } = new();

    /// <summary>Files of lists and databases.</summary>
    public FeedsConfig Feeds { get; init; } = new();

    /// <summary>
    /// A change that takes away more than this share of the zones, origins, certificates, rules or of a list's entries is held until confirmed.
    /// </summary>
    public double MaxRemoved { get; init; } = 0.3;
}

/// <summary>The trial of a candidate in a sacrificial process. Immutable.</summary>
public sealed record TasteConfig : ConfigNode
{
    /// <summary>The longest that it may take in all.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory of the process beyond what the files take that the candidate names.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>The most processor time that judging one request may take.</summary>
    public TimeSpan MaxRequestTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Recent requests that are kept for it.</summary>
    public int Samples { get; init; } = 500;

    /// <summary>A candidate that refuses more than this share of recent requests that are let through now is held until confirmed.</summary>
    public double MaxNewlyBlocked { get; init; } = 0.1;
}

/// <summary>The comparison of a candidate with what is in force, on live traffic. Immutable.</summary>
public sealed record CanaryConfig : ConfigNode
{
    /// <summary>Share of the connections that run the candidate.</summary>
    public double Share { get; init; } = 0.1;

    /// <summary>The longest that it goes on.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Requests of the candidate after which it ends sooner.</summary>
    public int Requests { get; init; } = 500;

    /// <summary>By how much the share of errors (5xx) may be higher than what is in force has.</summary>
    public double MaxErrors { get; init; } = 0.01;

    /// <summary>By how much the share of refused requests may be higher.</summary>
    public double MaxBlocked { get; init; } = 0.1;

    /// <summary>How much longer requests, and the edge's own part of them, may take: 1 = twice as long.</summary>
    public double MaxSlower { get; init; } = 1;
}

/// <summary>When a generation has proved itself. Immutable.</summary>
public sealed record BakeConfig : ConfigNode
{
    /// <summary>How long it has to serve without a crash.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many requests it has to serve.</summary>
    public int Requests { get; init; } = 20;
}

/// <summary>What files of lists and databases must be like. Immutable.</summary>
public sealed record FeedsConfig : ConfigNode
{
    /// <summary>The largest list file.</summary>
    public long MaxSize { get; init; } = 64L << 20;

    /// <summary>The most entries of a list file.</summary>
    public int MaxItems { get; init; } = 3_000_000;

    /// <summary>The largest share of a list file's lines that repeat others.</summary>
    public double MaxDuplicates { get; init; } = 0.5;

    /// <summary>How often a file may turn from good to bad before it is frozen.</summary>
    public int FreezeAfter { get; init; } = 3;
}
