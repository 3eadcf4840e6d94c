using System.Text;

namespace Breakwater.Config;

/// <summary>
/// A mapping of the configuration document: a record of settings that remembers where each of them was written, so that any later stage
/// (a missing certificate file, a name that DNS does not know) can point at the line. Immutable.
/// <para>Positions are no part of a node's value: two nodes are equal when their settings are, wherever they stand. A reload compares zones
/// with <c>==</c> and keeps what did not change. For the same reason <see cref="object.ToString"/> shows all settings and no position: equal
/// nodes have equal texts, which is what a content hash is made of.</para>
/// </summary>
public abstract record ConfigNode
{
    internal NodeSource Source { get; init; } = NodeSource.BuiltIn;

    /// <summary>Where this mapping starts.</summary>
    public SourcePosition Position => Source.Position;

    /// <summary>Whether the setting was written, rather than left to its default.</summary>
    /// <param name="key">The key as the document spells it, such as <c>header_timeout</c>.</param>
    public bool IsWritten(string key) => Source.IsWritten(key);

    /// <summary>Where the value of a setting stands; the mapping's own position when the setting was left to its default.</summary>
    /// <param name="key">The key as the document spells it, such as <c>cert</c>.</param>
    /// <param name="index">The item, when the value is a list.</param>
    public SourcePosition PositionOf(string key, int? index = null) => Source.PositionOf(key, index);

    /// <summary>
    /// Prints no positions: the text of a document holds its settings and nothing else, so that equal documents have equal texts.
    /// </summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>Equal kind; the settings themselves are compared by the derived record.</summary>
    public virtual bool Equals(ConfigNode? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();
}

/// <summary>The positions of a mapping and of the values in it. Immutable.</summary>
internal sealed class NodeSource(SourcePosition position, IReadOnlyDictionary<string, ValueSource> values)
{
    public static NodeSource BuiltIn { get; } = new(SourcePosition.BuiltIn, new Dictionary<string, ValueSource>());

    public SourcePosition Position => position;

    public bool IsWritten(string key) => values.ContainsKey(key);

    public SourcePosition PositionOf(string key, int? index) =>
        !values.TryGetValue(key, out ValueSource? value) ? position
        : index is { } i && (uint)i < (uint)value.Items.Count ? value.Items[i]
        : value.Position;

    /// <summary>The same positions, with one setting taken from elsewhere.</summary>
    public NodeSource With(string key, ValueSource value) =>
        new(position, new Dictionary<string, ValueSource>(values) { [key] = value });
}

/// <summary>The position of one value, and of its items when it is a list.</summary>
internal sealed record ValueSource(SourcePosition Position, IReadOnlyList<SourcePosition> Items)
{
    public static ValueSource At(SourcePosition position) => new(position, []);
}
