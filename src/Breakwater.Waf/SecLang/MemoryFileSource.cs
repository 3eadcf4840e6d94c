using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Text;

namespace Breakwater.Waf.SecLang;

/// <summary>Files held in memory: the embedded rules, and tests. Immutable once filled.</summary>
public sealed class MemoryFileSource : SecFileSource
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Adds a file, or replaces it.</summary>
    public MemoryFileSource Add(string path, string content) => Add(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Adds a file, or replaces it.</summary>
    public MemoryFileSource Add(string path, byte[] content)
    {
        _files[path] = content;
        return this;
    }

    /// <inheritdoc/>
    public override bool TryRead(string path, int maxBytes, out ReadOnlyMemory<byte> content, [NotNullWhen(false)] out string? problem)
    {
        content = default;
        problem = null;
        if (!_files.TryGetValue(path, out byte[]? bytes)) problem = "there is no such file";
        else if (bytes.Length > maxBytes) problem = $"it is longer than {maxBytes} bytes";
        else content = bytes;
        return problem is null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Match(string pattern) =>
        [.. _files.Keys.Where(path => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false))];
}
