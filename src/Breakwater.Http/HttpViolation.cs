namespace Breakwater.Http;

/// <summary>Why a message was refused. <see cref="HttpViolations"/> has the words and the status code for each.</summary>
public enum HttpViolation : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>A line ends in LF without CR.</summary>
    BareLf,

    /// <summary>A CR is not followed by LF.</summary>
    BareCr,

    /// <summary>A field line continues on the next line.</summary>
    ObsFold,

    /// <summary>The first field line begins with whitespace.</summary>
    LeadingWhitespace,

    /// <summary>Whitespace stands between a field name and its colon.</summary>
    SpaceBeforeColon,

    /// <summary>A control byte, NUL included, stands in the head.</summary>
    ControlByte,

    /// <summary>The method is not a token.</summary>
    BadMethod,

    /// <summary>The method is longer than any known one.</summary>
    MethodTooLong,

    /// <summary>The request target has none of the allowed forms, or a byte that may not be in one.</summary>
    BadTarget,

    /// <summary>The request target is longer than the limit.</summary>
    TargetTooLong,

    /// <summary>The request target carries a user name or password.</summary>
    UserinfoInTarget,

    /// <summary>The request target carries a fragment.</summary>
    FragmentInTarget,

    /// <summary>The version is missing or malformed.</summary>
    BadVersion,

    /// <summary>The version is well-formed, but neither HTTP/1.0 nor HTTP/1.1.</summary>
    UnsupportedVersion,

    /// <summary>CONNECT is not served.</summary>
    ConnectRefused,

    /// <summary>TRACE is not served.</summary>
    TraceRefused,

    /// <summary>A status line is malformed.</summary>
    BadStatusLine,

    /// <summary>The head is longer than the limit.</summary>
    HeadTooLarge,

    /// <summary>There are more field lines than the limit.</summary>
    TooManyFields,

    /// <summary>A field line is longer than the limit.</summary>
    FieldLineTooLong,

    /// <summary>A field line has no colon.</summary>
    MissingColon,

    /// <summary>A field line begins with its colon.</summary>
    EmptyFieldName,

    /// <summary>A field name is not a token.</summary>
    BadFieldName,

    /// <summary>An HTTP/1.1 request has no Host field.</summary>
    MissingHost,

    /// <summary>A request has several Host fields.</summary>
    MultipleHost,

    /// <summary>The Host field or the target's authority is not a valid host and port.</summary>
    BadHost,

    /// <summary>The authority of the target and the Host field differ.</summary>
    HostMismatch,

    /// <summary>There are several Content-Length fields.</summary>
    MultipleContentLength,

    /// <summary>Content-Length is not a plain decimal number of at most 19 digits.</summary>
    BadContentLength,

    /// <summary>Content-Length and Transfer-Encoding are both there.</summary>
    ContentLengthWithTransferEncoding,

    /// <summary>Transfer-Encoding is anything but exactly one <c>chunked</c>.</summary>
    BadTransferEncoding,

    /// <summary>An HTTP/1.0 message has a Transfer-Encoding.</summary>
    TransferEncodingInHttp10,

    /// <summary>A response that cannot have a body announces one.</summary>
    BodyNotAllowed,

    /// <summary>The Connection field is not a short list of tokens.</summary>
    BadConnection,

    /// <summary>The Connection field names a field that is meant for everyone on the way.</summary>
    ConnectionNamesEndToEndField,

    /// <summary>A message of HTTP/2 or HTTP/3 has a field that belongs to a connection of HTTP/1.1.</summary>
    ConnectionSpecificField,

    /// <summary>The Expect field is anything but exactly one <c>100-continue</c>.</summary>
    BadExpectation,

    /// <summary>A request to upgrade to WebSocket has a body.</summary>
    UpgradeWithBody,

    /// <summary>Bytes follow a request to upgrade to WebSocket before it is answered.</summary>
    BytesBeforeUpgrade,

    /// <summary>A 101 response does not name the protocol that it switches to.</summary>
    UpgradeWithoutProtocol,

    /// <summary>A chunk size is not one or more hexadecimal digits.</summary>
    BadChunkSize,

    /// <summary>A chunk size has more than 16 digits or does not fit 63 bits.</summary>
    ChunkSizeOverflow,

    /// <summary>A chunk extension is malformed.</summary>
    BadChunkExtension,

    /// <summary>A chunk-size line is longer than the limit, or the extensions of a whole body are.</summary>
    ChunkLineTooLong,

    /// <summary>The data of a chunk are not followed by CRLF.</summary>
    BadChunkEnd,

    /// <summary>A trailer field is one that may not come in trailers.</summary>
    BadTrailer,

    /// <summary>The trailers exceed their limits.</summary>
    TrailersTooLarge,
}
