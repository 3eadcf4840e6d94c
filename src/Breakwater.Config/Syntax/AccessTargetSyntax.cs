using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>
/// Whom an access rule means: an address or network, or several in a list, or <c>{country: DE}</c>, <c>{asn: 64500}</c>, <c>{list: office}</c>
/// with one value or a list of them each.
/// </summary>
internal sealed class AccessTargetSyntax : ValueSyntax<AccessTarget>
{
    private const string Expected = "write an address or network, or {country: DE}, {asn: 64500} or {list: NAME}";

    public override string Name => "IP network, list of them, or `{country: …}`, `{asn: …}`, `{list: …}`";

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out AccessTarget value)
    {
        value = null;
        if (node is YamlRefused) return false;
        if (node is not YamlMapping mapping)
        {
            if (!TryReadSeveral(node, label, Values.Network, reading, out ConfigList<IPNetwork>? networks)) return false;
            value = new AccessTarget { Networks = networks };
            return true;
        }
        AccessTarget target = new();
        bool isRead = mapping.Entries.Count > 0;
        if (!isRead) reading.Diagnostics.Error(node.Position, $"{label} means nobody", Expected);
        foreach ((YamlScalar key, YamlNode written) in mapping.Entries)
        {
            string part = Show.Quoted(key.Text);
            switch (key.Text)
            {
                case "ip" when TryReadSeveral(written, part, Values.Network, reading, out ConfigList<IPNetwork>? networks):
                    target = target with { Networks = networks };
                    break;
                case "country" when TryReadSeveral(written, part, RuleSyntax.Country, reading, out ConfigList<string>? countries):
                    target = target with { Countries = countries };
                    break;
                case "asn" when TryReadSeveral(written, part, RuleSyntax.Asn, reading, out ConfigList<uint>? asns):
                    target = target with { Asns = asns };
                    break;
                case "list" when RuleSyntax.ListName.TryRead(written, part, reading, out string? list):
                    target = target with { List = list };
                    break;
                case "ip" or "country" or "asn" or "list":
                    isRead = false;
                    break;
                default:
                    string? near = Suggestion.For(key.Text, ["ip", "country", "asn", "list"]);
                    reading.Diagnostics.Error(
                        key.Position,
                        $"unknown key {part} in {label}", near is null ? "the keys here are ip, country, asn or list" : $"did you mean '{near}'?");
                    isRead = false;
                    break;
            }
        }
        value = target;
        return isRead;
    }

    public override string Format(AccessTarget value) => "…";

    public override JsonNode? ToJson(AccessTarget value) => null;

    public override JsonObject ToJsonSchema() => new()
    {
        ["type"] = new JsonArray("string", "array", "object"),
        ["items"] = Values.Network.ToJsonSchema(),
        ["properties"] = new JsonObject
        {
            ["ip"] = Several("string"),
            ["country"] = Several("string"),
            ["asn"] = Several("string", "integer"),
            ["list"] = RuleSyntax.ListName.ToJsonSchema(),
        },
        ["additionalProperties"] = false,
    };

    private static JsonObject Several(params string[] types) =>
        new() { ["type"] = new JsonArray([.. types.Append("array").Select(t => JsonValue.Create(t))]) };

    private static bool TryReadSeveral<T>(
        YamlNode node, string label, ValueSyntax<T> item, Reading reading, [MaybeNullWhen(false)] out ConfigList<T> value)
    {
        if (node is YamlSequence) return Values.ListOf(item, min: 1).TryRead(node, label, reading, out value);
        value = null;
        if (!item.TryRead(node, label, reading, out T? only)) return false;
        value = [only];
        return true;
    }
}
