using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A redirect to https: <c>false</c>, <c>true</c> (port 443) or a port. In the model the port, null for none.</summary>
internal sealed class RedirectSyntax : ScalarSyntax<int?>
{
    public override string Name => "boolean, or a port";

    protected override string Noun => "true, false or a port";

    protected override string Expected => "true, false or a port from 1 to 65535";

    public override string Format(int? value) => value switch
    {
        null => "false",
        443 => "true",
        { } port => port.ToString(CultureInfo.InvariantCulture),
    };

    public override JsonNode? ToJson(int? value) => value is null ? false : value == 443 ? true : JsonValue.Create(value);

    public override JsonObject ToJsonSchema() =>
        new() { ["type"] = new JsonArray("boolean", "integer"), ["minimum"] = 1, ["maximum"] = 65535 };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out int? value)
    {
        value = scalar.Text == "true" ? 443 : null;
        bool isWord = scalar.Text is "true" or "false";
        if (!int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && !isWord) return NotSuch;
        if (!scalar.IsPlain) return new Fault($"a text, not {Noun}", "remove the quotes");
        if (isWord) return null;
        if (port is < 1 or > 65535) return new Fault("out of range");
        value = port;
        return null;
    }
}
