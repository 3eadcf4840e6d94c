using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Waf.SecLang;

/// <summary>Files held in memory, before those of another source: rules of the program's own beside the operator's. Immutable once filled.</summary>
/// <param name="memory">Files that are found first, by their exact names.</param>
/// <param name="inner">Where all others come from.</param>
public sealed class LayeredFileSource(MemoryFileSource memory, SecFileSource inner) : SecFileSource
{
    /// <inheritdoc/>
    public override bool TryRead(string path, int maxBytes, out ReadOnlyMemory<byte> content, [NotNullWhen(false)] out string? problem) =>
        memory.TryRead(path, maxBytes, out content, out problem) || inner.TryRead(path, maxBytes, out content, out problem);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Match(string pattern) => inner.Match(pattern);

    /// <inheritdoc/>
    public override string Resolve(string path, string from) => inner.Resolve(path, from);
}
