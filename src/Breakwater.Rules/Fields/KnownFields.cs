using System.Collections.Frozen;

namespace Breakwater.Rules;

/// <summary>All fields of the language, by number and by name. Immutable.</summary>
public static class KnownFields
{
    private static readonly FrozenDictionary<string, FieldId> ByName = FieldTable.Fields
        .Select(f => KeyValuePair.Create(f.Name, f.Id))
        .Concat(FieldTable.Aliases.Select(a => KeyValuePair.Create(a.Alias, a.Field)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FieldId>.AlternateLookup<ReadOnlySpan<char>> ByNameSpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Every field, in the order of <see cref="FieldId"/>.</summary>
    public static IReadOnlyList<FieldDefinition> All => FieldTable.Fields;

    /// <summary>Former names, and the field each means.</summary>
    public static IReadOnlyList<(string Alias, FieldId Field)> Aliases => FieldTable.Aliases;

    /// <summary>Names and former names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The definition of a field.</summary>
    public static FieldDefinition Get(FieldId field) => FieldTable.Fields[(int)field];

    /// <summary>Finds a field by its name or a former name.</summary>
    public static bool TryFind(ReadOnlySpan<char> name, out FieldId field) => ByNameSpan.TryGetValue(name, out field);
}
