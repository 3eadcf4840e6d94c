using System.Buffers;

namespace Breakwater.Waf.Bodies;

/// <summary>
/// One growing buffer for all names and values of a transaction, so that they cost no object each. Bounded: over <see cref="MaxBytes"/>
/// an append answers false and nothing is written. Growing moves the bytes, so a span of it is worth nothing after the next append; a
/// <see cref="ByteSlice"/> stays right. Owned by one transaction; the buffer is pooled.
/// </summary>
public sealed class ByteArena : IDisposable
{
    private const int SmallestBuffer = 4096;

    private byte[] _buffer = [];
    private int _used;

    /// <param name="maxBytes">The most it holds.</param>
    public ByteArena(int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, SmallestBuffer);
        MaxBytes = maxBytes;
    }

    /// <summary>The most it holds, in bytes.</summary>
    public int MaxBytes { get; }

    /// <summary>Bytes in use.</summary>
    public int Used => _used;

    /// <summary>Bytes that the buffer has room for now.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>The bytes of a slice.</summary>
    public ReadOnlySpan<byte> this[ByteSlice slice] => _buffer.AsSpan(slice.Offset, slice.Length);

    /// <summary>Copies bytes into the arena.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes, out ByteSlice slice)
    {
        if (!TryReserve(bytes.Length, out Span<byte> room))
        {
            slice = default;
            return false;
        }

        bytes.CopyTo(room);
        slice = Commit(bytes.Length);
        return true;
    }

    /// <summary>Room for bytes to be written in place; <see cref="Commit"/> says how many they became.</summary>
    public bool TryReserve(int length, out Span<byte> room)
    {
        room = default;
        if (length > MaxBytes - _used) return false;
        if (length > _buffer.Length - _used) Grow(_used + length);
        room = _buffer.AsSpan(_used, length);
        return true;
    }

    /// <summary>Keeps the first bytes of the room that was last reserved.</summary>
    public ByteSlice Commit(int length)
    {
        ByteSlice slice = new(_used, length);
        _used += length;
        return slice;
    }

    /// <summary>Forgets what was appended since <see cref="Used"/> had this value.</summary>
    public void Rewind(int used) => _used = Math.Min(_used, used);

    /// <summary>Forgets all slices; the buffer stays.</summary>
    public void Reset() => _used = 0;

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _used = 0;
    }

    private void Grow(int needed)
    {
        int size = (int)Math.Min(Math.Max((long)needed, Math.Max(2L * _buffer.Length, SmallestBuffer)), MaxBytes);
        byte[] grown = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _used).CopyTo(grown);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = grown;
    }
}
