using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Breakwater.Edge.Files;

/// <summary>
/// What a file held when it was read. Its content never changes; where the bytes are does: in memory, until they are kept on disk
/// (<see cref="MoveTo"/>), then there. Thread-safe.
/// </summary>
internal sealed class FileContent
{
    private byte[]? _bytes;
    private string? _kept;

    private FileContent(string path, string hash, long length)
    {
        Path = path;
        Hash = hash;
        Length = length;
    }

    /// <summary>The file, as the configuration names it.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of the content, 64 hex digits.</summary>
    public string Hash { get; }

    /// <summary>The content's length in bytes; -1 where only the hash is known.</summary>
    public long Length { get; }

    /// <summary>Content that has just been read.</summary>
    public static FileContent Of(string path, byte[] bytes) =>
        new(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length) { _bytes = bytes };

    /// <summary>SHA-256 of a file as it is on disk now; null for one that cannot be read.</summary>
    public static string? TryHash(string path)
    {
        try
        {
            return Of(path, ConfigurationFiles.ReadNow(path, Array.MaxLength)).Hash;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Content that is kept on disk.</summary>
    public static FileContent Kept(string path, string hash, long length, string kept) => new(path, hash, length) { _kept = kept };

    /// <summary>The file in which the content is kept; null while it is in memory.</summary>
    public string? KeptIn => Volatile.Read(ref _kept);

    /// <summary>The bytes, if they are in memory.</summary>
    public bool TryGetBytes([NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = Volatile.Read(ref _bytes);
        return bytes is not null;
    }

    /// <summary>The bytes. Those that are kept on disk are checked against the hash.</summary>
    /// <exception cref="IOException">What was kept is gone or damaged.</exception>
    public byte[] Read()
    {
        if (Volatile.Read(ref _bytes) is { } bytes)
        {
            return bytes;
        }

        bytes = File.ReadAllBytes(Volatile.Read(ref _kept)!);
        return (Length < 0 || bytes.Length == Length) && Convert.ToHexStringLower(SHA256.HashData(bytes)) == Hash
            ? bytes
            : throw new IOException($"what was kept of {Path} is damaged");
    }

    /// <summary>The bytes are kept in a file from now on; memory lets go of them.</summary>
    public void MoveTo(string kept)
    {
        Volatile.Write(ref _kept, kept);
        Volatile.Write(ref _bytes, null);
    }

    /// <summary>The same content under another name, where two files are equal.</summary>
    public FileContent As(string path) => path == Path ? this : new FileContent(path, Hash, Length) { _bytes = _bytes, _kept = _kept };

    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({Hash[..12]}, {Length} bytes)";
}
