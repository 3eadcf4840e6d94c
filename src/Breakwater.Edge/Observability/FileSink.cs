using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breakwater.Edge.Observability;

/// <summary>
/// A file that is appended to, on Linux by two processes at a time if need be, as in an upgrade: no line is in another's place. It is opened again
/// when it was renamed, removed or replaced, as programs that rotate logs do, noticed at most <see cref="CheckInterval"/> late; or at once after
/// <see cref="Reopen"/>. A file that was cut to nothing is written on from its start. When the disk is full, the lines that did not fit are tried
/// again from the byte where writing stopped.
/// </summary>
internal sealed partial class FileSink(string path, TimeProvider time) : LogSink
{
    /// <summary>How often the file is compared with what its path names.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    // fcntl(2), as all of Linux has them.
    private const int GetFlags = 3, SetFlags = 4, Append = 0x400;

    private FileStream? _file;
    private long _checkedAt;
    private volatile bool _reopen;

    /// <inheritdoc/>
    public override string Name => path;

    /// <summary>Opens the file, so that one that cannot be written is known before it is needed.</summary>
    /// <returns>What is wrong, for an operator; null when nothing is.</returns>
    public string? TryOpen()
    {
        try
        {
            Open();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <inheritdoc/>
    public override LogWrite Write(ReadOnlySpan<byte> lines)
    {
        long start = -1;
        try
        {
            FileStream file = Current();
            start = file.CanSeek ? file.Seek(0, SeekOrigin.End) : -1;
            file.Write(lines);
            return new LogWrite(lines.Length, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return new LogWrite(WrittenSince(start, lines.Length), exception.Message);
        }
    }

    /// <inheritdoc/>
    public override void Reopen() => _reopen = true;

    /// <inheritdoc/>
    public override void Dispose() => _file?.Dispose();

    private FileStream Current()
    {
        if (_file is not null && !_reopen && !WasReplaced(_file))
        {
            return _file;
        }

        _reopen = false;
        _file?.Dispose();
        _file = null;
        return Open();
    }

    private FileStream Open()
    {
        // Not buffered: each write is a batch of lines already. Others may read, move and remove the file, but not everyone may read it.
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        }

        _checkedAt = time.GetTimestamp();
        _file = new FileStream(path, options);
        if (OperatingSystem.IsLinux() && Control(_file.SafeFileHandle, GetFlags, 0) is >= 0 and var flags)
        {
            // .NET's own mode for that seeks to the end, where another process may be writing by then.
            _ = Control(_file.SafeFileHandle, SetFlags, flags | Append);
        }

        return _file;
    }

    /// <summary>Whether the path names another file now, or none. Two files of the same length and birth are taken for one.</summary>
    private bool WasReplaced(FileStream file)
    {
        if (time.GetElapsedTime(_checkedAt) < CheckInterval)
        {
            return false;
        }

        _checkedAt = time.GetTimestamp();
        FileInfo named = new(path);
        return !named.Exists
            || (file.CanSeek && (named.Length != file.Length || named.CreationTimeUtc != File.GetCreationTimeUtc(file.SafeFileHandle)));
    }

    /// <summary>How much of a failed write is in the file after all.</summary>
    private int WrittenSince(long start, int length)
    {
        try
        {
            return start < 0 || _file is null ? 0 : (int)Math.Clamp(_file.Length - start, 0, length);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, int what, int value);
}
