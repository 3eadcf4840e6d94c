namespace Breakwater.Drills.Ground;

/// <summary>Files of a drill. Stateless.</summary>
internal static class DrillFiles
{
    /// <summary>Puts a whole file in the place of another one, so that nobody reads half of it.</summary>
    public static void Replace(string path, string content)
    {
        string next = path + ".next";
        File.WriteAllText(next, content);
        File.Move(next, path, overwrite: true);
    }
}
