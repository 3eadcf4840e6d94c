using System.Buffers;

namespace Breakwater.Edge.Rules;

/// <summary>Bytes in an arena: valid until the arena is cleared. <c>default</c> is none, which is not the same as empty.</summary>
internal readonly struct ViewSlice(byte[] array, int start, int length)
{
    private readonly byte[]? _array = array;

    /// <summary>Whether there is none.</summary>
    public bool IsNone => _array is null;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _array.AsSpan(start, length);
}

/// <summary>
/// Where what is derived from an exchange lies (decoded names, a normalised path, joined fields), so that deriving it allocates nothing in
/// steady state. What was handed out never moves: a full block is kept beside the next one until all are given back. Owned by one exchange.
/// </summary>
internal sealed class ViewArena
{
    /// <summary>A block of this size stays between exchanges; larger and further ones go back to the pool.</summary>
    private const int KeptBytes = 4096;

    private readonly List<byte[]> _full = [];
    private byte[] _block = [];
    private int _used;

    /// <summary>Room for so many bytes. What of it was used is told with <see cref="Take"/> before the next reservation.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_block.Length - _used < length)
        {
            if (_block.Length > 0)
            {
                _full.Add(_block);
            }

            _block = ArrayPool<byte>.Shared.Rent(Math.Max(length, KeptBytes));
            _used = 0;
        }

        return _block.AsSpan(_used, length);
    }

    /// <summary>Keeps the first bytes of what was reserved last.</summary>
    public ViewSlice Take(int length)
    {
        var slice = new ViewSlice(_block, _used, length);
        _used += length;
        return slice;
    }

    /// <summary>Keeps a copy.</summary>
    public ViewSlice Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return Take(bytes.Length);
    }

    /// <summary>Keeps a copy in lower case (ASCII).</summary>
    public ViewSlice Lower(ReadOnlySpan<byte> bytes)
    {
        System.Text.Ascii.ToLower(bytes, Reserve(bytes.Length), out int written);
        if (written < bytes.Length)
        {
            // Bytes from 0x80 up have no case here, and stop the vectorised way.
            Span<byte> room = Reserve(bytes.Length);
            for (int i = written; i < bytes.Length; i++)
            {
                room[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[i] | 0x20) : bytes[i];
            }
        }

        return Take(bytes.Length);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (_full.Count > 0)
        {
            _full.ForEach(static block => ArrayPool<byte>.Shared.Return(block));
            _full.Clear();
        }

        _used = 0;
        if (_block.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_block);
            _block = [];
        }
    }
}
