using Breakwater.Config.Yaml;

namespace Breakwater.Config;

/// <summary>
/// A text of the document that somebody reads further, such as an expression, with the place of each of its characters: quotes, escapes and
/// folded lines of the file lie between the two. Immutable; equal to another with the same characters, wherever they stand.
/// </summary>
public sealed class ConfigText : IEquatable<ConfigText>
{
    private readonly ScalarSource? _source;
    private readonly SourcePosition _start;
    private readonly int _offset;

    internal ConfigText(string text, SourcePosition position, ScalarSource? source = null)
        : this(text, position, source, position, 0)
    {
    }

    private ConfigText(string text, SourcePosition position, ScalarSource? source, SourcePosition start, int offset)
    {
        (Text, Position, _source, _start, _offset) = (text, position, source, start, offset);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Where it was written; of a quoted text, where its quotes begin.</summary>
    public SourcePosition Position { get; }

    /// <summary>A text that no file holds.</summary>
    public static ConfigText Of(string text) => new(text, SourcePosition.BuiltIn);

    /// <summary>Where the character at <paramref name="offset"/> (UTF-16) stands; the end of the text counts.</summary>
    public SourcePosition PositionOf(int offset) =>
        _source is null ? Position : _source.PositionOf(_offset + Math.Clamp(offset, 0, Text.Length), _start);

    /// <inheritdoc/>
    public bool Equals(ConfigText? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfigText);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    /// <summary>A part of the text, with its place.</summary>
    internal ConfigText Slice(int start, int length) => new(Text.Substring(start, length), PositionOf(start), _source, _start, _offset + start);
}
