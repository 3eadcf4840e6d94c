using System.Diagnostics;

namespace Breakwater.Drills.Ground;

/// <summary>
/// A file system that is small enough to be filled: in memory, mounted for the drill, which takes root. Owned by one drill.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _place;

    private SmallDisk(string place, string kind) => (_place, Kind) = (place, kind);

    /// <summary>What it is, for the figures.</summary>
    public string Kind { get; }

    private string Filler => PathOf("filler");

    /// <summary>Makes one.</summary>
    /// <exception cref="DrillException">It takes rights that this process has not.</exception>
    public static async Task<SmallDisk> MountAsync(string place, int mebibytes)
    {
        Directory.CreateDirectory(place);
        (int code, string error) = await ProcessEnd.RunAsync(
            new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m,mode=700", "breakwater-drill", place]), ProcessEnd.Soon);
        return code == 0
            ? new SmallDisk(place, $"tmpfs of {mebibytes} MiB")
            : throw new DrillException($"a small file system cannot be mounted, which takes root: {error}");
    }

    /// <summary>A path on it.</summary>
    public string PathOf(string name) => Path.Combine(_place, name);

    /// <summary>Fills it to the last byte.</summary>
    public void Fill()
    {
        using FileStream file = new(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // No space is left, which is the point.
        }
    }

    /// <summary>Removes what fills it.</summary>
    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        // Lazily: whoever still has a file open there keeps it until it ends.
        await ProcessEnd.RunAsync(new ProcessStartInfo("umount", ["-l", _place]), ProcessEnd.Soon);
    }
}
