using Breakwater.Http;

namespace Breakwater.Edge.Observability;

/// <summary>What a client's connection spoke.</summary>
internal enum ConnectionProtocol : byte
{
    /// <summary>It ended before that was known.</summary>
    Unknown,

    /// <summary>HTTP/1.0 or HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2.</summary>
    Http2,

    /// <summary>HTTP/3.</summary>
    Http3,
}

/// <summary>Protocols as metrics and logs write them.</summary>
internal static class Protocols
{
    /// <summary>How many values <see cref="ConnectionProtocol"/> and <see cref="HttpVersion"/> have each.</summary>
    public const int Count = 4;

    /// <summary>The label of a connection's protocol: its ALPN name.</summary>
    public static string Label(ConnectionProtocol protocol) => protocol switch
    {
        ConnectionProtocol.Http1 => "http/1.1",
        ConnectionProtocol.Http2 => "h2",
        ConnectionProtocol.Http3 => "h3",
        _ => "unknown",
    };

    /// <summary>The label of an exchange's protocol: its ALPN name.</summary>
    public static string Label(HttpVersion version) => version switch
    {
        HttpVersion.Http10 => "http/1.0",
        HttpVersion.Http11 => "http/1.1",
        HttpVersion.Http2 => "h2",
        _ => "h3",
    };

    /// <summary>The protocol as logs and the trace page write it.</summary>
    public static ReadOnlySpan<byte> Name(HttpVersion version) => version switch
    {
        HttpVersion.Http10 => "HTTP/1.0"u8,
        HttpVersion.Http11 => "HTTP/1.1"u8,
        HttpVersion.Http2 => "HTTP/2"u8,
        _ => "HTTP/3"u8,
    };
}
