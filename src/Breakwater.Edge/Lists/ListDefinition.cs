using Breakwater.Rules.Rulesets;

namespace Breakwater.Edge.Lists;

/// <summary>A list as a configuration wants it: its items, and the file that has more of them. Immutable, compared by content.</summary>
/// <param name="Name">Its name, without the dollar sign.</param>
/// <param name="Kind">What its items are.</param>
internal sealed record ListDefinition(string Name, ListKind Kind)
{
    /// <summary>Items, each as a line of a file would have it.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Redirects that are no lines of text; only for <see cref="ListKind.Redirect"/>.</summary>
    public IReadOnlyList<RedirectItem> Redirects { get; init; } = [];

    /// <summary>The file that has more of them; null for none.</summary>
    public string? File { get; init; }

    /// <inheritdoc/>
    public bool Equals(ListDefinition? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && File == other.File
        && Items.SequenceEqual(other.Items) && Redirects.SequenceEqual(other.Redirects);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, File, Items.Count, Redirects.Count);
}
