using System.Collections.Concurrent;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Breakwater.Edge.Files;

/// <summary>A file that is read again when it has changed. <see cref="OnChanged"/> is called on a timer's thread, never twice at a time.</summary>
internal interface IWatchedFile
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>
    /// The file is another one, has another content or is gone, and has come to rest: reads it, and keeps what it has if that fails. Must not
    /// throw for what is in the file.
    /// </summary>
    void OnChanged();
}

/// <summary>
/// Looks every few seconds whether files have changed, by time and size. By polling, not by file system events: those miss what happens to
/// mounted volumes, network file systems and symbolic links. A file that differs is read at the second look that finds it the same, so that
/// none is read half written. Thread-safe. Without files it does nothing.
/// </summary>
internal sealed partial class FileWatch : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<IWatchedFile, Stamps> _files = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private int _looking;
    private bool _disposed;

    public FileWatch(EdgeClock clock, ILogger<FileWatch> log)
    {
        _time = clock.Provider;
        _log = log;
    }

    /// <summary>Watches a file from now on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">Its stamp from before it was read, so that a change between is noticed; see <see cref="StampOf"/>.</param>
    public void Add(IWatchedFile file, FileStamp read)
    {
        _files[file] = new Stamps(read, null);
        lock (_lock)
        {
            if (!_disposed)
            {
                _timer ??= _time.CreateTimer(static watch => ((FileWatch)watch!).Look(), this, Interval, Interval);
            }
        }
    }

    /// <summary>Watches a file no longer.</summary>
    public void Remove(IWatchedFile file) => _files.TryRemove(file, out _);

    /// <summary>Looks now. What the timer does.</summary>
    public void Look()
    {
        // A look that takes long, on a network file system, is not joined by a second one.
        if (Interlocked.Exchange(ref _looking, 1) != 0)
        {
            return;
        }

        try
        {
            foreach ((IWatchedFile file, Stamps stamps) in _files)
            {
                FileStamp now = StampOf(file.Path);
                if (now == stamps.Judged)
                {
                    if (stamps.Settling is not null)
                    {
                        _files.TryUpdate(file, new Stamps(now, null), stamps);
                    }
                }
                else if (now != stamps.Settling)
                {
                    _files.TryUpdate(file, stamps with { Settling = now }, stamps);
                }
                else if (_files.TryUpdate(file, new Stamps(now, null), stamps))
                {
                    file.OnChanged();
                }
            }
        }
        catch (Exception exception)
        {
            // A timer's exception would end the process: a list must not be what ends it.
            Log.Fault(_log, exception);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Time and size of a file, through symbolic links; <c>default</c> for one that cannot be opened.</summary>
    public static FileStamp StampOf(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            return new FileStamp(File.GetLastWriteTimeUtc(handle).Ticks, RandomAccess.GetLength(handle));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return default;
        }
    }

    /// <summary>What a file looked like when it was read last, and at the look before when that was something else.</summary>
    private readonly record struct Stamps(FileStamp Judged, FileStamp? Settling);

    private static partial class Log
    {
        [LoggerMessage(EventId = 601, Level = LogLevel.Error, Message = "Fault in the edge while looking after files; what was read of them stays. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, Exception exception);
    }
}

/// <summary>Time and size of a file. Immutable.</summary>
internal readonly record struct FileStamp(long Ticks, long Length);
