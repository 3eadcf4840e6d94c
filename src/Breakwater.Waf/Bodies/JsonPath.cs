using System.Buffers;
using System.Buffers.Text;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// Where in a JSON document the reader stands: the containers around it, and the name <c>json.a.0.b</c> made of them. Its buffers are
/// pooled. A struct that must not be copied; owned by the reading of one body.
/// </summary>
internal struct JsonPath : IDisposable
{
    private readonly int _maxDepth;
    private readonly int _maxBytes;
    private byte[] _name = ArrayPool<byte>.Shared.Rent(256);
    private Container[] _containers = ArrayPool<Container>.Shared.Rent(16);
    private int _length;

    public JsonPath(int maxDepth, int maxBytes)
    {
        _maxDepth = maxDepth;
        _maxBytes = maxBytes;
        "json"u8.CopyTo(_name);
        _length = 4;
    }

    /// <summary>How many containers are open.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether the innermost one is an array.</summary>
    public readonly bool IsArray => Depth > 0 && _containers[Depth - 1].IsArray;

    /// <summary>Enters a container that has the current name.</summary>
    public bool TryPush(bool isArray)
    {
        if (Depth >= _maxDepth) return false;
        if (Depth == _containers.Length)
        {
            Container[] grown = ArrayPool<Container>.Shared.Rent(2 * Depth);
            _containers.AsSpan(0, Depth).CopyTo(grown);
            ArrayPool<Container>.Shared.Return(_containers);
            _containers = grown;
        }

        _containers[Depth++] = new Container { IsArray = isArray, NameLength = _length };
        return true;
    }

    /// <summary>Leaves the innermost container; the name is its name again. Answers how many members it had.</summary>
    public int Pop()
    {
        Container left = _containers[--Depth];
        _length = left.NameLength;
        return left.Count;
    }

    /// <summary>The next member is the next element of the array.</summary>
    public bool TryNextIndex()
    {
        Span<byte> digits = stackalloc byte[10];
        Utf8Formatter.TryFormat(_containers[Depth - 1].Count, digits, out int length);
        return TrySetKey(digits[..length]);
    }

    /// <summary>The next member is the one with this key.</summary>
    public bool TrySetKey(ReadOnlySpan<byte> key)
    {
        ref Container container = ref _containers[Depth - 1];
        container.Count++;
        int length = container.NameLength + 1;
        if (key.Length > _maxBytes - length) return false;
        if (length + key.Length > _name.Length) Grow(length + key.Length);
        _name[length - 1] = (byte)'.';
        key.CopyTo(_name.AsSpan(length));
        _length = length + key.Length;
        return true;
    }

    /// <summary>Adds a value under the current name.</summary>
    public readonly bool TryAdd(ReadOnlySpan<byte> value, InspectedBody into) => into.TryAdd(into.Arguments, _name.AsSpan(0, _length), value);

    /// <summary>Copies the current name into the arena.</summary>
    public readonly bool TryAddName(InspectedBody into, out ByteSlice name) => into.TryKeep(_name.AsSpan(0, _length), out name);

    public readonly void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_name);
        ArrayPool<Container>.Shared.Return(_containers);
    }

    private void Grow(int needed)
    {
        byte[] grown = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _name.Length));
        _name.AsSpan(0, _length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_name);
        _name = grown;
    }

    private struct Container
    {
        public bool IsArray;
        public int NameLength;
        public int Count;
    }
}
