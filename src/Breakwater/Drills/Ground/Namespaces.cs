namespace Breakwater.Drills.Ground;

/// <summary>
/// Surroundings for an edge that differ from the system's, by the namespaces of Linux: as root, or where users may make namespaces. Stateless.
/// </summary>
internal static class Namespaces
{
    /// <summary>A network without any interface: whatever is not a Unix socket cannot be reached.</summary>
    public static IReadOnlyList<string> WithoutNetwork { get; } = ["unshare", "--map-root-user", "--net"];

    /// <summary>Files in the place of the system's.</summary>
    public static IReadOnlyList<string> WithFiles(params (string File, string Place)[] files)
    {
        string mounts = string.Join(" && ", files.Select(one => $"mount --bind '{one.File}' '{one.Place}'"));
        return ["unshare", "--map-root-user", "--mount", "sh", "-c", $"{mounts} && exec \"$@\"", "sh"];
    }
}
