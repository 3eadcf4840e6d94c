using Breakwater.Config;

namespace Breakwater.Edge;

/// <summary>An edge could not be started with a configuration; says all that is wrong with it.</summary>
/// <param name="diagnostics">The problems.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigDiagnostic> diagnostics)
    : Exception(string.Join(Environment.NewLine, diagnostics))
{
    /// <summary>The problems, with positions.</summary>
    public IReadOnlyList<ConfigDiagnostic> Diagnostics => diagnostics;
}
