using System.Collections.Immutable;
using Breakwater.Waf.Engine;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Rules;

/// <summary>
/// The rules that come with Breakwater, used where nothing else is named: SecLang files inside the program, one for each family of attacks,
/// in the order in which they are read. How they are made and numbered is written in <c>10-setup.conf</c>; what there is, in
/// <c>docs/waf-rules.md</c>. Immutable.
/// </summary>
public static class BuiltinRules
{
    private const string Prefix = "rules/";

    /// <summary>The files, as <see cref="Source"/> knows them, in reading order.</summary>
    public static ImmutableArray<string> Paths { get; } =
    [
        .. typeof(BuiltinRules).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Where the files come from. Immutable.</summary>
    public static SecFileSource Source { get; } = ReadAll();

    /// <summary>Reads the rules, after the engine's own.</summary>
    public static SecLoadResult Load() => EngineDefaults.Load(Source, Paths);

    private static MemoryFileSource ReadAll()
    {
        MemoryFileSource source = new();
        foreach (string path in Paths)
        {
            using Stream stream = typeof(BuiltinRules).Assembly.GetManifestResourceStream(path)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            source.Add(path, content);
        }

        return source;
    }
}
