using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Breakwater.Edge.Generations.Keeping;

/// <summary>
/// Writes files that are there whole or not at all, whatever ends the process or the machine: to a temporary file, flushed to the disk, renamed,
/// and the directory flushed. Readable by their owner only: private keys are among them. Thread-safe as long as nobody writes the same file at
/// a time. Tests put a disk that fails in its place.
/// </summary>
internal partial class DurableFiles
{
    /// <summary>The end of a temporary file's name.</summary>
    public const string Unfinished = ".new";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int ReadOnly = 0;

    /// <summary>Writes a file, in place of one that is there.</summary>
    /// <exception cref="IOException">The disk is full, read-only or broken. What was there is there as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public virtual void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + Unfinished;
        File.Delete(temporary);
        try
        {
            using (FileStream file = new(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = OwnerOnly,
            }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a directory, for its owner only.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public virtual void MakeDirectory(string path) => Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);

    /// <summary>Removes a file; one that cannot be removed stays.</summary>
    public virtual void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It takes room, and does no other harm.
        }
    }

    /// <summary>Flushes a directory: a rename is on the disk only then (fsync(2)).</summary>
    private static void Flush(string directory)
    {
        int descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(directory);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure(directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string directory) =>
        new($"{directory} cannot be flushed to the disk: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
