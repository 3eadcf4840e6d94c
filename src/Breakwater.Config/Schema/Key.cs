using System.Text.Json.Nodes;
using Breakwater.Config.Syntax;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Schema;

/// <summary>Whether a key must be written.</summary>
internal enum Presence
{
    /// <summary>It has a default.</summary>
    Optional,

    /// <summary>Its section is in error without it.</summary>
    Required,

    /// <summary>It must have a value in the end, but flags and variables may give it.</summary>
    RequiredInTheEnd,
}

/// <summary>A key of a section, as the JSON Schema and the reference see it. Immutable.</summary>
internal abstract class Key(string name)
{
    public string Name => name;

    /// <summary>What it does; Markdown.</summary>
    public required string Doc { get; init; }

    /// <summary>Why its default is what it is; Markdown.</summary>
    public required string Why { get; init; }

    public required Presence Presence { get; init; }

    public required string[] AlsoKnownAs { get; init; }

    public required string? ShownDefault { get; init; }

    /// <summary>The kind of its value, Markdown.</summary>
    public abstract string TypeName { get; }

    /// <summary>The default as the document would write it, Markdown.</summary>
    public abstract string Default { get; }

    /// <summary>The default for the JSON Schema; null when there is none to show.</summary>
    public abstract JsonNode? DefaultJson { get; }

    /// <summary>The section of its value, if that has one.</summary>
    public abstract Section? Nested { get; }

    public abstract JsonObject ToJsonSchema();
}

/// <summary>A key of a section that is read into <typeparamref name="T"/>.</summary>
internal abstract class Key<T>(string name) : Key(name)
{
    /// <summary>Reads the key's value into the owner, which stays as it is when it cannot.</summary>
    public abstract bool TryRead(ref T owner, YamlNode node, Reading reading);

    /// <summary>The owner <paramref name="to"/> with this setting of <paramref name="from"/>.</summary>
    public abstract T Copy(T from, T to);
}

/// <summary>A key with its syntax and its place in the model.</summary>
internal sealed class Key<T, TValue>(
    string name, ValueSyntax<TValue> syntax, Func<T, TValue?> get, Func<T, TValue, T> set, T blank) : Key<T>(name)
{
    public override string TypeName => syntax.Name;

    public override Section? Nested => syntax.Nested;

    public override string Default =>
        ShownDefault is not null ? ShownDefault
        : Presence != Presence.Optional ? "required"
        : get(blank) is { } value && syntax.Format(value) is var text ? text == "…" ? "see there" : $"`{text}`"
        : "none";

    public override JsonNode? DefaultJson =>
        ShownDefault is null && Presence == Presence.Optional && get(blank) is { } value ? syntax.ToJson(value) : null;

    public override bool TryRead(ref T owner, YamlNode node, Reading reading)
    {
        if (!syntax.TryRead(node, Show.Quoted(Name), reading, out TValue? value)) return false;
        owner = set(owner, value);
        return true;
    }

    public override T Copy(T from, T to) => set(to, get(from)!);

    public override JsonObject ToJsonSchema() => syntax.ToJsonSchema();
}
