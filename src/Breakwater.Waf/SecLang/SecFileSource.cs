using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Waf.SecLang;

/// <summary>
/// Where rule files come from: a directory of the machine, the program itself, a test. Paths use <c>/</c>. Implementations answer false
/// for what cannot be read and do not throw. Used while loading only, by one thread.
/// </summary>
public abstract class SecFileSource
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">As <see cref="Resolve"/> or <see cref="Match"/> gave it.</param>
    /// <param name="maxBytes">A longer file is not read.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="problem">Why it could not be read.</param>
    public abstract bool TryRead(string path, int maxBytes, out ReadOnlyMemory<byte> content, [NotNullWhen(false)] out string? problem);

    /// <summary>All files whose path matches a pattern with <c>*</c> and <c>?</c> in its last segments, in ordinal order.</summary>
    public abstract IReadOnlyList<string> Match(string pattern);

    /// <summary>The path that <paramref name="path"/> means in the file <paramref name="from"/>: relative ones start at that file's folder.</summary>
    public virtual string Resolve(string path, string from)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(from);
        if (path.StartsWith('/')) return path;
        int slash = from.LastIndexOf('/');
        return slash < 0 ? path : string.Concat(from.AsSpan(0, slash + 1), path);
    }

    /// <summary>Whether a path is a pattern.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?', '[');
}
