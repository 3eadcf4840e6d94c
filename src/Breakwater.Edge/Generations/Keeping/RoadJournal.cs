using System.Text.Json;
using Breakwater.Edge.Generations.Road;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Generations.Keeping;

/// <summary>What the next process has to know of this one. Immutable.</summary>
internal sealed record JournalEntry
{
    /// <summary>Where all generations were.</summary>
    public required RoadState State { get; init; }

    /// <summary>Whether a process was running. It takes this back when it ends in good order.</summary>
    public bool Running { get; init; }

    /// <summary>The boot of the machine; null where that cannot be known.</summary>
    public string? Boot { get; init; }

    /// <summary>How long the machine had been up, in milliseconds.</summary>
    public long UptimeMs { get; init; }
}

/// <summary>
/// Keeps where all generations are on disk, so that a restart goes on from there, and a crash is known for one. Written by one at a time. A disk
/// that does not take it stops nothing: <see cref="Problem"/> says so.
/// </summary>
internal sealed partial class RoadJournal
{
    private const string Kind = "road";
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private readonly string _path;
    private readonly DurableFiles _files;
    private readonly ILogger _log;
    private volatile string? _problem;

    private RoadJournal(string path, DurableFiles files, JournalEntry? before, ILogger log)
    {
        _path = path;
        _files = files;
        _log = log;
        Before = before;
    }

    /// <summary>What the last process left; null when there is nothing, or nothing that can be read.</summary>
    public JournalEntry? Before { get; }

    /// <summary>Why it could not be written last; null when it could.</summary>
    public string? Problem => _problem;

    /// <summary>Whether the last process ended in the middle of things, on this same boot of the machine.</summary>
    public bool EndedBadly => Before is { Running: true } before && before.UptimeMs <= Environment.TickCount64 && before.Boot == BootId();

    /// <summary>Opens the journal of a directory.</summary>
    public static RoadJournal Open(string directory, DurableFiles files, ILogger log)
    {
        string path = System.IO.Path.Combine(directory, "road.json");
        JournalEntry? before = null;
        try
        {
            before = KeepingJson.Open(Kind, File.ReadAllBytes(path), KeepingJson.Default.JournalEntry);
            if (before is null)
            {
                Log.Damaged(log, path);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(log, path, exception.Message);
        }

        return new RoadJournal(path, files, before, log);
    }

    /// <summary>Writes where all generations are.</summary>
    /// <param name="state">That.</param>
    /// <param name="running">Whether the process goes on.</param>
    public void Write(RoadState state, bool running)
    {
        JournalEntry entry = new() { State = state, Running = running, Boot = BootId(), UptimeMs = Environment.TickCount64 };
        try
        {
            _files.Write(_path, SealedText.Seal(Kind, JsonSerializer.SerializeToUtf8Bytes(entry, KeepingJson.Default.JournalEntry)));
            _problem = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_problem is null)
            {
                Log.Unwritable(_log, _path, exception.Message);
            }

            _problem = $"{_path} cannot be written: {exception.Message}";
        }
    }

    private static string? BootId()
    {
        try
        {
            return File.ReadAllText(BootFile).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 721, Level = LogLevel.Error, Message = "{Path} is damaged; generations are numbered on from those that are kept")]
        public static partial void Damaged(ILogger log, string path);

        [LoggerMessage(EventId = 722, Level = LogLevel.Error, Message = "{Path} cannot be read: {Reason}")]
        public static partial void Unreadable(ILogger log, string path, string reason);

        [LoggerMessage(EventId = 723, Level = LogLevel.Error, Message = "{Path} cannot be written: {Reason}; serving goes on, but a restart will not know where generations were")]
        public static partial void Unwritable(ILogger log, string path, string reason);
    }
}
