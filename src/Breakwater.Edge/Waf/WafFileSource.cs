using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using Breakwater.Edge.Files;
using Breakwater.Waf.SecLang;

namespace Breakwater.Edge.Waf;

/// <summary>The files of a configuration as rules read them: each is part of the generation that is compiled of them. Used by one compilation.</summary>
internal sealed class WafFileSource(ConfigurationFiles files) : SecFileSource
{
    private readonly DirectoryFileSource _disk = new();

    /// <summary>The files that were read, in order.</summary>
    public List<FileContent> Read { get; } = [];

    /// <summary>Whether there is such a file.</summary>
    public bool Exists(string path) => files.OnlyThese is { } these ? these.Contains(path, StringComparer.Ordinal) : File.Exists(path);

    /// <summary>Whether there is such a directory.</summary>
    public bool IsDirectory(string path) =>
        files.OnlyThese is { } these ? these.Any(file => file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)) : Directory.Exists(path);

    /// <inheritdoc/>
    public override bool TryRead(string path, int maxBytes, out ReadOnlyMemory<byte> content, [NotNullWhen(false)] out string? problem)
    {
        content = default;
        try
        {
            content = files.Read(path, maxBytes);
            problem = null;
            if (files.TryFind(path, out FileContent? file))
            {
                Read.Add(file);
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = error switch
            {
                FileTooLargeException => $"it is longer than {maxBytes} bytes",
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "it may not be read by this user, or is a directory",
                _ => error.Message.TrimEnd('.'),
            };
            return false;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Match(string pattern)
    {
        if (files.OnlyThese is not { } these)
        {
            return _disk.Match(pattern);
        }

        string[] wanted = pattern.Split('/');
        return
        [
            .. these.Where(path => path.Split('/') is var parts && parts.Length == wanted.Length
                    && !parts.Where((part, i) => !FileSystemName.MatchesSimpleExpression(wanted[i], part, ignoreCase: false)).Any())
                .Order(StringComparer.Ordinal),
        ];
    }
}
