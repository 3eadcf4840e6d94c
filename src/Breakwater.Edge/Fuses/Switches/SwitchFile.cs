using System.Text;

namespace Breakwater.Edge.Fuses.Switches;

/// <summary>What a look at a file of switches brought. Immutable.</summary>
/// <param name="Switches">What it says; nothing where there is a problem.</param>
/// <param name="Problem">What is wrong with it; null when nothing is.</param>
/// <param name="IsUnreadable">Whether its content is not known, rather than wrong.</param>
internal sealed record SwitchReading(SwitchSet Switches, string? Problem = null, bool IsUnreadable = false);

/// <summary>Reads and writes files of switches (<see cref="SwitchSet"/>). Stateless.</summary>
internal static class SwitchFile
{
    /// <summary>The environment variable that names the file of suspects, which a supervisor writes for the edge that it starts.</summary>
    public const string SuspectsVariable = "BREAKWATER_SUSPECTS";

    /// <summary>The file of bypassed modules in a data directory.</summary>
    public static string BypassIn(string dataDirectory) => Path.Combine(dataDirectory, "bypass");

    /// <summary>Reads a file. One that is not there says nothing. Never throws.</summary>
    /// <param name="path">The file.</param>
    /// <param name="now">The wall-clock time.</param>
    public static SwitchReading Read(string path, DateTimeOffset now)
    {
        try
        {
            if (!File.Exists(path))
            {
                return new SwitchReading(SwitchSet.None, Directory.Exists(path) ? "it is a directory" : null);
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            byte[] room = new byte[SwitchSet.MaxBytes + 1];
            int length = file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
            if (length > SwitchSet.MaxBytes)
            {
                return new SwitchReading(SwitchSet.None, "it is too large");
            }

            SwitchSet? switches = SwitchSet.Parse(Encoding.UTF8.GetString(room, 0, length), now, out string? problem);
            return new SwitchReading(switches ?? SwitchSet.None, problem);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new SwitchReading(SwitchSet.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new SwitchReading(SwitchSet.None, e.Message, IsUnreadable: true);
        }
    }

    /// <summary>Puts a file in the place of the one there is, whole or not at all; one that would say nothing is removed.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory is another user's.</exception>
    public static void Write(string path, SwitchSet switches)
    {
        if (switches.IsEmpty)
        {
            File.Delete(path);
            return;
        }

        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(Encoding.UTF8.GetBytes(switches.ToString()));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
