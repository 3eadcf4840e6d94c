namespace Breakwater.Interop.Tests.Volume;

/// <summary>Tests that measure the memory of the process run alone in it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class VolumeCollection
{
    public const string Name = "Volume";

    /// <summary>By how much memory may grow, whatever the volume: 150 MiB.</summary>
    internal const long MaxGrowth = 150L * 1024 * 1024;
}
