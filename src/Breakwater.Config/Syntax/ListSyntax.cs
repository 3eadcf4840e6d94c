using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Breakwater.Config.Schema;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A list of values of one kind. Items that cannot be read are reported and left out.</summary>
/// <param name="item">The syntax of an item.</param>
/// <param name="min">The least number of items.</param>
/// <param name="distinct">Whether an item may stand only once.</param>
internal sealed class ListSyntax<T>(ValueSyntax<T> item, int min = 0, bool distinct = false) : ValueSyntax<ConfigList<T>>
{
    public override string Name => $"list of {item.Name}";

    public override Section? Nested => item.Nested;

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out ConfigList<T> value)
    {
        value = null;
        switch (node)
        {
            case YamlRefused:
                return false;
            case YamlScalar { IsNull: true }:
                reading.Diagnostics.Error(node.Position, $"{label} is empty", "write a list: [...], or lines that begin with '- '");
                return false;
            case YamlScalar scalar:
                reading.Diagnostics.Error(node.Position, $"{label} is {Show.Quoted(scalar.Text)}, not a list", "put it in brackets: [...]");
                return false;
            case YamlMapping:
                reading.Diagnostics.Error(node.Position, $"{label} is a mapping, not a list", "begin each item with '- '");
                return false;
            case YamlSequence sequence when sequence.Items.Count < min:
                reading.Diagnostics.Error(node.Position, $"{label} is an empty list", "write an item, or remove the key");
                return false;
        }

        List<T> items = [];
        foreach (YamlNode child in ((YamlSequence)node).Items)
        {
            if (item.TryRead(child, $"an item of {label}", reading, out T? read) && !IsTwice(items, read, child, label, reading)) items.Add(read);
            else reading.Unreadable.Add(child.Position);
        }
        value = new ConfigList<T>([.. items]);
        return true;
    }

    private bool IsTwice(List<T> items, T read, YamlNode child, string label, Reading reading)
    {
        if (!distinct || !items.Contains(read)) return false;
        reading.Diagnostics.Error(child.Position, $"{Show.Quoted(item.Format(read))} stands twice in {label}", "remove one of the two");
        return true;
    }

    public override string Format(ConfigList<T> value) => $"[{string.Join(", ", value.Select(item.Format))}]";

    public override JsonNode? ToJson(ConfigList<T> value) => new JsonArray([.. value.Select(item.ToJson)]);

    public override JsonObject ToJsonSchema()
    {
        JsonObject schema = new() { ["type"] = "array", ["items"] = item.ToJsonSchema() };
        if (min > 0) schema["minItems"] = min;
        if (distinct) schema["uniqueItems"] = true;
        return schema;
    }
}
