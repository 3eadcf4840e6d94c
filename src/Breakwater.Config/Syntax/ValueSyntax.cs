using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Breakwater.Config.Schema;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>
/// How values of one kind are written in the document: reads them, writes them, and describes itself to the reference and the JSON Schema.
/// Immutable.
/// </summary>
internal abstract class ValueSyntax<T>
{
    /// <summary>The kind with its bounds, as the reference's type column shows it (Markdown).</summary>
    public abstract string Name { get; }

    /// <summary>The section that describes the parts of such a value, if it has parts.</summary>
    public virtual Section? Nested => null;

    /// <summary>
    /// Reads a value. Whatever is wrong is reported to <paramref name="reading"/>; true means that there is a value all the same, of a
    /// list or mapping that which could be read of it.
    /// </summary>
    /// <param name="node">What was written.</param>
    /// <param name="label">What a message calls it, such as <c>'weight'</c> or <c>an item of 'hosts'</c>.</param>
    /// <param name="reading">Takes the diagnostics.</param>
    /// <param name="value">The value, when true is returned.</param>
    public abstract bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out T value);

    /// <summary>The value as the document writes it.</summary>
    public abstract string Format(T value);

    /// <summary>The value as JSON, for the schema's defaults.</summary>
    public virtual JsonNode? ToJson(T value) => JsonValue.Create(Format(value));

    /// <summary>The JSON Schema that such a value satisfies.</summary>
    public abstract JsonObject ToJsonSchema();
}
