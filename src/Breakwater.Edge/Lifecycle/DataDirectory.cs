using System.Globalization;
using System.Text;

namespace Breakwater.Edge.Lifecycle;

/// <summary>
/// The directory of the edge's own state, held by one edge at a time: the admin socket and what must outlive a restart. Immutable; owned by
/// the process from <see cref="Open"/> to <see cref="Dispose"/>.
/// <para>What holds it is a lock on a file (flock), which ends with the process however that ends. So nothing stale can keep an edge from
/// starting, and a socket file that is there while the lock is free belongs to nobody.</para>
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const string LockName = "edge.lock";
    private const string ProcessName = "edge.pid";
    private const string SocketName = "admin.sock";

    // sockaddr_un holds 108 bytes with the final NUL.
    private const int MaxSocketPath = 107;

    // EAGAIN: flock(2) on a file that another process has locked.
    private const int WouldBlock = 11;

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>Path of the socket that commands talk to.</summary>
    public string AdminSocket => SocketOf(Path);

    /// <summary>Path of the admin socket in a data directory.</summary>
    public static string SocketOf(string path) => System.IO.Path.Combine(path, SocketName);

    /// <summary>
    /// Where the data directory is when nobody says: <c>$BREAKWATER_DATA</c>; for root <c>/var/lib/breakwater</c>; else
    /// <c>breakwater</c> below <c>$XDG_STATE_HOME</c> or <c>~/.local/state</c>.
    /// </summary>
    public static string DefaultPath()
    {
        if (Environment.GetEnvironmentVariable("BREAKWATER_DATA") is { Length: > 0 } given)
        {
            return System.IO.Path.GetFullPath(given);
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/var/lib/breakwater";
        }

        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !System.IO.Path.IsPathRooted(state))
        {
            state = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        }

        return System.IO.Path.Combine(state, "breakwater");
    }

    /// <summary>Makes the directory where it is missing (for its owner only) and takes hold of it.</summary>
    /// <exception cref="CannotStartException">Another edge holds it, or it cannot be written.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (Encoding.UTF8.GetByteCount(SocketOf(path)) > MaxSocketPath)
        {
            throw new CannotStartException(
                $"the path of the data directory {path} is too long for the socket in it (at most {MaxSocketPath} bytes)",
                "choose a shorter one with --data DIR");
        }

        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            held = new FileStream(System.IO.Path.Combine(path, LockName), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            File.WriteAllText(System.IO.Path.Combine(path, ProcessName), ServiceProcess.Id.ToString(CultureInfo.InvariantCulture) + "\n");
            File.Delete(SocketOf(path));
            return new DataDirectory(path, held);
        }
        catch (IOException e) when (e.HResult == WouldBlock && held is null)
        {
            string holder = HolderOf(path) is { } pid ? string.Create(CultureInfo.InvariantCulture, $" (process {pid})") : "";
            throw new CannotStartException(
                $"another edge{holder} uses the data directory {path}",
                "stop it with `breakwater stop`, or give this one its own with --data DIR", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new CannotStartException(
                $"the data directory {path} cannot be used: {e.Message}",
                "make it writable for this user, or choose another with --data DIR", e);
        }
    }

    /// <summary>Whether an edge holds a data directory at this moment.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using FileStream probe = new(System.IO.Path.Combine(path, LockName), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The process that wrote itself down as the holder, or null. For messages only: <see cref="IsHeld"/> tells whether it lives.</summary>
    public static int? HolderOf(string path)
    {
        try
        {
            string text = File.ReadAllText(System.IO.Path.Combine(path, ProcessName));
            return int.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lets go of it. The lock file stays: removing it would let two processes lock two files of the same name.</summary>
    public void Dispose() => _lock.Dispose();
}
