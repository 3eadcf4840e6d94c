using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Tests.Reference;

/// <summary>
/// Checks a document against the JSON Schema as an editor would: YAML 1.2's core schema (§10.3) for plain scalars, and of JSON Schema the
/// keywords that ours uses. An unknown keyword throws, so that nothing is passed over.
/// </summary>
internal static class JsonSchemaCheck
{
    private static readonly JsonObject Root = JsonNode.Parse(ConfigReference.JsonSchema)!.AsObject();

    /// <summary>The first fault found; null when the document satisfies the schema.</summary>
    public static string? Fault(string yaml)
    {
        YamlNode? tree = YamlTree.Parse(yaml, "schema.yaml", new DiagnosticList());
        return Fault(tree is null ? new JsonObject() : ToJson(tree), Root, "$");
    }

    private static string? Fault(JsonNode? value, JsonObject schema, string path)
    {
        string? fault = null;
        foreach ((string keyword, JsonNode? operand) in schema)
        {
            fault ??= keyword switch
            {
                "$schema" or "$defs" or "title" or "description" or "default" or "additionalProperties" => null,
                "$ref" => Fault(value, Root["$defs"]![operand!.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), path),
                "type" => Types(operand!).Contains(TypeOf(value)) ? null : $"{path} is {TypeOf(value)}",
                "enum" => operand!.AsArray().Any(e => JsonNode.DeepEquals(e, value)) ? null : $"{path} is none of the words",
                "pattern" => value?.GetValueKind() != JsonValueKind.String || Regex.IsMatch(value.GetValue<string>(), operand!.GetValue<string>(), RegexOptions.ECMAScript)
                    ? null : $"{path} does not match {operand}",
                "minimum" => NumberOf(value) is { } low && low < operand!.GetValue<decimal>() ? $"{path} is too small" : null,
                "maximum" => NumberOf(value) is { } high && high > operand!.GetValue<decimal>() ? $"{path} is too large" : null,
                "required" => value is JsonObject o && operand!.AsArray().FirstOrDefault(r => !o.ContainsKey(r!.GetValue<string>())) is { } lacking ? $"{path} lacks {lacking}" : null,
                "properties" or "patternProperties" => value is JsonObject properties ? PropertyFault(properties, schema, path) : null,
                "items" => value is JsonArray items ? items.Select((v, i) => Fault(v, operand!.AsObject(), $"{path}[{i}]")).FirstOrDefault(f => f is not null) : null,
                "minItems" => value is JsonArray few && few.Count < operand!.GetValue<int>() ? $"{path} is too short" : null,
                "uniqueItems" => value is JsonArray all && all.Select(i => i?.ToJsonString()).Distinct().Count() < all.Count ? $"{path} repeats an item" : null,
                _ => throw new NotSupportedException(keyword),
            };
        }
        return fault;
    }

    private static string? PropertyFault(JsonObject value, JsonObject schema, string path)
    {
        foreach ((string name, JsonNode? property) in value)
        {
            JsonNode? rule = schema["properties"]?[name]
                ?? schema["patternProperties"]?.AsObject().FirstOrDefault(p => Regex.IsMatch(name, p.Key, RegexOptions.ECMAScript)).Value;
            string? fault = rule is null ? $"{path} has an unknown {name}" : Fault(property, rule.AsObject(), $"{path}.{name}");
            if (fault is not null) return fault;
        }
        return null;
    }

    private static IEnumerable<string> Types(JsonNode operand) => operand is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [operand.GetValue<string>()];

    private static decimal? NumberOf(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<decimal>() : null;

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => decimal.IsInteger(value.GetValue<decimal>()) ? "integer" : "number",
        _ => "boolean",
    };

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(e => KeyValuePair.Create(e.Key.Text, ToJson(e.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Text: "true" or "false" } word => JsonValue.Create(word.Text == "true"),
        YamlScalar { IsPlain: true } plain when decimal.TryParse(plain.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) =>
            JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };
}
