namespace Breakwater.Config;

/// <summary>
/// How a changed configuration or list gets from its file to all visitors: what it has to go through. Immutable. A change is judged by the settings in force, not by those that it brings.
/// </summary>
public sealed record GenerationsConfig : ConfigNode
{
    /// <summary>What makes a generation the last known good.</summary>
    public BakeConfig Bake { get; init; } = new();
}

/// <summary>When a generation has proved itself. Immutable.</summary>
public sealed record BakeConfig : ConfigNode
{
    /// <summary>How long it has to serve without a crash.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many requests it has to serve.</summary>
    public int Requests { get; init; } = 20;
}
