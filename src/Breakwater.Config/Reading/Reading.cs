namespace Breakwater.Config;

/// <summary>What the readers of values share while one document is read. Owned by that reading.</summary>
internal sealed class Reading(DiagnosticList diagnostics, string directory)
{
    public DiagnosticList Diagnostics => diagnostics;

    /// <summary>Where items of lists stand that could not be read: they are missing in the model, and so must be their positions.</summary>
    public HashSet<SourcePosition> Unreadable { get; } = [];

    /// <summary>A path of the document as an absolute one: relative paths start at the document's directory.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, directory);
}
