using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary><c>true</c> or <c>false</c>; YAML 1.1's other spellings are refused, with the one that was meant.</summary>
internal sealed class BooleanSyntax : ScalarSyntax<bool>
{
    public override string Name => "boolean";

    protected override string Noun => "true or false";

    protected override string Expected => "true or false";

    public override string Format(bool value) => value ? "true" : "false";

    public override JsonNode? ToJson(bool value) => JsonValue.Create(value);

    public override JsonObject ToJsonSchema() => new() { ["type"] = "boolean" };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out bool value)
    {
        value = scalar.Text == "true";
        if (scalar.Text is "true" or "false") return scalar.IsPlain ? null : new Fault("a text, not true or false", "remove the quotes");
        return scalar.Text.ToUpperInvariant() switch
        {
            "TRUE" or "YES" or "ON" or "Y" or "1" => new Fault("not true or false", "write true"),
            "FALSE" or "NO" or "OFF" or "N" or "0" => new Fault("not true or false", "write false"),
            _ => NotSuch,
        };
    }
}
