using System.Globalization;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A whole number between bounds, both included.</summary>
internal sealed class IntegerSyntax(int min, int max) : ScalarSyntax<int>
{
    public override string Name => $"integer, {Text(min)}–{Text(max)}";

    protected override string Noun => "a whole number";

    protected override string Expected => $"a whole number from {Text(min)} to {Text(max)}";

    public override string Format(int value) => Text(value);

    public override JsonNode? ToJson(int value) => JsonValue.Create(value);

    public override JsonObject ToJsonSchema() => new() { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max };

    protected override Fault? Parse(YamlScalar scalar, Reading reading, out int value)
    {
        value = 0;
        if (!long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)) return NotSuch;
        if (!scalar.IsPlain) return new Fault("a text, not a number", "remove the quotes");
        if (number < min || number > max) return new Fault("out of range");
        value = (int)number;
        return null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
