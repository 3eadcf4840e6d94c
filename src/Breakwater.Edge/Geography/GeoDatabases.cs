using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;

namespace Breakwater.Edge.Geography;

/// <summary>Look-ups that failed because a database is damaged. Thread-safe; lives across generations.</summary>
internal sealed class GeoFaults
{
    private long _count;

    /// <summary>How many.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Counts one.</summary>
    public void Add() => Interlocked.Increment(ref _count);
}

/// <summary>
/// The databases that say where addresses are: files of the operator's, read into memory. Immutable but for what it remembers; thread-safe.
/// Shared by generations that have the same files.
/// </summary>
/// <remarks>
/// <code>connection's last answer ─ cache of networks (4,096) ─ each file in order, the first that knows a field wins</code>
/// A damaged file that was not found out when it was read answers with exceptions: they are counted, and what is asked for is not known.
/// </remarks>
internal sealed class GeoDatabases
{
    private readonly GeoFile[] _files;
    private readonly GeoFaults _faults;
    private readonly PlaceCache _cache = new();

    private GeoDatabases(GeoFile[] files, GeoFaults faults)
    {
        _files = files;
        _faults = faults;
    }

    /// <summary>No database.</summary>
    public static GeoDatabases None { get; } = new([], new GeoFaults());

    /// <summary>The files, in the order in which they are asked.</summary>
    public IReadOnlyList<string> Paths => [.. _files.Select(file => file.Path)];

    /// <summary>What the files say of themselves, for people.</summary>
    public IReadOnlyList<string> Descriptions => [.. _files.Select(file => file.Description)];

    /// <summary>Reads files. Null when one of them is not usable; the problems say which, and why.</summary>
    /// <param name="paths">The files. Where several know the same field, the one that is named first counts.</param>
    /// <param name="files">Where they are read.</param>
    /// <param name="before">The databases in force: files with the same content are taken from there; all of them, when all are.</param>
    /// <param name="faults">Counts what fails later.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static GeoDatabases? Open(
        IReadOnlyList<string> paths, ConfigurationFiles files, GeoDatabases? before, GeoFaults faults, ICollection<FileProblem> problems)
    {
        if (paths.Count == 0)
        {
            return None;
        }

        var opened = new List<GeoFile>();
        foreach (string path in paths)
        {
            if (GeoFile.Read(path, files, before?._files.FirstOrDefault(file => file.Path == path), out FileProblem? problem) is { } file)
            {
                opened.Add(file);
            }
            else
            {
                problems.Add(problem!);
            }
        }

        return opened.Count < paths.Count ? null
            : before is not null && before._files.SequenceEqual(opened) ? before
            : new GeoDatabases([.. opened], faults);
    }

    /// <summary>Where an address is; <see cref="Place.Unknown"/> when nobody knows. Allocates nothing for networks that were asked for lately.</summary>
    /// <param name="address">The address.</param>
    /// <param name="memory">The last answer of the connection that asks.</param>
    public Place Find(ClientAddress address, PlaceMemory memory)
    {
        if (_files.Length == 0 || address.IsNone)
        {
            return Place.Unknown;
        }

        if (memory.TryGet(address, this, out Place place))
        {
            return place;
        }

        if (!_cache.TryGet(address, out place))
        {
            place = Look(address);
        }

        memory.Keep(address, this, place);
        return place;
    }

    private Place Look(ClientAddress address)
    {
        Place place = Place.Unknown;
        int prefix = 0;
        foreach (GeoFile file in _files)
        {
            try
            {
                place = place.Or(file.Find(address, out int length));
                prefix = Math.Max(prefix, length);
            }
            catch (Exception)
            {
                // What a damaged file says is not known, for this one address.
                prefix = 128;
                _faults.Add();
            }
        }

        _cache.Keep(address, prefix, place);
        return place;
    }
}
