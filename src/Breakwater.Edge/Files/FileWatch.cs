using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Breakwater.Edge.Time;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Breakwater.Edge.Files;

/// <summary>A file that is looked after. <see cref="OnChanged"/> is called on a timer's thread, never twice at a time.</summary>
internal interface IWatchedFile
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>SHA-256 of the content that is in force, 64 hex digits; null where that is not compared.</summary>
    string? Hash => null;

    /// <summary>
    /// The file is another one, has another content or is gone, and has come to rest. Must not throw for what is in the file.
    /// </summary>
    void OnChanged();
}

/// <summary>
/// Looks every few seconds whether files have changed, by time and size, and small ones by content: what is written twice within the
/// granularity of a file's time, or copied with its time, may keep both. By polling, not by file system events: those miss what happens to
/// mounted volumes, network file systems and symbolic links. A file that differs counts at the second look that finds it the same, so that
/// none is read half written; and when several differ, all of them have to be at rest, for a while, so that those which belong together are
/// taken together. Thread-safe. Without files it does nothing.
/// </summary>
internal sealed partial class FileWatch : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Every how many looks the content is compared with that in force, which may be another one than was last seen on disk.</summary>
    internal const int FullLookEvery = 12;

    /// <summary>The largest file that is compared by content, in bytes: about a millisecond's work. A list that people edit is small; a large file hardly keeps its size.</summary>
    internal const int MaxCompared = 1 << 20;

    /// <summary>How many looks a file at rest waits for others that are not.</summary>
    private const int MaxWaits = 3;

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<IWatchedFile, Stamps> _files = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private int _looking;
    private int _looks;
    private int _waits;
    private bool _disposed;

    public FileWatch(EdgeClock clock, ILogger<FileWatch> log)
    {
        _time = clock.Provider;
        _log = log;
    }

    /// <summary>Called after a look that found changes, when all of them have been told; on the timer's thread.</summary>
    public Action? Told { get; init; }

    /// <summary>Watches a file from now on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">Its stamp from before it was read, so that a change between is noticed; see <see cref="StampOf"/>.</param>
    public void Add(IWatchedFile file, FileStamp read)
    {
        _files[file] = new Stamps(read, null, null);
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
            bool full = ++_looks % FullLookEvery == 0;
            var due = new List<(IWatchedFile File, Stamps Stamps, FileStamp Now)>();
            bool restless = false;
            foreach ((IWatchedFile file, Stamps stamps) in _files)
            {
                FileStamp now = StampOf(file.Path);
                if (now == stamps.Judged)
                {
                    restless |= full && FindsOtherContent(file, stamps, now);
                    if (stamps.Settling is not null)
                    {
                        _files.TryUpdate(file, stamps with { Settling = null }, stamps);
                    }
                }
                else if (now != stamps.Settling)
                {
                    _files.TryUpdate(file, stamps with { Settling = now }, stamps);
                    restless = true;
                }
                else
                {
                    due.Add((file, stamps, now));
                }
            }

            if (due.Count > 0 && restless && ++_waits < MaxWaits)
            {
                return;
            }

            _waits = 0;
            foreach ((IWatchedFile file, Stamps stamps, FileStamp now) in due)
            {
                if (_files.TryUpdate(file, new Stamps(now, null, now.Hash), stamps))
                {
                    file.OnChanged();
                }
            }

            if (due.Count > 0)
            {
                Told?.Invoke();
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

    /// <summary>What a file looks like, through symbolic links; <c>default</c> for one that cannot be opened.</summary>
    public static FileStamp StampOf(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            return new FileStamp(File.GetLastWriteTimeUtc(handle).Ticks, length, length <= MaxCompared ? HashOf(handle, (int)length) : null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return default;
        }
    }

    private static string HashOf(SafeFileHandle file, int length)
    {
        byte[] content = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int read = 0;
            while (read < length && RandomAccess.Read(file, content.AsSpan(read, length - read), read) is > 0 and int count)
            {
                read += count;
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(content.AsSpan(0, read), hash);
            return Convert.ToHexStringLower(hash);
        }
        finally
        {
            // A private key may be among them.
            ArrayPool<byte>.Shared.Return(content, clearArray: true);
        }
    }

    /// <summary>The content is another one than that in force and than the one judged last: settles as any other change does.</summary>
    private bool FindsOtherContent(IWatchedFile file, Stamps stamps, FileStamp now)
    {
        if (file.Hash is null || now.Hash is null || now.Hash == file.Hash || now.Hash == stamps.JudgedHash)
        {
            return false;
        }

        _files.TryUpdate(file, new Stamps(default, now, null), stamps);
        return true;
    }

    /// <summary>What a file looked like when it was judged last, and at the look before when that was something else.</summary>
    private readonly record struct Stamps(FileStamp Judged, FileStamp? Settling, string? JudgedHash);

    private static partial class Log
    {
        [LoggerMessage(EventId = 601, Level = LogLevel.Error, Message = "Fault in the edge while looking after files; what was read of them stays. This is a bug in Breakwater; please report it.")]
        public static partial void Fault(ILogger log, Exception exception);
    }
}

/// <summary>What a file looks like. Immutable.</summary>
/// <param name="Ticks">When it was written last.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Hash">SHA-256 of its content, 64 hex digits; null when it is larger than <see cref="FileWatch.MaxCompared"/>.</param>
internal readonly record struct FileStamp(long Ticks, long Length, string? Hash);
