using System.Buffers;
using System.Text;

namespace Breakwater.Edge.Tls;

/// <summary>What to do with bytes that are no TLS on a TLS port: a browser that was sent to <c>http://host:443</c> deserves an answer
/// that says so; everything else is closed. Pure functions.</summary>
internal static class HttpOnTlsPort
{
    /// <summary>Most bytes of a request that are waited for before it is answered.</summary>
    public const int MaxHeadLength = 8 * 1024;

    private const int MaxMethodLength = 16;

    private const string Text = "This port speaks HTTPS. Use https:// in place of http:// here.\n";

    /// <summary>The whole answer.</summary>
    public static ReadOnlyMemory<byte> Answer { get; } = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {Text.Length}\r\nConnection: close\r\n\r\n{Text}");

    /// <summary>Whether <paramref name="input"/> begins like a request: a method in capitals, a space. Null while that is open.</summary>
    public static bool? IsRequest(in ReadOnlySequence<byte> input)
    {
        int length = 0;
        foreach (var segment in input)
        {
            foreach (byte b in segment.Span)
            {
                if (b == ' ') return length >= 3;
                if (b is < (byte)'A' or > (byte)'Z' || ++length > MaxMethodLength) return false;
            }
        }
        return null;
    }

    /// <summary>Whether the whole head is there, or as much as is waited for. To answer earlier would be to close under a client that
    /// still writes, which would then see a reset in place of the answer.</summary>
    public static bool HasHead(in ReadOnlySequence<byte> input)
    {
        if (input.Length >= MaxHeadLength) return true;
        var reader = new SequenceReader<byte>(input);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8) || new SequenceReader<byte>(input).TryReadTo(out ReadOnlySequence<byte> _, "\n\n"u8);
    }
}
