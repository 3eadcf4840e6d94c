namespace Breakwater.Http;

/// <summary>The framing around the pieces of a chunked body (RFC 9112 §7.1). Immutable.</summary>
public static class ChunkedWriter
{
    /// <summary>The most bytes that <see cref="WriteSize"/> writes.</summary>
    public const int MaxSizeLine = 10;

    /// <summary>What follows the data of each chunk.</summary>
    public static ReadOnlySpan<byte> ChunkEnd => "\r\n"u8;

    /// <summary>The last chunk, without the trailers and the CRLF that end the body.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n"u8;

    /// <summary>The end of a body without trailers.</summary>
    public static ReadOnlySpan<byte> BodyEnd => "0\r\n\r\n"u8;

    /// <summary>Writes the line before a chunk's data, such as <c>1a\r\n</c>.</summary>
    /// <param name="destination">At least <see cref="MaxSizeLine"/> bytes.</param>
    /// <param name="length">The number of data bytes; more than zero, because a zero would end the body.</param>
    /// <returns>The number of bytes written.</returns>
    public static int WriteSize(Span<byte> destination, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        int digits = (35 - int.LeadingZeroCount(length)) >> 2;
        destination[digits + 1] = Octets.Lf;
        destination[digits] = Octets.Cr;
        for (int i = digits - 1; i >= 0; i--, length >>= 4)
        {
            destination[i] = "0123456789abcdef"u8[length & 15];
        }

        return digits + 2;
    }
}
