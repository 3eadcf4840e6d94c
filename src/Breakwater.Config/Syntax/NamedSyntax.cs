using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Breakwater.Config.Schema;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A mapping whose keys are names that the operator chooses. Entries that cannot be read are reported and left out.</summary>
/// <typeparam name="TValue">What stands beside a name.</typeparam>
/// <typeparam name="T">A name with its value.</typeparam>
/// <param name="name">As the reference's type column shows it.</param>
/// <param name="example">What to write.</param>
/// <param name="pattern">An ECMA 262 regular expression that every name matches.</param>
/// <param name="fault">Why a text is no name; null when it is one.</param>
/// <param name="value">The syntax of the values.</param>
/// <param name="make">Puts name and value together.</param>
internal sealed class NamedSyntax<TValue, T>(
    string name, string example, string pattern, Func<string, Fault?> fault, ValueSyntax<TValue> value, Func<ConfigText, TValue, T> make)
    : ValueSyntax<ConfigList<T>>
{
    public override string Name => name;

    public override Section? Nested => value.Nested;

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out ConfigList<T> result)
    {
        result = null;
        if (node is YamlRefused) return false;
        if (node is not YamlMapping mapping)
        {
            string problem = node is YamlScalar { IsNull: true } ? $"{label} is empty" : $"{label} is {node.Noun}, not a mapping";
            reading.Diagnostics.Error(node.Position, problem, $"write names and what belongs to them: {example}");
            return false;
        }
        List<T> items = [];
        foreach ((YamlScalar key, YamlNode written) in mapping.Entries)
        {
            if (fault(key.Text) is { } wrong)
            {
                reading.Diagnostics.Error(
                    key.Position, $"{Show.Quoted(key.Text)} in {label} is {wrong.Problem}", wrong.Remedy ?? $"write {example}");
            }
            else if (value.TryRead(written, Show.Quoted(key.Text), reading, out TValue? read)) items.Add(make(key.ToConfigText(), read));
        }
        result = new ConfigList<T>([.. items]);
        return true;
    }

    public override string Format(ConfigList<T> list) => list.Count == 0 ? "{}" : "…";

    public override JsonNode? ToJson(ConfigList<T> list) => new JsonObject();

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = "object",
        ["patternProperties"] = new JsonObject { [pattern] = value.ToJsonSchema() },
        ["additionalProperties"] = false,
    };
}
