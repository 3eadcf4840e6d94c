using System.Text.RegularExpressions;

namespace Breakwater.Config.Yaml;

/// <summary>A node of a YAML document, with the position of its first character. Immutable.</summary>
internal abstract record YamlNode(SourcePosition Position)
{
    /// <summary>What the node is, with its article, for messages.</summary>
    public abstract string Noun { get; }
}

/// <summary>
/// A single value. <paramref name="IsPlain"/>: written without quotes, so that <c>true</c>, <c>12</c> and <c>~</c> mean more than text.
/// </summary>
internal sealed partial record YamlScalar(string Text, bool IsPlain, SourcePosition Position) : YamlNode(Position)
{
    /// <summary>How it was written; null when no document holds it.</summary>
    public ScalarSource? Source { get; init; }

    /// <summary>The text, for whoever reads it further.</summary>
    public ConfigText ToConfigText() => new(Text, Position, Source);

    /// <summary>Nothing was written, or YAML's null.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Whether YAML's core schema (YAML 1.2 §10.3.2) makes more of it than a text.</summary>
    public bool IsNumberOrBoolean => IsPlain && CoreSchema().IsMatch(Text);

    public override string Noun => "a single value";

    [GeneratedRegex(
        @"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
        + @"|true|True|TRUE|false|False|FALSE)\z", RegexOptions.CultureInvariant)]
    private static partial Regex CoreSchema();
}

/// <summary>A list.</summary>
internal sealed record YamlSequence(IReadOnlyList<YamlNode> Items, SourcePosition Position) : YamlNode(Position)
{
    public override string Noun => "a list";
}

/// <summary>A mapping; its keys are unique.</summary>
internal sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, SourcePosition Position) : YamlNode(Position)
{
    public override string Noun => "a mapping";
}

/// <summary>A node in whose place something stood that was refused and reported already; readers pass over it in silence.</summary>
internal sealed record YamlRefused(SourcePosition Position) : YamlNode(Position)
{
    public override string Noun => "something refused";
}

/// <summary>A key and its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);
