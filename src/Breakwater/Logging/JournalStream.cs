using System.Globalization;

namespace Breakwater.Logging;

/// <summary>Whether standard error leads to the systemd journal.</summary>
internal static class JournalStream
{
    /// <summary>
    /// Compares <c>JOURNAL_STREAM</c> (device:inode, systemd.exec(5)) with what standard error is. The variable alone does not tell: it is
    /// inherited by programs whose standard error was redirected.
    /// </summary>
    public static bool IsStandardError(string? journalStream)
    {
        if (journalStream?.Split(':') is not [_, var inode]
            || !ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out ulong expected))
        {
            return false;
        }

        try
        {
            // A socket's link reads "socket:[INODE]"; socket inodes are unique in the system, so the device needs no look.
            return new FileInfo("/proc/self/fd/2").LinkTarget == string.Create(CultureInfo.InvariantCulture, $"socket:[{expected}]");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
