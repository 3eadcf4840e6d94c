namespace Breakwater.Edge.Files;

/// <summary>What is wrong with a file of the operator's, and where. Immutable.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, counted from 1; 0 for the file as a whole.</param>
/// <param name="What">What is wrong, and what to do.</param>
internal sealed record FileProblem(string Path, int Line, string What)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{Path}:{Line}: {What}" : $"{Path}: {What}";
}
