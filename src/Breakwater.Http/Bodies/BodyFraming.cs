namespace Breakwater.Http;

/// <summary>How the end of a message's body is found (RFC 9112 §6.3).</summary>
public enum BodyFraming : byte
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>The body has exactly as many bytes as Content-Length says (may be zero).</summary>
    Length,

    /// <summary>The body is chunked (RFC 9112 §7.1).</summary>
    Chunked,

    /// <summary>The body lasts until the connection closes (responses of HTTP/1.x), or until the stream ends (HTTP/2, HTTP/3).</summary>
    UntilClose,
}
