namespace Breakwater.Rules.Tests.Rulesets;

/// <summary>The rulesets in <c>Exports/</c>, written as the rulesets API exports them.</summary>
internal static class Exported
{
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "Rulesets", "Exports");

    public static IEnumerable<string> Names => System.IO.Directory.GetFiles(Directory, "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Directory, name));
}
