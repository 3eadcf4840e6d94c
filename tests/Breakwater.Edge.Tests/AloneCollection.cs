namespace Breakwater.Edge.Tests;

/// <summary>For tests that measure the whole process, or that load it: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class AloneCollection
{
    public const string Name = "alone";
}
