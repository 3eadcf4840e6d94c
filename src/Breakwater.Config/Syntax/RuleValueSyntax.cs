using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>The value of a header: a text, or <c>{expression: …}</c>.</summary>
internal sealed class RuleValueSyntax : ValueSyntax<(ConfigText Text, bool IsExpression)>
{
    public override string Name => "text, or `{expression: …}`";

    public override bool TryRead(YamlNode node, string label, Reading reading, out (ConfigText Text, bool IsExpression) value)
    {
        value = default;
        switch (node)
        {
            case YamlMapping { Entries: [{ Key.Text: "expression", Value: var inner }] }:
                if (!RuleSyntax.Expression.TryRead(inner, "'expression'", reading, out ConfigText? expression)) return false;
                value = (expression, true);
                return true;
            case YamlMapping or YamlSequence:
                reading.Diagnostics.Error(node.Position, $"{label} is {node.Noun}, not a text", "write a text, or {expression: …}");
                return false;
            default:
                if (!RuleSyntax.Text.TryRead(node, label, reading, out ConfigText? text)) return false;
                value = (text, false);
                return true;
        }
    }

    public override string Format((ConfigText Text, bool IsExpression) value) => value.Text.Text;

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = new JsonArray("string", "boolean", "integer", "number", "object"),
        ["properties"] = new JsonObject { ["expression"] = RuleSyntax.Expression.ToJsonSchema() },
        ["additionalProperties"] = false,
    };
}

/// <summary>An item of a named list: a text, or a redirect.</summary>
internal sealed class ListItemSyntax(ValueSyntax<RedirectConfig> redirect) : ValueSyntax<ListItem>
{
    public override string Name => $"text, or {redirect.Name}";

    public override Schema.Section? Nested => redirect.Nested;

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out ListItem value)
    {
        value = null;
        if (node is YamlMapping)
        {
            if (!redirect.TryRead(node, label, reading, out RedirectConfig? read)) return false;
            value = new ListItem(null, read);
            return true;
        }
        if (!RuleSyntax.Text.TryRead(node, label, reading, out ConfigText? text)) return false;
        value = new ListItem(text, null);
        return true;
    }

    public override string Format(ListItem value) => value.Text?.Text ?? value.Redirect!.From.Text;

    public override JsonObject ToJsonSchema() => new() { ["type"] = new JsonArray("string", "integer", "object") };
}

