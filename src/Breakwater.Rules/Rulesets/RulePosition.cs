namespace Breakwater.Rules.Rulesets;

/// <summary>A place in a file of rules. Immutable.</summary>
/// <param name="File">The file's name as the operator gave it.</param>
/// <param name="Line">1-based; 0 when the source has no lines.</param>
/// <param name="Column">1-based, in characters; 0 when the source has no lines.</param>
public readonly record struct RulePosition(string File, int Line, int Column)
{
    /// <summary>The position of what no file holds: rules made in code.</summary>
    public static RulePosition None => new("code", 0, 0);

    /// <summary><c>file:line:column</c>, or the file's name alone.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>
/// A text that a file holds, such as an expression, and where each of its characters stands there: escapes, quotes and folded lines of the
/// file lie between the two. Immutable; equal to another with the same characters, wherever they stand.
/// </summary>
public sealed class RuleText : IEquatable<RuleText>
{
    private readonly Func<int, RulePosition>? _locate;

    /// <param name="text">The text, without what the file needed to write it.</param>
    /// <param name="start">Where its first character stands.</param>
    /// <param name="locate">Where the character at an offset (UTF-16) stands; null = in the same line, one column each.</param>
    public RuleText(string text, RulePosition start, Func<int, RulePosition>? locate = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        (Text, Start, _locate) = (text, start, locate);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Where its first character stands.</summary>
    public RulePosition Start { get; }

    /// <summary>A text that no file holds.</summary>
    public static RuleText Of(string text) => new(text, RulePosition.None);

    /// <summary>Where the character at <paramref name="offset"/> stands; the end of the text counts.</summary>
    public RulePosition PositionOf(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        return _locate is not null ? _locate(offset) : Start.Line == 0 ? Start : Start with { Column = Start.Column + offset };
    }

    /// <inheritdoc/>
    public bool Equals(RuleText? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RuleText);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
