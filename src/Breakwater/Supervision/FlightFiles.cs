using System.Globalization;
using Breakwater.Edge.Fuses.Flight;

namespace Breakwater.Supervision;

/// <summary>
/// Where an edge process writes down what it is at work on, and where its supervisor looks when it has fallen: a file in the data directory for each process. Stateless.
/// </summary>
internal static class FlightFiles
{
    private const string Prefix = "flight-";

    /// <summary>The file of a process.</summary>
    public static string PathOf(string dataDirectory, int process) =>
        Path.Combine(dataDirectory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{process}"));

    /// <summary>
    /// Names this process's file, before anything is recorded. It begins as a copy of the last one, for the key in it: a request is known again only by the
    /// same key.
    /// </summary>
    public static void Prepare(string dataDirectory)
    {
        string path = PathOf(dataDirectory, Environment.ProcessId);
        try
        {
            FileInfo? last = new DirectoryInfo(dataDirectory).EnumerateFiles(Prefix + "*").Where(file => file.FullName != path).MaxBy(file => file.LastWriteTimeUtc);
            last?.CopyTo(path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then with another key, or into memory: crashes are repaired all the same.
        }

        Environment.SetEnvironmentVariable(FlightRecorder.Variable, path);
    }

    /// <summary>Removes the files of processes that are not there any more.</summary>
    public static void Sweep(string dataDirectory, Func<int, bool> isThere)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(dataDirectory, Prefix + "*"))
            {
                if (int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int process) && !isThere(process))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Small files that are passed over.
        }
    }
}
