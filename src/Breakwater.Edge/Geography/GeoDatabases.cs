using Breakwater.Edge.Clients;
using Breakwater.Edge.Files;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Geography;

/// <summary>
/// The databases that say where addresses are: files of the operator's, read again when they change. A new file that is missing or damaged
/// leaves the one that was read before in force, and is said once. Thread-safe; lives across generations that name the same files.
/// </summary>
/// <remarks>
/// <code>connection's last answer ─ cache of networks (4,096) ─ each file in order, the first that knows a field wins</code>
/// A damaged file that was not found out when it was read answers with exceptions: they are counted, and what is asked for is not known.
/// </remarks>
internal sealed partial class GeoDatabases : IDisposable
{
    private readonly FileWatch? _watch;
    private readonly ILogger? _log;
    private readonly WatchedDatabase[] _files;
    private State _state;
    private long _faults;

    private GeoDatabases(WatchedDatabase[] files, FileWatch? watch, ILogger? log)
    {
        _files = files;
        _watch = watch;
        _log = log;
        _state = new State([.. files.Select(file => file.Loaded)]);
    }

    /// <summary>No database.</summary>
    public static GeoDatabases None { get; } = new([], null, null);

    /// <summary>The files, in the order in which they are asked.</summary>
    public IReadOnlyList<string> Paths => [.. _files.Select(file => file.Path)];

    /// <summary>Look-ups that failed because a file is damaged.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>What the files that are in force say of themselves, for people.</summary>
    public IReadOnlyList<string> Descriptions => [.. Volatile.Read(ref _state).Files.Select(file => file.Description)];

    /// <summary>Reads files. Null when one of them is not usable; the problems say which, and why.</summary>
    /// <param name="paths">The files. Where several know the same field, the one that is named first counts.</param>
    /// <param name="watch">Who looks whether they change.</param>
    /// <param name="log">Where that is told.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static GeoDatabases? Open(IReadOnlyList<string> paths, FileWatch watch, ILogger log, ICollection<FileProblem> problems)
    {
        if (paths.Count == 0)
        {
            return None;
        }

        var files = new List<WatchedDatabase>();
        foreach (string path in paths)
        {
            FileStamp stamp = FileWatch.StampOf(path);
            if (GeoFile.Read(path, out FileProblem? problem) is { } file)
            {
                files.Add(new WatchedDatabase(path, stamp, file));
            }
            else
            {
                problems.Add(problem!);
            }
        }

        if (files.Count < paths.Count)
        {
            return null;
        }

        var databases = new GeoDatabases([.. files], watch, log);
        foreach (WatchedDatabase file in files)
        {
            file.Owner = databases;
            watch.Add(file, file.Stamp);
        }

        return databases;
    }

    /// <summary>Where an address is; <see cref="Place.Unknown"/> when nobody knows. Allocates nothing for networks that were asked for lately.</summary>
    /// <param name="address">The address.</param>
    /// <param name="memory">The last answer of the connection that asks.</param>
    public Place Find(ClientAddress address, PlaceMemory memory)
    {
        State state = Volatile.Read(ref _state);
        if (state.Files.Length == 0 || address.IsNone)
        {
            return Place.Unknown;
        }

        if (memory.TryGet(address, state, out Place place))
        {
            return place;
        }

        if (!state.Cache.TryGet(address, out place))
        {
            place = Look(state, address);
        }

        memory.Keep(address, state, place);
        return place;
    }

    /// <summary>Ends the watch. Exchanges that still hold it go on getting answers.</summary>
    public void Dispose()
    {
        foreach (WatchedDatabase file in _files)
        {
            _watch?.Remove(file);
        }
    }

    private Place Look(State state, ClientAddress address)
    {
        Place place = Place.Unknown;
        int prefix = 0;
        foreach (GeoFile file in state.Files)
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
                Interlocked.Increment(ref _faults);
            }
        }

        state.Cache.Keep(address, prefix, place);
        return place;
    }

    private void OnChanged(WatchedDatabase changed)
    {
        GeoFile? file = GeoFile.Read(changed.Path, out FileProblem? problem);
        if (file is null)
        {
            Log.Refused(_log!, problem!, changed.Loaded.Description);
            return;
        }

        changed.Loaded = file;
        Volatile.Write(ref _state, new State([.. _files.Select(each => each.Loaded)]));
        Log.Replaced(_log!, changed.Path, file.Description);
    }

    /// <summary>The files in force, and what they were asked lately. Swapped as one.</summary>
    private sealed class State(GeoFile[] files)
    {
        public GeoFile[] Files => files;

        public PlaceCache Cache { get; } = new();
    }

    /// <summary>One file, and what was read of it last. <see cref="Loaded"/> is written by the watch alone.</summary>
    private sealed class WatchedDatabase(string path, FileStamp stamp, GeoFile loaded) : IWatchedFile
    {
        public string Path => path;

        public FileStamp Stamp => stamp;

        public GeoFile Loaded { get; set; } = loaded;

        public GeoDatabases? Owner { get; set; }

        public void OnChanged() => Owner!.OnChanged(this);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 611, Level = LogLevel.Information, Message = "Database of places {Path} is in force as it is now: {Description}")]
        public static partial void Replaced(ILogger log, string path, string description);

        [LoggerMessage(EventId = 612, Level = LogLevel.Error, Message = "Database of places not reloaded: {Problem}. The one that was read before stays in force: {Description}")]
        public static partial void Refused(ILogger log, FileProblem problem, string description);
    }
}
