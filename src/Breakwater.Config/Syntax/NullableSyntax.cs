using System.Text.Json.Nodes;
using Breakwater.Config.Schema;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Syntax;

/// <summary>A value that may be left out where its absence is no value of its own kind.</summary>
internal sealed class NullableSyntax<T>(ValueSyntax<T> inner) : ValueSyntax<T?>
    where T : struct
{
    public override string Name => inner.Name;

    public override Section? Nested => inner.Nested;

    public override bool TryRead(YamlNode node, string label, Reading reading, out T? value)
    {
        bool isRead = inner.TryRead(node, label, reading, out T read);
        value = read;
        return isRead;
    }

    public override string Format(T? value) => value is { } some ? inner.Format(some) : "none";

    public override JsonNode? ToJson(T? value) => value is { } some ? inner.ToJson(some) : null;

    public override JsonObject ToJsonSchema() => inner.ToJsonSchema();
}

/// <summary>Makes a <see cref="NullableSyntax{T}"/>.</summary>
internal static class NullableSyntax
{
    /// <summary>The same syntax for a setting that is null when nobody wrote it.</summary>
    public static NullableSyntax<T> Nullable<T>(this ValueSyntax<T> syntax)
        where T : struct => new(syntax);
}
