using System.Buffers.Binary;
using System.Text;

namespace Breakwater.Edge.Tests.Http2;

/// <summary>Writes HTTP/2 frames (RFC 9113 §4.1), one character a byte, for what no client library sends.</summary>
internal static class Http2Frames
{
    private const int EndStream = 0x1, EndHeaders = 0x4;

    /// <summary>What a connection begins with: the preface and empty settings.</summary>
    public static string Preface { get; } = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(type: 4, flags: 0, stream: 0, "");

    public static string Headers(int stream, bool end, params (string Name, string Value)[] fields) =>
        Frame(type: 1, EndHeaders | (end ? EndStream : 0), stream, string.Concat(fields.Select(field => Literal(field.Name, field.Value))));

    public static string Data(int stream, bool end, string bytes) => Frame(type: 0, end ? EndStream : 0, stream, bytes);

    public static string Reset(int stream) => Frame(type: 3, flags: 0, stream, "\0\0\0\x08");

    /// <summary>The fields of a request.</summary>
    public static (string Name, string Value)[] Request(string method, string host, string path, params (string Name, string Value)[] fields) =>
        [(":method", method), (":scheme", "http"), (":authority", host), (":path", path), .. fields];

    /// <summary>A field without compression (RFC 7541 §6.2.2).</summary>
    private static string Literal(string name, string value)
    {
        Assert.True(name.Length < 127 && value.Length < 127);
        return $"\0{(char)name.Length}{name}{(char)value.Length}{value}";
    }

    private static string Frame(byte type, int flags, int stream, string payload)
    {
        Span<byte> head = stackalloc byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8 | type);
        head[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        return Encoding.Latin1.GetString(head) + payload;
    }
}
