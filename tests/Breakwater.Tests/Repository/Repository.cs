using System.Xml.Linq;

namespace Breakwater.Tests.Repository;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every project: its path from the root, and its XML.</summary>
    public static IReadOnlyList<(string Path, XDocument Xml)> Projects { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Root, file), Xml: XDocument.Load(file)))
            .Where(project => !project.Path.Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
            .OrderBy(project => project.Path, StringComparer.Ordinal),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Breakwater.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("the tests run outside the source tree");
    }
}
