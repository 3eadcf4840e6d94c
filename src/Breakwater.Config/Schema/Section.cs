using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Breakwater.Config.Syntax;
using Breakwater.Config.Yaml;

namespace Breakwater.Config.Schema;

/// <summary>
/// A mapping of the document: its keys with their syntax, default, meaning and reason. The one place from which the reader, the JSON Schema
/// and the reference come. Immutable once built.
/// </summary>
internal abstract class Section(string id, string place, string intro)
{
    /// <summary>Its name in the JSON Schema and in the reference, where it is a heading.</summary>
    public string Id => id;

    /// <summary>What messages call it: <c>a zone</c>, <c>'limits'</c>.</summary>
    public string Place => place;

    /// <summary>What it is for; Markdown.</summary>
    public string Intro => intro;

    /// <summary>Its keys in the order of the reference.</summary>
    public abstract IReadOnlyList<Key> Keys { get; }

    /// <summary>This section and all those below it, each once, in the order of the reference.</summary>
    public IEnumerable<Section> WithNested() =>
        Keys.Select(k => k.Nested).OfType<Section>().SelectMany(s => s.WithNested()).Prepend(this).Distinct();

    /// <summary>What a value of the whole section satisfies.</summary>
    public JsonObject Describe()
    {
        JsonObject properties = [];
        foreach (Key key in Keys)
        {
            JsonObject schema = key.ToJsonSchema();
            schema["description"] = key.Doc;
            if (key.DefaultJson is { } value) schema["default"] = value;
            properties[key.Name] = schema;
        }
        JsonObject described = new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        string[] required = [.. Keys.Where(k => k.Presence != Presence.Optional).Select(k => k.Name)];
        if (required.Length > 0) described["required"] = new JsonArray([.. required.Select(r => JsonValue.Create(r))]);
        return described;
    }
}

/// <summary>A section that is read into <typeparamref name="T"/>.</summary>
/// <param name="id">Its name in the JSON Schema and in the reference.</param>
/// <param name="place">What messages call it.</param>
/// <param name="intro">What it is for; Markdown.</param>
/// <param name="blank">A value in which every key has its default; required keys hold a placeholder that is never seen.</param>
internal sealed class Section<T>(string id, string place, string intro, Func<T> blank) : Section(id, place, intro)
    where T : ConfigNode
{
    private readonly List<Key<T>> _keys = [];

    public override IReadOnlyList<Key> Keys => _keys;

    /// <summary>The section as the syntax of a key's value.</summary>
    public SectionSyntax<T> Syntax => field ??= new SectionSyntax<T>(this);

    /// <summary>Adds a key.</summary>
    /// <param name="name">As the document spells it.</param>
    /// <param name="syntax">How its value is written.</param>
    /// <param name="get">Takes the value out of the model; its default is what it takes out of a blank.</param>
    /// <param name="set">Puts the value into the model.</param>
    /// <param name="doc">What it does.</param>
    /// <param name="why">Why its default is what it is.</param>
    /// <param name="presence">Whether it must be written.</param>
    /// <param name="aka">What people who know other proxies may write instead; suggested, never accepted.</param>
    /// <param name="shown">The default as the reference shows it, where the value alone would mislead.</param>
    public Section<T> Key<TValue>(
        string name, ValueSyntax<TValue> syntax, Func<T, TValue?> get, Func<T, TValue, T> set, string doc, string why,
        Presence presence = Presence.Optional, string[]? aka = null, string? shown = null)
    {
        _keys.Add(new Key<T, TValue>(name, syntax, get, set, blank())
        {
            Doc = doc,
            Why = why,
            Presence = presence,
            AlsoKnownAs = aka ?? [],
            ShownDefault = shown,
        });
        return this;
    }

    /// <summary>
    /// Reads a mapping. What is wrong is reported, the rest is read all the same; without its required keys it is no value.
    /// </summary>
    public bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (node is YamlRefused) return false;
        if (node is not YamlMapping mapping)
        {
            string problem = node is YamlScalar { IsNull: true } ? $"{label} is empty"
                : node is YamlScalar scalar ? $"{label} is {Show.Quoted(scalar.Text)}, not a mapping"
                : $"{label} is {node.Noun}, not a mapping";
            reading.Diagnostics.Error(node.Position, problem, $"write keys and their values, such as '{_keys[0].Name}: …'");
            return false;
        }

        T read = blank();
        HashSet<Key<T>> missing = [.. _keys.Where(k => k.Presence == Presence.Required)];
        Dictionary<string, ValueSource> values = [];
        foreach ((YamlScalar name, YamlNode written) in mapping.Entries)
        {
            Key<T>? key = _keys.Find(k => k.Name == name.Text);
            if (key is not null && key.TryRead(ref read, written, reading)) missing.Remove(key);
            key ??= ReportUnknown(name, reading.Diagnostics);
            // What was meant counts as written: that it is missing as well would be no news.
            if (key is not null) values[key.Name] = new ValueSource(written.Position, ItemPositions(written, reading));
        }
        foreach (Key<T> key in missing.Where(k => !values.ContainsKey(k.Name)))
        {
            reading.Diagnostics.Error(node.Position, $"{Place} lacks its {Show.Quoted(key.Name)}", "add it");
        }
        if (missing.Count > 0) return false;
        value = (T)((ConfigNode)read with { Source = new NodeSource(mapping.Position, values) });
        return true;
    }

    /// <summary>
    /// What <paramref name="child"/> wrote, and for the rest the settings of <paramref name="parent"/>.
    /// </summary>
    public T Inherit(T child, T parent)
    {
        foreach (Key<T> key in _keys)
        {
            if (!child.IsWritten(key.Name)) child = key.Copy(parent, child);
        }
        return child;
    }

    private static IReadOnlyList<SourcePosition> ItemPositions(YamlNode node, Reading reading) =>
        node is YamlSequence list ? [.. list.Items.Select(i => i.Position).Where(p => !reading.Unreadable.Contains(p))] : [];

    /// <summary>Reports a key that is none, and returns the one that was meant, if that can be told.</summary>
    private Key<T>? ReportUnknown(YamlScalar name, DiagnosticList diagnostics)
    {
        string shown = Show.Quoted(name.Text);
        IEnumerable<string> names = _keys.Select(k => k.Name);
        Key<T>? meant = _keys.Find(k => k.AlsoKnownAs.Contains(name.Text)) ?? Find(Suggestion.For(name.Text, names, atMost: 1));
        string? elsewhere = meant is null ? DocumentSchema.HintElsewhere(name.Text) : null;
        if (elsewhere is null) meant ??= Find(Suggestion.For(name.Text, names));
        diagnostics.Error(
            name.Position, $"unknown key {shown} in {Place}",
            meant is not null ? $"did you mean {Show.Quoted(meant.Name)}?" : elsewhere ?? $"the keys here are {Show.Alternatives([.. names])}");
        return meant;
    }

    private Key<T>? Find(string? name) => _keys.Find(k => k.Name == name);
}

/// <summary>The syntax of a value that is a mapping with the keys of a section.</summary>
internal sealed class SectionSyntax<T>(Section<T> section) : ValueSyntax<T>
    where T : ConfigNode
{
    public override string Name => $"[{section.Id}](#{section.Id})";

    public override Section? Nested => section;

    public override bool TryRead(YamlNode node, string label, Reading reading, [MaybeNullWhen(false)] out T value) =>
        section.TryRead(node, label, reading, out value);

    public override string Format(T value) => "…";

    public override JsonNode? ToJson(T value) => null;

    public override JsonObject ToJsonSchema() => new() { ["$ref"] = $"#/$defs/{section.Id}" };
}
