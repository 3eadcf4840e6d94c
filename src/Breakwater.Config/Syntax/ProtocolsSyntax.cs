using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>The HTTP versions of a listener: a list in the document, a set of flags in the model.</summary>
internal sealed class ProtocolsSyntax : ValueSyntax<ListenerProtocols>
{
    private static readonly ListSyntax<ListenerProtocols> List = new(
        new ChoiceSyntax<ListenerProtocols>(("h1", ListenerProtocols.H1), ("h2", ListenerProtocols.H2), ("h3", ListenerProtocols.H3)),
        min: 1, distinct: true);

    public override string Name => List.Name;

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out ListenerProtocols value)
    {
        value = ListenerProtocols.None;
        if (!List.TryRead(node, label, reading, out ConfigList<ListenerProtocols>? items)) return false;
        foreach (ListenerProtocols item in items) value |= item;
        return true;
    }

    public override string Format(ListenerProtocols value) => List.Format(Split(value));

    public override JsonNode? ToJson(ListenerProtocols value) => List.ToJson(Split(value));

    public override JsonObject ToJsonSchema() => List.ToJsonSchema();

    private static ConfigList<ListenerProtocols> Split(ListenerProtocols value) =>
        [.. new[] { ListenerProtocols.H1, ListenerProtocols.H2, ListenerProtocols.H3 }.Where(p => value.HasFlag(p))];
}
