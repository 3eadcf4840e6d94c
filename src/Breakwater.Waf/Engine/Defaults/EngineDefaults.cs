using System.Text;
using Breakwater.Waf.SecLang;

namespace Breakwater.Waf.Engine;

/// <summary>
/// The engine's own configuration in SecLang, to be read before any rule set: which bodies are read and by whom, and the rules 200000 to
/// 200007 for bodies that cannot be. Stateless.
/// </summary>
public static class EngineDefaults
{
    /// <summary>The name under which findings name it.</summary>
    public const string FileName = "breakwater/engine.conf";

    /// <summary>The configuration's text.</summary>
    public static string Text { get; } = Read();

    /// <summary>Reads rule files after the engine's own configuration.</summary>
    /// <param name="source">Where files come from.</param>
    /// <param name="paths">Files, or patterns such as <c>rules/*.conf</c>, in order.</param>
    public static SecLoadResult Load(SecFileSource source, IEnumerable<string> paths) =>
        SecRuleset.Load(new LayeredFileSource(new MemoryFileSource().Add(FileName, Text), source), [FileName, .. paths]);

    private static string Read()
    {
        using Stream stream = typeof(EngineDefaults).Assembly.GetManifestResourceStream("engine.conf")
            ?? throw new InvalidOperationException("The resource engine.conf is missing.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
