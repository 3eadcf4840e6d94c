using System.Buffers;

namespace Breakwater.Edge.Exchanges;

/// <summary>
/// The body of a request as it went to an HTTP/1.1 origin, framing and all, kept so that the request can be sent again. Small: it never
/// exceeds the buffer that it was gathered in. Owned by its exchange; a mutable struct, to be used in place.
/// </summary>
internal struct HeldBody
{
    private byte[]? _buffer;
    private int _start;
    private int _length;

    /// <summary>Whether there is one.</summary>
    public readonly bool IsHeld => _buffer is not null;

    /// <summary>The bytes; none while nothing is held.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _length);

    /// <summary>Takes a body over, with the buffer that it lies in, which came from the shared pool.</summary>
    public void Hold(byte[] buffer, int start, int length)
    {
        Release();
        (_buffer, _start, _length) = (buffer, start, length);
    }

    /// <summary>Lets go of it.</summary>
    public void Release()
    {
        if (_buffer is { } buffer)
        {
            this = default;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
