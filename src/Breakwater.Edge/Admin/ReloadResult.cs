using System.Text.Json.Serialization;
using Breakwater.Config;

namespace Breakwater.Edge.Admin;

/// <summary>How a reload is to be done. Immutable.</summary>
public sealed record ReloadOrder
{
    /// <summary>A shorter road: the same stages, with less to look at in each.</summary>
    public bool Urgent { get; init; }

    /// <summary>It is meant, however much it takes away or blocks.</summary>
    public bool Confirmed { get; init; }

    /// <summary>The number that the generation in force must have; null = any.</summary>
    public long? Expected { get; init; }
}

/// <summary>What became of a reload. Immutable.</summary>
/// <param name="Generation">The generation in force now: the new one, or, after a refusal, the one that was.</param>
/// <param name="Changed">Whether it is a new one. False too when nothing in the configuration changed.</param>
/// <param name="Diagnostics">Everything found; the configuration was refused when an error is among them.</param>
public sealed record ReloadResult(GenerationStatus Generation, bool Changed, IReadOnlyList<ConfigDiagnostic> Diagnostics)
{
    /// <summary>Whether what was asked for is in force.</summary>
    [JsonIgnore]
    public bool Succeeded => !Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>What became of it, in a word of docs/generations.md.</summary>
    public string Outcome
    {
        get => field ?? (!Succeeded ? "refused" : Changed ? "promoted" : "unchanged");
        init;
    }
}
