using System.Buffers.Binary;

namespace Breakwater.Edge.Tls;

/// <summary>
/// Reads the presentation language of TLS (RFC 8446 §3) from a span: numbers in network order and vectors that carry their length.
/// Every read says whether the bytes were there; after a failed read the position is of no use.
/// </summary>
internal ref struct TlsVectors(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly bool AtEnd => _rest.IsEmpty;

    public bool TrySkip(int count)
    {
        if (_rest.Length < count) return false;
        _rest = _rest[count..];
        return true;
    }

    public bool TryReadUInt8(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return false;
        }
        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value)) return false;
        _rest = _rest[2..];
        return true;
    }

    /// <summary>A vector whose length takes one byte.</summary>
    public bool TryReadVector8(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryReadUInt8(out byte length) && TryTake(length, out vector);
    }

    /// <summary>A vector whose length takes two bytes.</summary>
    public bool TryReadVector16(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryReadUInt16(out ushort length) && TryTake(length, out vector);
    }

    /// <summary>Whether <paramref name="data"/> is one vector (one byte of length) and nothing else.</summary>
    public static bool IsOneVector8(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> vector)
    {
        var reader = new TlsVectors(data);
        return reader.TryReadVector8(out vector) && reader.AtEnd;
    }

    /// <summary>Whether <paramref name="data"/> is one vector (two bytes of length) and nothing else.</summary>
    public static bool IsOneVector16(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> vector)
    {
        var reader = new TlsVectors(data);
        return reader.TryReadVector16(out vector) && reader.AtEnd;
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (_rest.Length < length) return false;
        taken = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
