using System.Text.Json.Serialization;
using Breakwater.Config;

namespace Breakwater.Edge.Admin;

/// <summary>What became of a reload. Immutable.</summary>
/// <param name="Generation">The generation in force now: the new one, or, after a refusal, the one that was.</param>
/// <param name="Changed">Whether it is a new one. False too when nothing in the configuration changed.</param>
/// <param name="Diagnostics">Everything found; the configuration was refused when an error is among them.</param>
public sealed record ReloadResult(GenerationStatus Generation, bool Changed, IReadOnlyList<ConfigDiagnostic> Diagnostics)
{
    /// <summary>Whether what was asked for is in force.</summary>
    [JsonIgnore]
    public bool Succeeded => !Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}
