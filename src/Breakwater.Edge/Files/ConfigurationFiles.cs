using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Breakwater.Edge.Files;

/// <summary>A file is larger than what it is for allows.</summary>
internal sealed class FileTooLargeException(string path) : IOException($"{path} is too large");

/// <summary>
/// The files that a configuration names, as they were at one moment: each is read once, when compiling first asks for it, so that what is
/// compiled, hashed, tasted and kept is the same. Owned by one compilation, then immutable.
/// </summary>
/// <param name="given">Contents that take the place of what is on disk now: those of the generation in force, or those that were kept.</param>
/// <param name="isComplete">Whether there are no other files than those given.</param>
internal sealed class ConfigurationFiles(IEnumerable<FileContent>? given = null, bool isComplete = false)
{
    private readonly Dictionary<string, FileContent> _given = (given ?? []).ToDictionary(file => file.Path, StringComparer.Ordinal);
    private readonly SortedDictionary<string, FileContent> _read = new(StringComparer.Ordinal);

    /// <summary>The files that were asked for and could be read, by path.</summary>
    public IReadOnlyList<FileContent> All => [.. _read.Values];

    /// <summary>Whether the content of a file is given.</summary>
    public bool IsGiven(string path) => _given.ContainsKey(path);

    /// <summary>The content that is given for a file.</summary>
    public FileContent Given(string path) => _given[path];

    /// <summary>The content of a file that was asked for.</summary>
    public bool TryFind(string path, [NotNullWhen(true)] out FileContent? file) => _read.TryGetValue(path, out file);

    /// <summary>The files there are, where no others count than those given; null where what is on disk does.</summary>
    public IEnumerable<string>? OnlyThese => isComplete ? _given.Keys : null;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most that it may hold.</param>
    /// <exception cref="FileTooLargeException">It holds more.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public byte[] Read(string path, long maxBytes)
    {
        if (!_read.TryGetValue(path, out FileContent? file))
        {
            if (!_given.TryGetValue(path, out file))
            {
                file = isComplete
                    ? throw new FileNotFoundException($"{path} is not among the files that were kept", path)
                    : FileContent.Of(path, ReadNow(path, maxBytes));
            }

            _read.Add(path, file);
        }

        return file.Length <= maxBytes ? file.Read() : throw new FileTooLargeException(path);
    }

    /// <summary>Reads a file as it is on disk now.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most that it may hold.</param>
    /// <exception cref="FileTooLargeException">It holds more.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static byte[] ReadNow(string path, long maxBytes)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length > maxBytes)
        {
            throw new FileTooLargeException(path);
        }

        byte[] bytes = new byte[file.Length];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>SHA-256 over a text and all files that were asked for: 64 hex digits.</summary>
    public string HashWith(string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        foreach (FileContent file in _read.Values)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{file.Path}\0{file.Hash}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
