using System.Buffers;
using System.Runtime.CompilerServices;

namespace Breakwater.Edge.Rules;

/// <summary>
/// An index over something of an exchange, in an array from the pool. A small one is kept between exchanges. A mutable struct, to be used
/// in place; owned by one exchange.
/// </summary>
internal struct ViewList<T>
    where T : struct
{
    private const int KeptItems = 64;

    private T[]? _items;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The items.</summary>
    public readonly ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>One of them.</summary>
    public readonly ref readonly T this[int i] => ref Items[i];

    /// <summary>Adds one.</summary>
    public void Add(in T item)
    {
        if (_items is null || Count == _items.Length)
        {
            Grow();
        }

        _items![Count++] = item;
    }

    /// <summary>Forgets them, and gives a large array back.</summary>
    public void Clear()
    {
        Count = 0;
        if (_items is { Length: > KeptItems } large)
        {
            _items = null;
            Return(large);
        }
    }

    private void Grow()
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(KeptItems / 2, 2 * Count));
        Items.CopyTo(larger);
        if (_items is { } old)
        {
            Return(old);
        }

        _items = larger;
    }

    private static void Return(T[] array) => ArrayPool<T>.Shared.Return(array, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
}
