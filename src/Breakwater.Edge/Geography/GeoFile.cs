using System.Net;
using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;
using MaxMind.Db;

namespace Breakwater.Edge.Geography;

/// <summary>
/// One database file in the MaxMind DB format, read into memory. Immutable. Not mapped: a file that is overwritten in place while it is mapped
/// ends the process with SIGBUS.
/// </summary>
internal sealed class GeoFile
{
    private const int MappedPrefix = 96;

    /// <summary>A larger one is not a database of places.</summary>
    internal static readonly long MaxBytes = Array.MaxLength;

    private readonly Reader _reader;

    private GeoFile(Reader reader, string path, string hash)
    {
        _reader = reader;
        Path = path;
        Hash = hash;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of its content.</summary>
    public string Hash { get; }

    /// <summary>What the file says that it is, and when it was built, for people.</summary>
    public string Description => $"{_reader.Metadata.DatabaseType}, built {_reader.Metadata.BuildDate:yyyy-MM-dd}";

    /// <summary>Reads a file; null when it is none or a damaged one, and the problem says why.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Where it is read.</param>
    /// <param name="before">The file of that path in force: returned as it is when it has the same content; null = none.</param>
    /// <param name="problem">What is wrong.</param>
    public static GeoFile? Read(string path, ConfigurationFiles files, GeoFile? before, out FileProblem? problem)
    {
        try
        {
            byte[] bytes = files.Read(path, MaxBytes);
            problem = null;
            string hash = files.TryFind(path, out FileContent? content) ? content.Hash : "";
            if (before?.Hash == hash)
            {
                return before;
            }

            var file = new GeoFile(new Reader(new MemoryStream(bytes, writable: false)), path, hash);
            file.Taste();
            return file;
        }
        catch (FileTooLargeException)
        {
            problem = new FileProblem(path, 0, "the file is too large for a database of places");
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever is wrong with a file ends here: the reader throws of many kinds for damaged ones.
            problem = new FileProblem(path, 0, exception is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file; name a database in the MaxMind DB format (.mmdb)"
                : $"not a usable database in the MaxMind DB format (.mmdb): {exception.Message}");
            return null;
        }
    }

    /// <summary>Where an address is.</summary>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">How much of it, of 128 bits, says so.</param>
    /// <exception cref="Exception">The file is damaged: of any kind.</exception>
    public Place Find(ClientAddress address, out int prefixLength)
    {
        // A tree of IPv4 addresses would take the first bits of any other for one of them.
        if (_reader.Metadata.IPVersion == 4 && !address.IsIPv4)
        {
            prefixLength = 0;
            return Place.Unknown;
        }

        Dictionary<string, object>? record = _reader.Find<Dictionary<string, object>>(address.ToIPAddress(), out int length);
        prefixLength = address.IsIPv4 ? MappedPrefix + length : length;

        // The memory goes when the reader is collected, and never while it is read.
        GC.KeepAlive(_reader);
        return record is null ? Place.Unknown : PlaceReader.Read(record);
    }

    /// <summary>Asks for addresses all over the space: a truncated or overwritten file gives itself away here rather than to visitors.</summary>
    private void Taste()
    {
        for (uint i = 0; i < 64; i++)
        {
            Find(ClientAddress.FromIPv4(i * 0x04_11_23_47 + 1), out _);
            Find(ClientAddress.From(new IPAddress([0x20, 0x01, (byte)(i * 4), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])), out _);
        }
    }
}
