using System.Collections;
using System.Runtime.CompilerServices;

namespace Breakwater.Config;

/// <summary>A list in the configuration document. Immutable; equal to another with equal items in the same order.</summary>
[CollectionBuilder(typeof(ConfigList), nameof(ConfigList.Create))]
public sealed class ConfigList<T> : IReadOnlyList<T>, IEquatable<ConfigList<T>>
{
    private readonly T[] _items;

    internal ConfigList(T[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ConfigList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ConfigList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (T item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>The items, separated by commas, in brackets.</summary>
    public override string ToString() => $"[{string.Join(", ", _items)}]";
}

/// <summary>Makes a <see cref="ConfigList{T}"/>; what a collection expression calls.</summary>
public static class ConfigList
{
    /// <summary>A list of a copy of <paramref name="items"/>.</summary>
    public static ConfigList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
