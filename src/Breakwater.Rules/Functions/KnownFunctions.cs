using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Rules.Functions;

/// <summary>All functions of the language by name. Immutable.</summary>
internal static class KnownFunctions
{
    public static readonly FunctionDefinition[] All = [.. FunctionTable.All.OrderBy(f => f.Name, StringComparer.Ordinal)];

    private static readonly FrozenDictionary<string, FunctionDefinition> ByName =
        All.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FunctionDefinition>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The names, with the two quantifiers that look like functions.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Append("any").Append("all");

    public static bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out FunctionDefinition? function) =>
        BySpan.TryGetValue(name, out function);
}
