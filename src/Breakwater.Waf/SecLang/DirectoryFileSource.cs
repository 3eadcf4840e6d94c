using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace Breakwater.Waf.SecLang;

/// <summary>Files of the machine. A pattern may stand in the folder's name too (<c>/etc/waf/*/rules/*.conf</c>). Stateless.</summary>
public sealed class DirectoryFileSource : SecFileSource
{
    /// <inheritdoc/>
    public override bool TryRead(string path, int maxBytes, out ReadOnlyMemory<byte> content, [NotNullWhen(false)] out string? problem)
    {
        content = default;
        problem = null;
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            // One byte more than allowed shows a longer file, also where the length is not known beforehand.
            byte[] bytes = new byte[Math.Min(Math.Max(file.Length, 4096), maxBytes) + 1];
            int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            while (read == bytes.Length && read <= maxBytes)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, maxBytes + 1));
                read += file.ReadAtLeast(bytes.AsSpan(read), bytes.Length - read, throwOnEndOfStream: false);
            }

            if (read > maxBytes) problem = $"it is longer than {maxBytes} bytes";
            else content = bytes.AsMemory(0, read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "it may not be read by this user, or is a directory",
                _ => error.Message.TrimEnd('.'),
            };
        }

        return problem is null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Match(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        List<string> found = [pattern.StartsWith('/') ? "/" : ""];
        string[] segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < segments.Length; i++)
        {
            bool last = i == segments.Length - 1;
            List<string> next = [];
            foreach (string folder in found)
            {
                if (IsPattern(segments[i])) next.AddRange(Entries(folder, segments[i], last));
                else next.Add(folder + segments[i] + (last ? "" : "/"));
            }

            found = next;
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static List<string> Entries(string folder, string pattern, bool files)
    {
        List<string> entries = [];
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(folder.Length == 0 ? "." : folder).EnumerateFileSystemInfos())
            {
                bool isFolder = (entry.Attributes & FileAttributes.Directory) != 0;
                if (isFolder == files || !FileSystemName.MatchesSimpleExpression(pattern, entry.Name, ignoreCase: false)) continue;
                entries.Add(folder + entry.Name + (files ? "" : "/"));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that is not there has no entries; the caller reports that nothing matched.
        }

        return entries;
    }
}
