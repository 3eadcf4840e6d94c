using System.Collections.Frozen;

namespace Breakwater.Waf.Transformations;

/// <summary>SecLang's transformations by name. Stateless.</summary>
public static class Transformation
{
    private static readonly string[] Spelled = [.. Enum.GetNames<TransformationKind>().Select(n => $"{char.ToLowerInvariant(n[0])}{n[1..]}")];

    private static readonly FrozenDictionary<string, TransformationKind> ByName = Enum.GetValues<TransformationKind>()
        .Select(kind => KeyValuePair.Create(Spelled[(int)kind], kind))
        .Append(KeyValuePair.Create("normalisePath", TransformationKind.NormalizePath))
        .Append(KeyValuePair.Create("normalisePathWin", TransformationKind.NormalizePathWin))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>All names, as SecLang writes them.</summary>
    public static IReadOnlyList<string> Names => Spelled;

    /// <summary>The name as SecLang writes it.</summary>
    public static string NameOf(TransformationKind kind) => Spelled[(int)kind];

    /// <summary>Finds a transformation by its name; case does not matter. <c>none</c> is not one: it clears the list.</summary>
    public static bool TryGet(string name, out TransformationKind kind) => ByName.TryGetValue(name, out kind);
}
